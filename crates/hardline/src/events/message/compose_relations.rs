//! Messages that relate to others.

use std::fmt;

use crate::events::{
    EventContent, InReplyTo, Mentions, RawEvent, RelatesTo, RelationType, RoomMessage,
};
use crate::json::RawJson;
use crate::types::EventId;

impl RoomMessage {
    /// The same as a reply to this event. It stays in the thread of that event, if that is in one.
    ///
    /// It has no quote in its text: clients show the other event. Nobody is notified by that alone: [`mention`](Self::mention)
    /// its sender.
    ///
    /// ```
    /// use hardline::events::{RawEvent, RoomMessage};
    /// use serde_json::json;
    ///
    /// let question = RawEvent::new(&json!({
    ///     "type": "m.room.message", "event_id": "$question", "sender": "@alice:example.org",
    ///     "content": {"msgtype": "m.text", "body": "lunch?"},
    /// }))?;
    /// let message = RoomMessage::text("yes").reply_to(&question)?.mention(question.sender().unwrap());
    /// assert_eq!(message.relates_to.unwrap().reply_to().unwrap(), "$question");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The event has no ID.
    ///
    /// Specification: [rich replies](https://spec.matrix.org/v1.19/client-server-api/#rich-replies),
    /// [replies in threads](https://spec.matrix.org/v1.19/client-server-api/#replies-within-threads).
    pub fn reply_to(mut self, event: &RawEvent) -> Result<Self, ComposeError> {
        self.relates_to = Some(Box::new(reply_relation(event)?));
        Ok(self)
    }

    /// The same in the thread with this root. Clients that know no threads show it as a reply to the latest message in it.
    ///
    /// A [reply](Self::reply_to) stays one, and is then one for all clients.
    ///
    /// ```
    /// use hardline::events::RoomMessage;
    /// use hardline::types::EventId;
    ///
    /// let message = RoomMessage::text("me too").in_thread(EventId::parse("$root")?, EventId::parse("$latest")?);
    /// let relation = message.relates_to.unwrap();
    /// assert_eq!(relation.thread_root().unwrap(), "$root");
    /// assert!(relation.is_fallback_reply());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [threading](https://spec.matrix.org/v1.19/client-server-api/#threading).
    #[must_use]
    pub fn in_thread(mut self, root: EventId, latest: EventId) -> Self {
        let relation = self.relates_to.take().map(|relation| *relation);
        self.relates_to = Some(Box::new(thread_relation(relation, root, latest)));
        self
    }

    /// The same as an edit that puts it in the place of this message, as that is now. It notifies those whom the message did
    /// not.
    ///
    /// ```
    /// use hardline::events::{RawEvent, RoomMessage};
    /// use serde_json::json;
    ///
    /// let message = RawEvent::new(&json!({
    ///     "type": "m.room.message", "event_id": "$message", "sender": "@alice:example.org",
    ///     "content": {"msgtype": "m.text", "body": "helo"},
    /// }))?;
    /// let edit = RoomMessage::text("hello").edit_of(&message)?;
    /// assert_eq!(edit.body.as_deref(), Some("* hello"));
    /// assert_eq!(edit.new_content.unwrap().as_str(), r#"{"msgtype":"m.text","body":"hello","m.mentions":{}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The event is no message that can be edited: it has no ID, or is state, an edit itself, redacted, or of another type.
    ///
    /// Specification: [event replacements](https://spec.matrix.org/v1.19/client-server-api/#event-replacements).
    pub fn edit_of(self, message: &RawEvent) -> Result<Self, ComposeError> {
        let envelope = message.envelope();
        let is_message = envelope.event_type().as_deref() == Some(Self::TYPE);
        let is_edit = envelope
            .relates_to()
            .is_some_and(|relation| relation.edited().is_some());
        if !is_message || is_edit || envelope.state_key().is_some() || message.is_redacted() {
            return Err(ComposeError::NotEditable);
        }
        let event_id = message.event_id().ok_or(ComposeError::NoEventId)?;
        let mentioned = message.latest_content().member("m.mentions");
        let mentioned = mentioned.and_then(|mentions| {
            let read = mentions.deserialize_lenient::<Mentions>();
            read.ok().map(|mentions| mentions.value)
        });
        self.edit_of_id(event_id, &mentioned.unwrap_or_default())
    }

