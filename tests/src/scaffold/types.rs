//! The types of an operation, derived from its members in the facts.

use crate::facts::{Facts, Kind, Members, Text};

use super::{names, vocabulary};

/// The types of an operation.
pub(super) struct Types {
    /// The request's struct.
    pub(super) request: Struct,
    /// The type of the response.
    pub(super) response: String,
    /// The types that the request, the response and their fields consist of, in order of use.
    pub(super) items: Vec<Item>,
}

/// A type that the operation introduces.
pub(super) enum Item {
    Struct(Struct),
    Enum(Enum),
}

/// A struct on the wire.
#[derive(Clone, PartialEq)]
pub(super) struct Struct {
    pub(super) name: String,
    pub(super) side: Side,
    pub(super) fields: Vec<Field>,
    /// Whether it may have further members.
    pub(super) is_open: bool,
}

/// The direction in which a type travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
    Both,
}

/// A field of a struct.
#[derive(Clone, PartialEq)]
pub(super) struct Field {
    /// Its name on the wire.
    pub(super) wire: String,
    /// Its name in Rust.
    pub(super) name: String,
    /// The type of its value.
    pub(super) value: String,
    pub(super) is_required: bool,
    /// What else the facts say about it.
    pub(super) note: Option<String>,
}

/// A string enum.
#[derive(Clone, PartialEq)]
pub(super) struct Enum {
    pub(super) name: String,
    /// Each value and its variant.
    pub(super) values: Vec<(String, String)>,
}

impl Item {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Struct(item) => &item.name,
            Self::Enum(item) => &item.name,
        }
    }
}

impl Types {
    pub(super) fn of(facts: &Facts) -> Self {
        let mut builder = Builder {
            facts,
            items: Vec::new(),
            taken: Vec::new(),
        };
        let name = names::of_operation(facts.operation_id());
        builder.taken.push(name.clone());
        builder.taken.push(format!("{name}Response"));
        let request = builder.request(&name);
        let response = builder.response(&name);
        Self {
            request,
            response,
            items: builder.items,
        }
    }

    /// The struct of this name, if the operation introduces it.
    pub(super) fn find(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name() == name)
    }
}

/// The field that is the whole body, if the body is not an object of fields.
pub(super) const CONTENT: &str = "content";

struct Builder<'a> {
    facts: &'a Facts,
    items: Vec<Item>,
    taken: Vec<String>,
}

/// The place of a member: the object that its path starts from, in the struct of this name.
#[derive(Clone, Copy)]
struct Place<'a> {
    members: &'a Members,
    half: &'a str,
    owner: &'a str,
    side: Side,
}

impl<'a> Builder<'a> {
    fn request(&mut self, name: &str) -> Struct {
        let facts = self.facts;
        let place = |members, half| Place {
            members,
            half,
            owner: name,
            side: Side::Request,
        };
        let mut fields = self.fields(place(&facts.path, "path"), "");
        let mut add = |more: Vec<Field>| {
            for mut field in more {
                // Members in the path are not repeated.
                if fields.iter().all(|known| known.wire != field.wire) {
                    if fields.iter().any(|known| known.name == field.name) {
                        field.name.insert_str(0, "body_");
                    }
                    fields.push(field);
                }
            }
        };
        add(self.fields(place(&facts.query, "query"), ""));
        if let Some(body) = &facts.body {
            match body.whole() {
                Some(Kind::Bytes) => add(vec![
                    content(vocabulary::BYTES.to_owned()),
                    Field {
                        is_required: false,
                        ..header("content-type", false)
                    },
                ]),
                Some(whole) if !matches!(whole, Kind::Object { .. }) || is_opaque(body) => {
                    let value = self.value(place(body, "body"), "", CONTENT, whole);
                    add(vec![content(value)]);
                }
                _ => add(self.fields(place(body, "body"), "")),
            }
        }
        Struct {
            name: name.to_owned(),
            side: Side::Request,
            fields,
            is_open: false,
        }
    }

