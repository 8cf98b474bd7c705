use hardline_derive::Wire;

use crate::json::JsonObject;
use crate::types::EventId;
use crate::types::text::text_enum;

/// `m.relates_to` of a content: to which event it relates, and how.
///
/// A reply outside threads has only [`in_reply_to`](Self::in_reply_to). The others have a [`rel_type`](Self::rel_type) and
/// an [`event_id`](Self::event_id). Members of other relations are kept in [`others`](Self::others).
///
/// ```
/// use hardline::events::{RelatesTo, RelationType};
/// use hardline::types::EventId;
/// use serde_json::json;
///
/// let reply = RelatesTo::reply(EventId::parse("$question")?);
/// assert_eq!(serde_json::to_value(&reply)?, json!({"m.in_reply_to": {"event_id": "$question"}}));
///
/// let edit = RelatesTo::new(RelationType::Replace, EventId::parse("$original")?);
/// assert_eq!(serde_json::to_value(&edit)?, json!({"rel_type": "m.replace", "event_id": "$original"}));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [relationship types](https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RelatesTo {
    /// The kind of the relation.
    pub rel_type: Option<RelationType>,
    /// The event that this one relates to: what it edits, reacts to or refers to, or the root of its thread.
    pub event_id: Option<EventId>,
    /// What an annotation says: an emoji, or a short text.
    pub key: Option<String>,
    /// Whether a message in a thread is a reply only for clients that know no threads. Absent means `false`.
    pub is_falling_back: Option<bool>,
    /// The event that this one replies to.
    #[serde(rename = "m.in_reply_to")]
    pub in_reply_to: Option<InReplyTo>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RelatesTo {
    /// A relation of this kind to this event.
    pub fn new(rel_type: RelationType, event_id: EventId) -> Self {
        Self {
            rel_type: Some(rel_type),
            event_id: Some(event_id),
            ..Self::default()
        }
    }

    /// A reply to this event, outside threads.
    pub fn reply(event_id: EventId) -> Self {
        Self {
            in_reply_to: Some(InReplyTo::new(event_id)),
            ..Self::default()
        }
    }

    /// The event that this one replies to, also where a thread's message does so only for clients that know no threads.
    /// [`is_fallback_reply`](Self::is_fallback_reply) tells the two apart.
    pub fn reply_to(&self) -> Option<&EventId> {
        self.in_reply_to.as_ref()?.event_id.as_ref()
    }

    /// Whether the reply is only for clients that know no threads: all others show no reply.
    pub fn is_fallback_reply(&self) -> bool {
        self.is_falling_back == Some(true) && self.rel_type == Some(RelationType::Thread)
    }

    /// The root of the thread.
    pub fn thread_root(&self) -> Option<&EventId> {
        self.target(&RelationType::Thread)
    }

    /// The event that this one edits.
    pub fn edited(&self) -> Option<&EventId> {
        self.target(&RelationType::Replace)
    }

    /// The event that this one annotates, as a reaction does, and with what.
    pub fn annotation(&self) -> Option<(&EventId, &str)> {
        let annotated = self.target(&RelationType::Annotation)?;
        Some((annotated, self.key.as_deref()?))
    }

    /// The event that this one refers to.
    pub fn referenced(&self) -> Option<&EventId> {
        self.target(&RelationType::Reference)
    }

    fn target(&self, rel_type: &RelationType) -> Option<&EventId> {
        self.event_id
            .as_ref()
            .filter(|_| self.rel_type.as_ref() == Some(rel_type))
    }
}

text_enum! {
    /// The kinds of relations.
    ///
    /// ```
    /// use hardline::events::RelationType;
    ///
    /// assert_eq!(RelationType::from("m.thread"), RelationType::Thread);
    /// assert_eq!(RelationType::from("org.example.clap").as_str(), "org.example.clap");
    /// ```
    ///
    /// Specification: [relationship types](https://spec.matrix.org/v1.19/client-server-api/#relationship-types).
    RelationType {
        /// A reaction: `m.annotation`. Since v1.7.
        Annotation = "m.annotation",
        /// An edit: `m.replace`. Since v1.4.
        Replace = "m.replace",
        /// A message in a thread: `m.thread`. Since v1.4.
        Thread = "m.thread",
        /// A reference, of a verification to its request or of a vote to its poll: `m.reference`. Since v1.5.
        Reference = "m.reference",
    }
}