    /// The same as an edit of the message with this ID, which mentions these users.
    ///
    /// # Errors
    /// A member of the message is not JSON.
    pub fn edit_of_id(
        mut self,
        message: EventId,
        mentioned: &Mentions,
    ) -> Result<Self, ComposeError> {
        self.relates_to = None;
        self.new_content = None;
        let content = RawJson::new(&self).map_err(ComposeError::NotJson)?;
        self.body = self.body.map(|body| format!("* {body}"));
        self.formatted_body = self.formatted_body.map(|html| format!("* {html}"));
        self.mentions = self.mentions.map(|all| all.without(mentioned));
        self.new_content = Some(content);
        let relation = RelatesTo::new(RelationType::Replace, message);
        self.relates_to = Some(Box::new(relation));
        Ok(self)
    }
}

/// The relation of a reply to an event, in that event's thread if it is in one.
pub(super) fn reply_relation(event: &RawEvent) -> Result<RelatesTo, ComposeError> {
    let event_id = event.event_id().ok_or(ComposeError::NoEventId)?;
    let relation = event.relates_to();
    let root = relation.as_ref().and_then(RelatesTo::thread_root);
    let mut relates_to = match root {
        Some(root) => RelatesTo::new(RelationType::Thread, root.clone()),
        None => RelatesTo::default(),
    };
    relates_to.is_falling_back = root.map(|_| false);
    relates_to.in_reply_to = Some(InReplyTo::new(event_id));
    Ok(relates_to)
}

/// The relation to a thread, of a reply if there was the relation of one.
pub(super) fn thread_relation(
    relation: Option<RelatesTo>,
    root: EventId,
    latest: EventId,
) -> RelatesTo {
    let reply = relation
        .filter(|relation| !relation.is_fallback_reply())
        .and_then(|relation| relation.in_reply_to);
    let mut relates_to = RelatesTo::new(RelationType::Thread, root);
    relates_to.is_falling_back = Some(reply.is_none());
    relates_to.in_reply_to = reply.or(Some(InReplyTo::new(latest)));
    relates_to
}

/// Why a message cannot relate to an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum ComposeError {
    /// The event has no ID: it did not come from a room, or a filter took the ID away.
    NoEventId,
    /// The event cannot be edited: it is state, an edit itself, redacted, or no message.
    NotEditable,
    /// A member of the message is not JSON.
    NotJson(serde_json::Error),
}

impl fmt::Display for ComposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEventId => "the event has no id: take one that came from a room",
            Self::NotEditable => {
                "the event cannot be edited: take a message that is neither an edit itself nor redacted"
            }
            Self::NotJson(_) => "a member of the message is not JSON",
        })
    }
}