    fn response(&mut self, operation: &str) -> String {
        let facts = self.facts;
        let name = format!("{operation}Response");
        let headers = facts.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, typed)| header(name, typed.is_required))
            .collect();
        let none = Members::default();
        let answer = facts.answer.as_ref().unwrap_or(&none);
        let place = Place {
            members: answer,
            half: "answer",
            owner: operation,
            side: Side::Response,
        };
        let is_open = matches!(answer.whole(), Some(Kind::Object { .. }));
        let fields = match answer.whole() {
            Some(Kind::Bytes) => vec![content(vocabulary::BYTES.to_owned())],
            Some(whole) if !is_open || is_opaque(answer) => {
                return self.value(place, "", "element", whole);
            }
            None if answer.is_empty() && headers.is_empty() => return vocabulary::EMPTY.to_owned(),
            _ => {
                let wires: Vec<_> = answer.of("").map(|(wire, ..)| wire).collect();
                let mut shared = vocabulary::SHARED_ANSWERS.iter();
                if let Some((_, shared)) = shared.find(|(members, _)| *members == wires) {
                    return (*shared).to_owned();
                }
                self.fields(place, "")
            }
        };
        let fields = fields.into_iter().chain(headers).collect();
        self.items.insert(
            0,
            Item::Struct(Struct {
                name: name.clone(),
                side: Side::Response,
                fields,
                is_open,
            }),
        );
        name
    }

    /// The fields of the object at a path.
    fn fields(&mut self, place: Place<'_>, path: &str) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for (wire, path, typed) in place.members.of(path) {
            let mut name = names::of_field(&wire, place.owner);
            while fields.iter().any(|known| known.name == name) {
                name.push('_');
            }
            let note = self.facts.notes.get(&format!("{}.{path}", place.half));
            fields.push(Field {
                name,
                value: self.value(place, path, &wire, &typed.kind),
                is_required: typed.is_required || place.half == "path",
                note: note.cloned(),
                wire,
            });
        }
        fields
    }

    /// The type of a value, and the items that it needs.
    fn value(&mut self, place: Place<'_>, path: &str, wire: &str, kind: &Kind) -> String {
        match kind {
            Kind::Boolean => "bool".to_owned(),
            Kind::Integer => integer(wire).to_owned(),
            Kind::Number => "f64".to_owned(),
            Kind::String(text) => self.text(place.owner, wire, text),
            Kind::List(element) => {
                let wire = names::singular(wire);
                let element = self.value(place, &format!("{path}[]"), wire, element);
                format!("Vec<{element}>")
            }
            Kind::Map(key, entry) => {
                let key = of_format(key).unwrap_or("String");
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{{*}}");
                let entry = self.value(place, &path, names::singular(wire), entry);
                format!("JsonMap<{key}, {entry}>")
            }
            Kind::Object { title, is_open } => {
                self.object(place, path, wire, title.as_deref(), *is_open)
            }
            Kind::Any => vocabulary::ANY.to_owned(),
            Kind::Bytes => vocabulary::BYTES.to_owned(),
        }
    }

    fn text(&mut self, owner: &str, wire: &str, text: &Text) -> String {
        let by_member = || {
            let mut known = vocabulary::OF_TEXT_MEMBER.iter();
            known.find(|(member, _)| *member == wire)
        };
        match text {
            Text::Format(format) => of_format(format).unwrap_or("String").to_owned(),
            Text::OneOf(values) if by_member().is_none() => self.text_enum(owner, wire, values),
            _ => by_member().map_or("String", |(_, name)| name).to_owned(),
        }
    }

    fn text_enum(&mut self, owner: &str, wire: &str, values: &[String]) -> String {
        if wire == "id_server_unbind_result" {
            return "UnbindResult".to_owned();
        }
        if values == ["private", "public"] || values == ["public", "private"] {
            return "RoomVisibility".to_owned();
        }
        let variants = values
            .iter()
            .map(|value| (value.clone(), names::of_variant(value)));
        let mut values: Vec<_> = variants.collect();
        values.sort();
        let wanted = format!("{owner}{}", names::camel(&names::of_field(wire, owner)));
        for item in &self.items {
            if let Item::Enum(known) = item
                && known.name.ends_with(&names::camel(wire))
                && known.values == values
            {
                return known.name.clone();
            }
        }
        let name = self.free(wanted);
        self.items.push(Item::Enum(Enum {
            name: name.clone(),
            values,
        }));
        name
    }

    fn object(
        &mut self,
        place: Place<'_>,
        path: &str,
        wire: &str,
        title: Option<&str>,
        is_open: bool,
    ) -> String {
        if let Some(title) = title
            && let Some((_, known)) = vocabulary::OF_TITLE.iter().find(|(own, _)| *own == title)
        {
            return (*known).to_owned();
        }
        if path.is_empty() || place.members.of(path).next().is_none() {
            return vocabulary::OBJECT.to_owned();
        }
        let own = title.map(names::camel);
        let own =
            own.filter(|name| !name.starts_with('N') || title.is_some_and(|t| t.starts_with('N')));
        let by_place = format!(
            "{}{}",
            place.owner,
            names::camel(&names::of_field(wire, ""))
        );
        let wanted = own.unwrap_or_else(|| by_place.clone());
        let fields = self.fields(
            Place {
                owner: &wanted,
                ..place
            },
            path,
        );
        for item in &mut self.items {
            if let Item::Struct(known) = item
                && (known.name == wanted || known.name == by_place)
                && known.fields == fields
            {
                if known.side != place.side {
                    known.side = Side::Both;
                }
                return known.name.clone();
            }
        }
        let is_taken = self.taken.contains(&wanted) || is_exported(&wanted);
        let name = self.free(if is_taken { by_place } else { wanted });
        self.items.push(Item::Struct(Struct {
            name: name.clone(),
            side: place.side,
            fields,
            is_open,
        }));
        name
    }

    /// This name, or a similar one that is not taken.
    fn free(&mut self, mut name: String) -> String {
        while self.taken.contains(&name) || is_exported(&name) {
            name.push_str("Value");
        }
        self.taken.push(name.clone());
        name
    }
}

