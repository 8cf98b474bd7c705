use hardline_derive::Wire;

use crate::events::{EventContent, RelatesTo, RelationType};
use crate::types::EventId;

/// `m.reaction`: an emoji or a short text beside another event. It is never encrypted. Since v1.7.
///
/// ```
/// use hardline::events::Reaction;
/// use hardline::types::EventId;
/// use serde_json::json;
///
/// let reaction = Reaction::new(EventId::parse("$message")?, "👍".to_owned());
/// assert_eq!(serde_json::to_value(&reaction)?["m.relates_to"]["key"], "👍");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Sending the same one twice is an error: `M_DUPLICATE_ANNOTATION`. Redact the event to take a reaction back.
///
/// Specification: [`m.reaction`](https://spec.matrix.org/v1.19/client-server-api/#mreaction).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Reaction {
    /// What is reacted to, and how: [`RelatesTo::annotation`].
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl Reaction {
    /// A reaction with this key to this event. An emoji that has a picture and a text form carries U+FE0F, so that all who
    /// react with it have the same key.
    pub fn new(event_id: EventId, key: String) -> Self {
        let mut relates_to = RelatesTo::new(RelationType::Annotation, event_id);
        relates_to.key = Some(key);
        Self {
            relates_to: Some(relates_to),
        }
    }
}

impl EventContent for Reaction {
    const TYPE: &'static str = "m.reaction";
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn what_is_no_reaction_is_read_without_one() {
        for content in [
            json!({}),
            json!({"m.relates_to": null}),
            json!({"m.relates_to": 5}),
        ] {
            let event = RawEvent::new(&json!({"type": "m.reaction", "content": content})).unwrap();
            assert_eq!(event.content_as::<Reaction>().unwrap(), Reaction::default());
        }
    }
}