impl std::error::Error for ComposeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoEventId | Self::NotEditable => None,
            Self::NotJson(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::types::UserId;

    fn event(value: Value) -> RawEvent {
        RawEvent::new(&value).unwrap()
    }

    fn id(text: &str) -> EventId {
        EventId::parse(text).unwrap()
    }

    fn user(text: &str) -> UserId {
        UserId::parse(text).unwrap()
    }

    fn relation(message: &RoomMessage) -> Value {
        let relation = RawJson::new(&message.relates_to).unwrap();
        relation.deserialize().unwrap()
    }

    #[test]
    fn a_reply_stays_in_the_thread_of_what_it_replies_to() {
        let plain = event(json!({"event_id": "$a", "content": {}}));
        let reply = RoomMessage::text("x").reply_to(&plain).unwrap();
        assert_eq!(
            relation(&reply),
            json!({"m.in_reply_to": {"event_id": "$a"}})
        );
        let threaded = event(json!({"event_id": "$b", "content": {
            "m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}}));
        let reply = RoomMessage::text("x").reply_to(&threaded).unwrap();
        assert_eq!(
            relation(&reply),
            json!({"rel_type": "m.thread", "event_id": "$root", "is_falling_back": false,
                "m.in_reply_to": {"event_id": "$b"}})
        );
        let no_id = RoomMessage::text("x").reply_to(&event(json!({})));
        assert!(matches!(no_id, Err(ComposeError::NoEventId)));
    }

    #[test]
    fn in_a_thread_a_reply_is_one_for_all_and_other_messages_fall_back() {
        let in_thread = |message: RoomMessage| message.in_thread(id("$root"), id("$latest"));
        let fallback = json!({"rel_type": "m.thread", "event_id": "$root", "is_falling_back": true,
            "m.in_reply_to": {"event_id": "$latest"}});
        let message = in_thread(RoomMessage::text("x"));
        assert_eq!(relation(&message), fallback);
        assert_eq!(relation(&in_thread(message)), fallback);
        let reply = RoomMessage::text("x").reply_to(&event(json!({"event_id": "$a"})));
        let mut wanted = fallback;
        wanted["is_falling_back"] = json!(false);
        wanted["m.in_reply_to"]["event_id"] = json!("$a");
        assert_eq!(relation(&in_thread(reply.unwrap())), wanted);
    }

    #[test]
    fn an_edit_notifies_those_who_are_new_and_keeps_all() {
        let original = event(
            json!({"type": "m.room.message", "event_id": "$a", "sender": "@s:x", "content": {
            "msgtype": "m.text", "body": "a", "m.mentions": {"user_ids": ["@old:x", "@gone:x"], "room": true}}}),
        );
        let edit = RoomMessage::text("b")
            .with_html("<b>b</b>")
            .mention(user("@old:x"))
            .mention(user("@new:x"))
            .mention_room()
            .edit_of(&original)
            .unwrap();
        assert_eq!(edit.body.as_deref(), Some("* b"));
        assert_eq!(edit.formatted_body.as_deref(), Some("* <b>b</b>"));
        assert_eq!(edit.mentions.as_ref().unwrap().users(), [user("@new:x")]);
        assert!(!edit.mentions.as_ref().unwrap().is_room());
        assert_eq!(
            relation(&edit),
            json!({"rel_type": "m.replace", "event_id": "$a"})
        );
        let new: RoomMessage = edit.new_content.unwrap().deserialize().unwrap();
        assert_eq!(
            (new.body.as_deref(), new.html_body()),
            (Some("b"), Some("<b>b</b>"))
        );
        let all = new.mentions.unwrap();
        assert_eq!(all.users(), [user("@old:x"), user("@new:x")]);
        assert!(all.is_room() && new.relates_to.is_none());
    }

    #[test]
    fn what_is_made_as_an_edit_counts_as_one() {
        let original = json!({"type": "m.room.message", "event_id": "$a", "sender": "@s:x", "content": {
            "msgtype": "m.text", "body": "a", "m.relates_to": {"m.in_reply_to": {"event_id": "$q"}}}});
        let original = event(original);
        let edit = RoomMessage::text("b").edit_of(&original).unwrap();
        let content: Value = RawJson::new(&edit).unwrap().deserialize().unwrap();
        let edit = event(
            json!({"type": "m.room.message", "event_id": "$b", "sender": "@s:x", "content": content}),
        );
        let now = original.content_after(&edit).unwrap();
        let now: RoomMessage = now.deserialize().unwrap();
        assert_eq!(now.body.as_deref(), Some("b"));
        assert_eq!(now.relates_to.unwrap().reply_to().unwrap(), "$q");
    }

    #[test]
    fn what_cannot_be_edited_is_refused() {
        let message = |rest: Value| {
            let mut message = json!({"type": "m.room.message", "event_id": "$a", "content": {}});
            message
                .as_object_mut()
                .unwrap()
                .extend(rest.as_object().unwrap().clone());
            RoomMessage::text("b").edit_of(&event(message))
        };
        assert!(message(json!({})).is_ok());
        assert!(matches!(
            message(json!({"event_id": 5})),
            Err(ComposeError::NoEventId)
        ));
        for rest in [
            json!({"type": "m.sticker"}),
            json!({"state_key": ""}),
            json!({"unsigned": {"redacted_because": {}}}),
            json!({"content": {"m.relates_to": {"rel_type": "m.replace", "event_id": "$o"}}}),
        ] {
            let refused = message(rest.clone());
            assert!(matches!(refused, Err(ComposeError::NotEditable)), "{rest}");
        }
    }
}
