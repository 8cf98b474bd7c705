use std::fmt;

use super::edits::{ENCRYPTED, with_relation};
use crate::events::RawEvent;
use crate::json::JsonObject;
use crate::types::RoomId;

impl RawEvent {
    /// The event as it is after decryption: the type and the content from the decrypted payload, and all else from the
    /// encrypted event, whose relation counts, and none if it has none. What the payload claims of a relation, a sender or
    /// an ID counts for nothing: the server and others act on what is in the clear.
    ///
    /// Read the payload with [`from_untrusted`](Self::from_untrusted): another user wrote its bytes.
    ///
    /// ```
    /// use hardline::events::RawEvent;
    /// use hardline::types::RoomId;
    /// use serde_json::json;
    ///
    /// let encrypted = RawEvent::new(&json!({
    ///     "type": "m.room.encrypted", "event_id": "$a", "sender": "@alice:example.org",
    ///     "content": {"ciphertext": "AwgAEn...", "m.relates_to": {"m.in_reply_to": {"event_id": "$question"}}},
    /// }))?;
    /// let payload = RawEvent::from_untrusted(
    ///     r#"{"type": "m.room.message", "room_id": "!room:example.org", "content": {"msgtype": "m.text", "body": "yes"}}"#,
    /// )?;
    /// let event = encrypted.with_decrypted(&payload, &RoomId::parse("!room:example.org")?)?;
    /// assert_eq!(event.event_type().as_deref(), Some("m.room.message"));
    /// assert_eq!(event.sender().unwrap(), "@alice:example.org");
    /// assert_eq!(event.relates_to().unwrap().reply_to().unwrap(), "$question");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DecryptedError`]: the payload is not for this room, or no event.
    ///
    /// Specification: [`m.megolm.v1.aes-sha2`](https://spec.matrix.org/v1.19/client-server-api/#mmegolmv1aes-sha2).
    pub fn with_decrypted(&self, payload: &Self, room_id: &RoomId) -> Result<Self, DecryptedError> {
        let (outer, inner) = (self.envelope(), payload.envelope());
        if outer.event_type().as_deref() != Some(ENCRYPTED) {
            return Err(DecryptedError::NotEncrypted);
        }
        if inner.room_id().as_deref() != Some(room_id.as_str()) {
            return Err(DecryptedError::OtherRoom);
        }
        let event_type = inner.event_type().ok_or(DecryptedError::NoEvent)?;
        let relation = outer.content().member("m.relates_to");
        let content = with_relation(&inner.content(), relation).ok_or(DecryptedError::NoEvent)?;
        let mut members: JsonObject = self
            .as_raw()
            .deserialize()
            .map_err(|_| DecryptedError::NoEvent)?;
        members
            .insert("type", &event_type)
            .map_err(|_| DecryptedError::NoEvent)?;
        members.insert_raw("content".to_owned(), content);
        Self::new(&members).map_err(|_| DecryptedError::NoEvent)
    }
}

/// Why a decrypted payload is not taken for an event's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecryptedError {
    /// The event is not an `m.room.encrypted`.
    NotEncrypted,
    /// The payload says that it is for another room, or for none: somebody sends it where it was not written.
    OtherRoom,
    /// The payload has no type or no object as content.
    NoEvent,
}

impl fmt::Display for DecryptedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotEncrypted => "the event is not encrypted: use it as it is",
            Self::OtherRoom => "the decrypted payload is for another room: do not show it",
            Self::NoEvent => "the decrypted payload has no type or no content: do not show it",
        })
    }
}

impl std::error::Error for DecryptedError {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn decrypted(outer: Value, inner: Value) -> Result<Value, DecryptedError> {
        let (outer, inner) = (
            RawEvent::new(&outer).unwrap(),
            RawEvent::new(&inner).unwrap(),
        );
        let event = outer.with_decrypted(&inner, &RoomId::parse("!r:x").unwrap())?;
        Ok(event.as_raw().deserialize().unwrap())
    }

    #[test]
    fn the_relation_in_the_clear_counts_and_no_other() {
        let [clear, claimed] =
            ["$clear", "$claimed"].map(|id| json!({"rel_type": "m.thread", "event_id": id}));
        let event = |clear: Option<&Value>| {
            let mut outer = json!({"type": "m.room.encrypted", "sender": "@a:x", "content": {"ciphertext": "c"}});
            if let Some(clear) = clear {
                outer["content"]["m.relates_to"] = clear.clone();
            }
            let inner = json!({"type": "m.room.message", "room_id": "!r:x", "sender": "@m:x", "event_id": "$fake",
                "content": {"body": "a", "m.relates_to": claimed}});
            decrypted(outer, inner).unwrap()
        };
        let mut wanted =
            json!({"type": "m.room.message", "sender": "@a:x", "content": {"body": "a"}});
        assert_eq!(event(None), wanted);
        wanted["content"]["m.relates_to"] = clear.clone();
        assert_eq!(event(Some(&clear)), wanted);
    }

    #[test]
    fn what_was_not_written_for_this_room_is_refused() {
        let outer = json!({"type": "m.room.encrypted", "content": {}});
        let inner = json!({"type": "a", "room_id": "!r:x", "content": {}});
        assert!(decrypted(outer.clone(), inner.clone()).is_ok());
        assert_eq!(
            decrypted(inner.clone(), inner.clone()),
            Err(DecryptedError::NotEncrypted)
        );
        for (inner, error) in [
            (
                json!({"type": "a", "room_id": "!other:x", "content": {}}),
                DecryptedError::OtherRoom,
            ),
            (
                json!({"type": "a", "content": {}}),
                DecryptedError::OtherRoom,
            ),
            (
                json!({"room_id": "!r:x", "content": {}}),
                DecryptedError::NoEvent,
            ),
            (
                json!({"type": "a", "room_id": "!r:x", "content": 5}),
                DecryptedError::NoEvent,
            ),
        ] {
            assert_eq!(decrypted(outer.clone(), inner), Err(error));
        }
    }
}
