use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::core_output::{BODIES, BodyForm, OutputKind, RequestForm};
use super::flows::KINDS;
use super::forms::config::ConfigForm;
use super::forms::error::{CODES, ErrorForm};
use super::forms::event::{EventForm, SESSION_EVENTS};
use super::forms::prompt::{PROMPTS, PromptForm};
use super::forms::session_reply::{SESSION_REPLIES, SessionReplyForm};
use super::forms::typed::TypedForm;
use crate::json::{FieldShape, Presence, Shape, Shaped, StructShape};
use crate::wire::FailureClass;

/// All forms as [JSON Schema](https://json-schema.org/draft/2020-12): definitions, and the names of flows, outputs, codes
/// and classes of failures. It is that of the features which this build has.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(&hardline::embed::schema())?;
/// assert_eq!(schema["flows"]["add_threepid"]["arguments"]["$ref"], "#/$defs/AddThreepidArguments");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn schema() -> String {
    let mut definitions = Definitions::default();
    // What the core says may get more members, so it comes first: what is only said to it has no others.
    definitions.add_typed("PromptForm", PromptForm::SHAPE, PROMPTS);
    definitions.add_typed("SessionEventForm", EventForm::SHAPE, SESSION_EVENTS);
    definitions.add_typed("BodyForm", BodyForm::SHAPE, BODIES);
    definitions.of(ErrorForm::SHAPE);
    definitions.of(RequestForm::SHAPE);
    let said: Vec<_> = KINDS
        .iter()
        .map(|kind| (definitions.typed(kind.events), definitions.of(kind.done)))
        .collect();
    definitions.is_closed = true;
    definitions.of(ConfigForm::SHAPE);
    definitions.add_typed("SessionReplyForm", SessionReplyForm::SHAPE, SESSION_REPLIES);
    let flows: BTreeMap<_, _> = KINDS
        .iter()
        .zip(said)
        .map(|(kind, (event, done))| {
            let arguments = definitions.of(kind.arguments);
            let reply = definitions.typed(kind.replies);
            let forms = json!({
                "arguments": arguments, "done": done, "event": event, "reply": reply,
                "saved_as": kind.saved_as,
            });
            (kind.name, forms)
        })
        .collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What crosses the border between Hardline and programs in other languages",
        "abi": super::ABI,
        "$defs": definitions.all,
        "flows": flows,
        "outputs": outputs(),
        "errors": errors(),
    });
    format!("{schema:#}\n")
}

fn outputs() -> Value {
    let kinds = OutputKind::ALL.iter();
    kinds
        .map(|kind| (kind.as_str().to_owned(), json!(*kind as u8)))
        .collect()
}

/// The codes, with the kind and the meaning of each.
fn errors() -> Value {
    let codes = CODES.iter().map(|(code, kind, meaning)| {
        (
            code.to_string(),
            json!({ "kind": kind, "meaning": meaning }),
        )
    });
    let classes = FailureClass::ALL.iter().map(|class| {
        let code = ErrorForm::code_of(*class).to_string();
        (
            code,
            json!({ "kind": "transport", "class": class.as_str(), "meaning": class.to_string() }),
        )
    });
    codes.chain(classes).collect()
}

#[derive(Default)]
struct Definitions {
    all: BTreeMap<&'static str, Value>,
    /// What is defined now has no other members.
    is_closed: bool,
}

impl Definitions {
    /// The schema of a shape; that of a struct refers to its definition.
    fn of(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Any => json!({}),
            Shape::Object => json!({ "type": "object" }),
            Shape::Null => json!({ "type": "null" }),
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::True => json!({ "const": true }),
            Shape::Integer { least, .. } if *least >= 0 => {
                json!({ "type": "integer", "minimum": least })
            }
            Shape::Integer { .. } | Shape::PowerLevel => json!({ "type": "integer" }),
            Shape::Number => json!({ "type": "number" }),
            Shape::Text(text) if text.known.is_empty() => json!({ "type": "string" }),
            // There may be others.
            Shape::Text(text) => json!({ "type": "string", "examples": text.known }),
            Shape::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Shape::List(element) => json!({ "type": "array", "items": self.of(element) }),
            Shape::Map(_, value) => {
                json!({ "type": "object", "additionalProperties": self.of(value) })
            }
            Shape::Optional(shape) => self.of(shape),
            Shape::Open(object) => self.object(object.known, None),
            Shape::Struct(object) => self.reference(object),
        }
    }

    fn reference(&mut self, object: &'static StructShape) -> Value {
        if !self.all.contains_key(object.name) {
            self.all.insert(object.name, Value::Null);
            let definition = self.object(object.fields, None);
            self.all.insert(object.name, definition);
        }
        json!({ "$ref": format!("#/$defs/{}", object.name) })
    }

    /// The forms that a struct has by its member `type`.
    fn typed(&mut self, (shape, forms): (&'static Shape, &'static [TypedForm])) -> Value {
        let Shape::Struct(object) = shape else {
            return self.of(shape);
        };
        self.add_typed(object.name, shape, forms);
        json!({ "$ref": format!("#/$defs/{}", object.name) })
    }

    fn add_typed(
        &mut self,
        name: &'static str,
        shape: &'static Shape,
        forms: &'static [TypedForm],
    ) {
        let Shape::Struct(object) = shape else {
            return;
        };
        if self.all.contains_key(name) {
            return;
        }
        let forms: Vec<_> = forms
            .iter()
            .map(|form| self.object(object.fields, Some(form)))
            .collect();
        self.all.insert(name, json!({ "oneOf": forms }));
    }

    /// An object with these members; with those of one form alone, if it is of that.
    fn object(&mut self, fields: &'static [FieldShape], form: Option<&TypedForm>) -> Value {
        let has = |field: &&FieldShape| form.is_none_or(|form| form.has(field.name));
        let mut properties = BTreeMap::new();
        let mut required = Vec::new();
        for field in fields.iter().filter(has) {
            let schema = match form {
                Some(form) if field.name == "type" => json!({ "const": form.name }),
                _ => self.of(field.shape),
            };
            properties.insert(field.name, schema);
            let is_required = match form {
                Some(form) => form.needs(field.name),
                None => field.presence == Presence::Required,
            };
            if is_required {
                required.push(field.name);
            }
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        if self.is_closed {
            object["additionalProperties"] = json!(false);
        }
        object
    }
}
