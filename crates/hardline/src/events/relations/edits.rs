use crate::events::{Envelope, RawEvent, RelatesTo};
use crate::json::{JsonObject, RawJson};

impl Envelope<'_> {
    /// To which event this one relates, and how. What does not fit in it is left out.
    ///
    /// An encrypted event has it beside the ciphertext, and that is what counts.
    pub fn relates_to(&self) -> Option<RelatesTo> {
        let relation = self.content().member(RELATES_TO)?;
        let read = relation.deserialize_lenient::<RelatesTo>();
        read.ok().map(|relation| relation.value)
    }

    /// The event that this one edits, whether validly or not.
    fn edited(&self) -> Option<String> {
        let relation = self.relates_to()?;
        relation.edited().map(ToString::to_string)
    }
}

impl RawEvent {
    /// To which event this one relates, and how. What does not fit in it is left out.
    ///
    /// An encrypted event has it beside the ciphertext, and that is what counts:
    /// [`with_decrypted`](Self::with_decrypted).
    ///
    /// ```
    /// use hardline::events::RawEvent;
    /// use serde_json::json;
    ///
    /// let event = RawEvent::new(&json!({"type": "m.room.encrypted", "content": {
    ///     "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEn...", "session_id": "X3lUl...",
    ///     "m.relates_to": {"rel_type": "m.thread", "event_id": "$root"},
    /// }}))?;
    /// assert_eq!(event.relates_to().unwrap().thread_root().unwrap(), "$root");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// Specification: [relations](https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events).
    pub fn relates_to(&self) -> Option<RelatesTo> {
        self.envelope().relates_to()
    }

    /// Whether an edit counts for this event: it is of the same sender, type and room, neither of the two is state, this one
    /// is no edit itself and not redacted, and the edit has new content.
    ///
    /// Look at encrypted events twice: as they came, so that no edit in the clear counts for an encrypted event, and
    /// [decrypted](Self::with_decrypted).
    ///
    /// Specification: [validity of replacement events](https://spec.matrix.org/v1.19/client-server-api/#validity-of-replacement-events).
    pub fn is_edited_by(&self, edit: &Self) -> bool {
        let (original, edit) = (self.envelope(), edit.envelope());
        let is_same = |one: Option<_>, other| one.is_some() && one == other;
        let is_encrypted = edit.event_type().as_deref() == Some(ENCRYPTED);
        is_same(original.event_type(), edit.event_type())
            && is_same(original.sender(), edit.sender())
            && (original.room_id().is_none()
                || edit.room_id().is_none()
                || original.room_id() == edit.room_id())
            && original.state_key().is_none()
            && edit.state_key().is_none()
            && original.event_id().is_some()
            && original.event_id().as_deref() == edit.edited().as_deref()
            && original.edited().is_none()
            && !self.is_redacted()
            // It is in the ciphertext.
            && (is_encrypted || new_content(&edit).is_some())
    }