/// The event that a reply replies to.
///
/// Specification: [rich replies](https://spec.matrix.org/v1.19/client-server-api/#rich-replies).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct InReplyTo {
    /// The event. Clients that were wrong have sent none.
    pub event_id: Option<EventId>,
}

impl InReplyTo {
    /// The event with this ID.
    pub fn new(event_id: EventId) -> Self {
        Self {
            event_id: Some(event_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::json::RawJson;

    fn read(relation: &Value) -> RelatesTo {
        RawJson::new(relation)
            .unwrap()
            .deserialize_lenient()
            .unwrap()
            .value
    }

    #[test]
    fn a_reply_has_no_kind() {
        let reply = read(&json!({"m.in_reply_to": {"event_id": "$a"}}));
        assert_eq!(reply, RelatesTo::reply(EventId::parse("$a").unwrap()));
        assert_eq!(reply.reply_to().unwrap(), "$a");
        assert!(!reply.is_fallback_reply());
    }

    #[test]
    fn a_reply_in_a_thread_is_real_unless_it_falls_back() {
        let thread = |rest: &str| {
            let text = format!(
                r#"{{"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {{"event_id": "$a"}}{rest}}}"#
            );
            serde_json::from_str::<RelatesTo>(&text).unwrap()
        };
        for (rest, is_fallback) in [
            ("", false),
            (r#", "is_falling_back": false"#, false),
            (r#", "is_falling_back": true"#, true),
        ] {
            let thread = thread(rest);
            assert_eq!(thread.thread_root().unwrap(), "$root");
            assert_eq!(thread.reply_to().unwrap(), "$a");
            assert_eq!(thread.is_fallback_reply(), is_fallback, "{rest}");
        }
        let outside = read(&json!({"m.in_reply_to": {"event_id": "$a"}, "is_falling_back": true}));
        assert!(!outside.is_fallback_reply());
    }

    #[test]
    fn each_kind_has_its_own_target() {
        let edit = read(&json!({"rel_type": "m.replace", "event_id": "$a"}));
        assert_eq!(edit.edited().unwrap(), "$a");
        assert_eq!((edit.thread_root(), edit.referenced()), (None, None));
        let reaction = read(&json!({"rel_type": "m.annotation", "event_id": "$a", "key": "👍"}));
        let (target, key) = reaction.annotation().unwrap();
        assert!(*target == "$a" && key == "👍");
        let no_key = read(&json!({"rel_type": "m.annotation", "event_id": "$a"}));
        assert_eq!(no_key.annotation(), None);
        let reference = read(&json!({"rel_type": "m.reference", "event_id": "$a"}));
        assert_eq!(reference.referenced().unwrap(), "$a");
    }

    #[test]
    fn a_bad_shape_is_read_as_far_as_it_goes() {
        let relation = read(&json!({
            "rel_type": "m.thread", "event_id": ["$a"], "is_falling_back": "yes", "m.in_reply_to": {"event_id": 5},
        }));
        assert_eq!(relation.rel_type, Some(RelationType::Thread));
        assert_eq!(
            (relation.thread_root(), relation.is_falling_back),
            (None, None)
        );
        assert_eq!(relation.reply_to().unwrap(), "5");
        let reply = read(&json!({"rel_type": 5, "m.in_reply_to": "$a", "event_id": null}));
        assert_eq!(reply, RelatesTo::default());
    }

    #[test]
    fn a_relation_that_is_not_known_is_kept_as_it_came() {
        let text = r#"{"rel_type":"org.example.clap","event_id":"$a","times":[1,2.50]}"#;
        let clap: RelatesTo = serde_json::from_str(text).unwrap();
        assert_eq!(clap.rel_type.as_ref().unwrap(), &"org.example.clap");
        assert_eq!(RawJson::new(&clap).unwrap().as_str(), text);
    }
}
