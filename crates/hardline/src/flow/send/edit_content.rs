use hardline_derive::Wire;

use crate::json::{JsonObject, RawJson};
use crate::types::EventId;

/// The content of an event that replaces another one, whose ID is not known yet: clients that know no edits show it as it
/// is, with an asterisk. `original` is the content that it replaces, if that is known: whoever was mentioned there is not
/// notified again.
///
/// # Errors
/// A content is no JSON object.
///
/// Specification: [event replacements](https://spec.matrix.org/v1.19/client-server-api/#event-replacements).
pub(super) fn edit_content(
    new: &RawJson,
    original: Option<&RawJson>,
) -> Result<RawJson, serde_json::Error> {
    let mut content: JsonObject = new.deserialize()?;
    content.remove(RELATES_TO);
    content.remove(NEW_CONTENT);
    let inner = RawJson::new(&content)?;
    for name in ["body", "formatted_body"] {
        if let Some(text) = content.field::<String>(name) {
            content.insert(name, &format!("* {text}"))?;
        }
    }
    if let Some(mentions) = content.field::<Mentions>(MENTIONS) {
        let original = original.and_then(|original| original.deserialize::<JsonObject>().ok());
        let known = original.and_then(|original| original.field::<Mentions>(MENTIONS));
        content.insert(MENTIONS, &mentions.without(&known.unwrap_or_default()))?;
    }
    content.insert_raw(NEW_CONTENT.to_owned(), inner);
    RawJson::new(&content)
}

/// The same with the relation to the event.
///
/// # Errors
/// It is no JSON object.
pub(super) fn related(edit: &RawJson, event_id: &EventId) -> Result<RawJson, serde_json::Error> {
    #[derive(Debug, Wire)]
    struct Replaces {
        rel_type: String,
        event_id: EventId,
    }
    let mut content: JsonObject = edit.deserialize()?;
    let relation = Replaces {
        rel_type: "m.replace".to_owned(),
        event_id: event_id.clone(),
    };
    content.insert(RELATES_TO, &relation)?;
    RawJson::new(&content)
}

/// Whether it is the content of an event: an object.
pub(super) fn is_object(content: &RawJson) -> bool {
    content.as_str().trim_start().starts_with('{')
}

const RELATES_TO: &str = "m.relates_to";
const NEW_CONTENT: &str = "m.new_content";
const MENTIONS: &str = "m.mentions";

#[derive(Debug, Default, Wire)]
struct Mentions {
    #[serde(default)]
    user_ids: Vec<String>,
    room: Option<bool>,
}

impl Mentions {
    fn without(mut self, known: &Self) -> Self {
        self.user_ids.retain(|user| !known.user_ids.contains(user));
        self.room = self.room.filter(|_| known.room != Some(true));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_has_the_new_content_a_fallback_and_new_mentions_alone() {
        let raw = |text: &str| serde_json::from_str::<RawJson>(text).unwrap();
        let original = raw(r#"{"body": "a", "m.mentions": {"user_ids": ["@b:x"]}}"#);
        let new = raw(
            r#"{"msgtype": "m.text", "body": "c", "m.relates_to": {"rel_type": "m.thread"}, "m.mentions": {"user_ids": ["@b:x", "@d:x"]}}"#,
        );
        let edit = edit_content(&new, Some(&original)).unwrap();
        let edit = related(&edit, &EventId::parse("$event").unwrap()).unwrap();
        let edit: serde_json::Value = edit.deserialize().unwrap();
        assert_eq!(
            edit,
            serde_json::json!({
                "msgtype": "m.text",
                "body": "* c",
                "m.mentions": {"user_ids": ["@d:x"]},
                "m.new_content": {
                    "msgtype": "m.text", "body": "c", "m.mentions": {"user_ids": ["@b:x", "@d:x"]},
                },
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$event"},
            })
        );
    }
}