    /// The edit that counts, of several: the last by time and then by ID, of those that are valid.
    ///
    /// ```
    /// use hardline::events::RawEvent;
    /// use serde_json::json;
    ///
    /// let event = |id: &str, sender: &str, ts: u64| RawEvent::new(&json!({
    ///     "type": "m.room.message", "event_id": id, "sender": sender, "origin_server_ts": ts,
    ///     "content": {
    ///         "msgtype": "m.text", "body": "* b", "m.new_content": {"msgtype": "m.text", "body": "b"},
    ///         "m.relates_to": {"rel_type": "m.replace", "event_id": "$message"},
    ///     },
    /// }));
    /// let message = RawEvent::new(&json!({
    ///     "type": "m.room.message", "event_id": "$message", "sender": "@alice:example.org",
    ///     "content": {"msgtype": "m.text", "body": "a"},
    /// }))?;
    /// let edits = [
    ///     event("$1", "@alice:example.org", 7)?,
    ///     event("$2", "@alice:example.org", 5)?,
    ///     event("$3", "@mallory:example.org", 9)?,
    /// ];
    /// let latest = message.latest_edit(&edits).unwrap();
    /// assert_eq!(latest.event_id().unwrap(), "$1");
    /// assert_eq!(message.content_after(latest).unwrap().as_str(), r#"{"body":"b","msgtype":"m.text"}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn latest_edit<'e>(&self, edits: impl IntoIterator<Item = &'e Self>) -> Option<&'e Self> {
        let edits = edits.into_iter().filter(|edit| self.is_edited_by(edit));
        edits.max_by_key(|edit| (edit.origin_server_ts(), edit.event_id()))
    }

    /// The content after an edit, if that counts: the new content, with the relation of this event. A reply stays a reply to
    /// the same event, and what the new content says of that is left out.
    ///
    /// Specification: [applying `m.new_content`](https://spec.matrix.org/v1.19/client-server-api/#applying-mnew_content).
    pub fn content_after(&self, edit: &Self) -> Option<RawJson> {
        if !self.is_edited_by(edit) {
            return None;
        }
        let content = new_content(&edit.envelope())?;
        let own = self.content().member(RELATES_TO);
        if own.is_none() && content.member(RELATES_TO).is_none() {
            return Some(content);
        }
        with_relation(&content, own)
    }

    /// The content that counts now: that of the edit that came with the event, if it came whole and is valid, and otherwise
    /// the event's own.
    ///
    /// ```
    /// use hardline::events::RawEvent;
    /// use serde_json::json;
    ///
    /// let message = RawEvent::new(&json!({
    ///     "type": "m.room.message", "event_id": "$message", "sender": "@alice:example.org",
    ///     "content": {"msgtype": "m.text", "body": "a"},
    ///     "unsigned": {"m.relations": {"m.replace": {
    ///         "type": "m.room.message", "event_id": "$edit", "sender": "@alice:example.org",
    ///         "content": {
    ///             "msgtype": "m.text", "body": "* b", "m.new_content": {"msgtype": "m.text", "body": "b"},
    ///             "m.relates_to": {"rel_type": "m.replace", "event_id": "$message"},
    ///         },
    ///     }}},
    /// }))?;
    /// assert_eq!(message.latest_content().as_str(), r#"{"body":"b","msgtype":"m.text"}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn latest_content(&self) -> RawJson {
        let edited = || {
            let relations = self.unsigned()?.member("m.relations")?;
            let edit: Self = relations.member(REPLACE)?.deserialize().ok()?;
            self.content_after(&edit)
        };
        edited().unwrap_or_else(|| self.content())
    }
}

const RELATES_TO: &str = "m.relates_to";
const NEW_CONTENT: &str = "m.new_content";
const REPLACE: &str = "m.replace";
pub(super) const ENCRYPTED: &str = "m.room.encrypted";

fn new_content(edit: &Envelope<'_>) -> Option<RawJson> {
    let content = edit.content().member(NEW_CONTENT)?;
    (content.as_bytes().first() == Some(&b'{')).then_some(content)
}