/// Whether a name has another meaning in the modules of operations.
fn is_exported(name: &str) -> bool {
    let is_of_rust = matches!(
        name,
        "Box" | "Option" | "Result" | "Some" | "String" | "Vec"
    );
    is_of_rust || vocabulary::EXPORTS.iter().any(|(known, _)| *known == name)
}

/// Whether the facts leave an object's members open.
fn is_opaque(members: &Members) -> bool {
    members.of("").next().is_none()
}

fn content(value: String) -> Field {
    Field {
        wire: CONTENT.to_owned(),
        name: CONTENT.to_owned(),
        value,
        is_required: true,
        note: None,
    }
}

fn header(name: &str, is_required: bool) -> Field {
    let name = names::snake(name);
    Field {
        wire: name.clone(),
        name,
        value: "String".to_owned(),
        is_required,
        note: None,
    }
}

fn of_format(format: &str) -> Option<&'static str> {
    let mut known = vocabulary::OF_FORMAT.iter();
    known.find(|(own, _)| *own == format).map(|(_, name)| *name)
}

/// Counts are not negative; ages can be, if clocks differ, and power levels too.
fn integer(wire: &str) -> &'static str {
    let is_time = wire.ends_with("_ts")
        || wire == "ts"
        || matches!(
            wire,
            "added_at" | "validated_at" | "not_after" | "not_before"
        );
    let is_level = wire.contains("default") || matches!(wire, "ban" | "kick" | "invite" | "redact");
    if is_time {
        vocabulary::TIME
    } else if is_level || matches!(wire, "age" | "event" | "user" | "notification") {
        "i64"
    } else {
        "u64"
    }
}