/// The content with this relation instead of its own. `None` if the content is no object.
pub(super) fn with_relation(content: &RawJson, relation: Option<RawJson>) -> Option<RawJson> {
    let mut members: JsonObject = content.deserialize().ok()?;
    members.remove(RELATES_TO);
    if let Some(relation) = relation {
        members.insert_raw(RELATES_TO.to_owned(), relation);
    }
    RawJson::new(&members).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(mut event: Value, name: &str, value: Value) -> Value {
        event[name] = value;
        event
    }

    fn raw(value: &Value) -> RawEvent {
        RawEvent::new(value).unwrap()
    }

    fn original() -> Value {
        json!({"type": "m.room.message", "event_id": "$o", "sender": "@a:b", "room_id": "!r",
            "content": {"msgtype": "m.text", "body": "a"}})
    }

    fn edit() -> Value {
        json!({"type": "m.room.message", "event_id": "$e", "sender": "@a:b", "room_id": "!r", "origin_server_ts": 5,
            "content": {"msgtype": "m.text", "body": "* b", "m.new_content": {"msgtype": "m.text", "body": "b"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$o"}}})
    }

    fn relation(rel_type: &str) -> Value {
        json!({"body": "x", "m.relates_to": {"rel_type": rel_type, "event_id": "$x"}})
    }

    #[test]
    fn an_edit_counts_by_the_rules() {
        let counts = |original: &Value, edit: &Value| raw(original).is_edited_by(&raw(edit));
        assert!(counts(&original(), &edit()));
        assert!(counts(&with(original(), "room_id", Value::Null), &edit()));
        assert!(counts(&original(), &with(edit(), "room_id", Value::Null)));
        assert!(counts(
            &with(original(), "content", relation("m.thread")),
            &edit()
        ));
        for (name, value) in [
            ("sender", json!("@m:b")),
            ("sender", Value::Null),
            ("type", json!("m.sticker")),
            ("type", Value::Null),
            ("room_id", json!("!other")),
            ("state_key", json!("")),
            ("event_id", json!("$other")),
            ("event_id", Value::Null),
            ("content", relation("m.replace")),
            ("unsigned", json!({"redacted_because": {}})),
        ] {
            let changed = with(original(), name, value);
            assert!(!counts(&changed, &edit()), "{changed}");
        }
        for (name, value) in [
            ("sender", json!("@m:b")),
            ("type", json!("m.room.encrypted")),
            ("room_id", json!("!other")),
            ("state_key", json!("")),
            ("content", json!({})),
            (
                "content",
                json!({"m.new_content": {}, "m.relates_to": {"rel_type": "m.thread", "event_id": "$o"}}),
            ),
            (
                "content",
                json!({"m.new_content": {}, "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}),
            ),
            (
                "content",
                json!({"m.new_content": 5, "m.relates_to": {"rel_type": "m.replace", "event_id": "$o"}}),
            ),
            (
                "content",
                json!({"m.relates_to": {"rel_type": "m.replace", "event_id": "$o"}}),
            ),
        ] {
            let changed = with(edit(), name, value);
            assert!(!counts(&original(), &changed), "{changed}");
        }
    }

    #[test]
    fn an_encrypted_event_is_edited_by_an_encrypted_one_alone() {
        let encrypted = |event: Value, relation: Value| {
            let content = json!({"ciphertext": "x", "m.relates_to": relation});
            with(
                with(event, "type", json!("m.room.encrypted")),
                "content",
                content,
            )
        };
        let original = encrypted(original(), Value::Null);
        assert!(!raw(&original).is_edited_by(&raw(&edit())));
        let relation = json!({"rel_type": "m.replace", "event_id": "$o"});
        let edit = raw(&encrypted(edit(), relation));
        assert!(raw(&original).is_edited_by(&edit));
        assert_eq!(raw(&original).content_after(&edit), None);
    }

    #[test]
    fn the_last_edit_counts_by_time_and_then_by_id() {
        let edit = |id: &str, ts: Value| {
            raw(&with(
                with(edit(), "event_id", json!(id)),
                "origin_server_ts",
                ts,
            ))
        };
        let latest = |edits: &[RawEvent]| {
            let latest = raw(&original());
            let latest = latest.latest_edit(edits)?;
            latest.event_id().map(|id| id.to_string())
        };
        let [a, b, c] = [
            edit("$a", json!(7)),
            edit("$b", json!(5)),
            edit("$c", json!(7)),
        ];
        let without_time = edit("$z", Value::Null);
        assert_eq!(latest(&[]), None);
        assert_eq!(
            latest(std::slice::from_ref(&without_time)).as_deref(),
            Some("$z")
        );
        assert_eq!(
            latest(&[b.clone(), a.clone(), without_time]).as_deref(),
            Some("$a")
        );
        assert_eq!(latest(&[c, a, b]).as_deref(), Some("$c"));
    }

    #[test]
    fn the_new_content_has_the_relation_of_the_original() {
        let content = |own: Value, new: Value| {
            let original = with(original(), "content", own);
            let mut edit = edit();
            edit["content"]["m.new_content"] = new;
            let content = raw(&original).content_after(&raw(&edit)).unwrap();
            content.deserialize::<Value>().unwrap()
        };
        let reply = json!({"m.in_reply_to": {"event_id": "$q"}});
        let other = json!({"rel_type": "m.thread", "event_id": "$t"});
        let [new, plain] = [
            json!({"body": "b", "x": 1, "m.relates_to": other}),
            json!({"body": "b"}),
        ];
        let wanted = json!({"body": "b", "x": 1, "m.relates_to": reply});
        assert_eq!(content(json!({"m.relates_to": reply}), new.clone()), wanted);
        assert_eq!(
            content(json!({"body": "a"}), new),
            json!({"body": "b", "x": 1})
        );
        assert_eq!(content(json!({"body": "a"}), plain.clone()), plain);
    }

    #[test]
    fn an_edit_that_did_not_come_whole_or_is_not_valid_changes_nothing() {
        let latest = |edit: Value| {
            let unsigned = json!({"m.relations": {"m.replace": edit}});
            let content = raw(&with(original(), "unsigned", unsigned)).latest_content();
            content.deserialize::<Value>().unwrap()
        };
        assert_eq!(latest(edit())["body"], "b");
        for other in [
            json!({"event_id": "$e", "origin_server_ts": 5, "sender": "@a:b"}),
            with(edit(), "sender", json!("@m:b")),
            json!("$e"),
            Value::Null,
        ] {
            assert_eq!(latest(other)["body"], "a");
        }
        assert_eq!(
            raw(&original()).latest_content(),
            raw(&original()).content()
        );
    }
}
