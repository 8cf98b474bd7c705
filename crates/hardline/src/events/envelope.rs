use std::borrow::Cow;

use super::{ContentError, EventContent, RawEvent};
use crate::json::{Cursor, DecodeWarnings, Decoded, RawJson, Reader, scan};
use crate::types::Timestamp;

/// The envelope of an event: all of its members, found by one pass over its text. Each is read when it is asked for, and
/// borrows from the event.
///
/// Each getter of a [`RawEvent`] passes over the event by itself. Whoever reads several members takes its envelope first.
///
/// ```
/// use hardline::events::RawEvent;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.name",
///     "sender": "@alice:example.org",
///     "state_key": "",
///     "content": {"name": "Tea"},
/// }))?;
/// let envelope = event.envelope();
/// match envelope.event_type().as_deref() {
///     Some("m.room.name") => assert_eq!(envelope.state_key().as_deref(), Some("")),
///     other => unreachable!("{other:?}"),
/// }
/// assert_eq!(envelope.sender().as_deref(), Some("@alice:example.org"));
/// assert_eq!(envelope.content().as_str(), r#"{"name":"Tea"}"#);
/// assert!(envelope.event_id().is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [room event format](https://spec.matrix.org/v1.19/client-server-api/#room-event-format).
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'e> {
    event: &'e RawEvent,
    members: Members<'e>,
}

/// The texts of the values.
#[derive(Clone, Copy, Debug, Default)]
struct Members<'e> {
    event_type: Option<&'e [u8]>,
    event_id: Option<&'e [u8]>,
    sender: Option<&'e [u8]>,
    state_key: Option<&'e [u8]>,
    origin_server_ts: Option<&'e [u8]>,
    room_id: Option<&'e [u8]>,
    content: Option<&'e [u8]>,
    unsigned: Option<&'e [u8]>,
    redacts: Option<&'e [u8]>,
}

impl<'e> Members<'e> {
    /// Of several members of one name the last stays.
    fn of(text: &'e [u8]) -> Self {
        let mut members = Self::default();
        for (name, value) in scan::members(text) {
            if let Some(member) = members.named(name) {
                *member = Some(value);
            }
        }
        members
    }

    /// The member with this name, which stands in its quotes.
    fn named(&mut self, name: &[u8]) -> Option<&mut Option<&'e [u8]>> {
        match name {
            br#""type""# => Some(&mut self.event_type),
            br#""event_id""# => Some(&mut self.event_id),
            br#""sender""# => Some(&mut self.sender),
            br#""state_key""# => Some(&mut self.state_key),
            br#""origin_server_ts""# => Some(&mut self.origin_server_ts),
            br#""room_id""# => Some(&mut self.room_id),
            br#""content""# => Some(&mut self.content),
            br#""unsigned""# => Some(&mut self.unsigned),
            br#""redacts""# => Some(&mut self.redacts),
            _ if name.contains(&b'\\') => {
                let plain = format!("\"{}\"", scan::unescaped(name)?);
                // What needs an escape is no name of ours.
                (!plain.contains('\\')).then(|| self.named(plain.as_bytes()))?
            }
            _ => None,
        }
    }
}

impl RawEvent {
    /// All members, found by one pass over the event. Take it to read several.
    pub fn envelope(&self) -> Envelope<'_> {
        Envelope {
            event: self,
            members: Members::of(self.as_raw().as_bytes()),
        }
    }
}

impl<'e> Envelope<'e> {
    /// The event that this is the envelope of.
    pub fn event(&self) -> &'e RawEvent {
        self.event
    }

    /// The type: `m.room.message`.
    pub fn event_type(&self) -> Option<Cow<'e, str>> {
        text(self.members.event_type)
    }

    /// The event's ID. Ephemeral events, account data and events to devices have none.
    pub fn event_id(&self) -> Option<Cow<'e, str>> {
        text(self.members.event_id)
    }

    /// Who sent it.
    pub fn sender(&self) -> Option<Cow<'e, str>> {
        text(self.members.sender)
    }

    /// The key of a piece of state among those of its type. `None` if the event is not state.
    pub fn state_key(&self) -> Option<Cow<'e, str>> {
        text(self.members.state_key)
    }

    /// When it was sent, by the clock of the sender's server, in Unix milliseconds.
    pub fn origin_server_ts(&self) -> Option<Timestamp> {
        Reader::decode_all(self.members.origin_server_ts?).ok()
    }

    /// The room. Events of a sync have none: there the room is known.
    pub fn room_id(&self) -> Option<Cow<'e, str>> {
        text(self.members.room_id)
    }

    /// The content, undecoded. It is an empty object if there is none.
    pub fn content(&self) -> RawJson {
        self.raw(self.members.content)
            .unwrap_or_else(RawJson::empty_object)
    }

    /// What the server adds of its own and nobody signed, undecoded.
    pub fn unsigned(&self) -> Option<RawJson> {
        self.raw(self.members.unsigned)
    }

    /// The event that this one redacts: in the content from room version 11 on, before that beside it, and servers give both.
    pub fn redacts(&self) -> Option<Cow<'e, str>> {
        let in_content = || text(scan::members_named(self.members.content?, "redacts").last());
        text(self.members.redacts).or_else(in_content)
    }

    /// The content as the type that events of this type have: [`RawEvent::content_as`].
    ///
    /// # Errors
    /// The event is of another type, or the content lacks what the type requires, as a redacted one often does.
    pub fn content_as<C: EventContent>(&self) -> Result<C, ContentError> {
        self.decoded_content().map(|decoded| decoded.value)
    }

    /// What [`content_as`](Self::content_as) skips. Pointers begin at the content.
    ///
    /// # Errors
    /// As [`content_as`](Self::content_as).
    pub fn content_warnings<C: EventContent>(&self) -> Result<DecodeWarnings, ContentError> {
        self.decoded_content::<C>().map(|decoded| decoded.warnings)
    }

    /// The content as the type that events of this type have, if all of it fits.
    ///
    /// # Errors
    /// As [`content_as`](Self::content_as), or something does not fit.
    pub fn content_as_strict<C: EventContent>(&self) -> Result<C, ContentError> {
        self.hold_to_type::<C>()?;
        self.content()
            .deserialize_strict()
            .map_err(ContentError::Unusable)
    }

    fn decoded_content<C: EventContent>(&self) -> Result<Decoded<C>, ContentError> {
        self.hold_to_type::<C>()?;
        self.content()
            .deserialize_lenient()
            .map_err(ContentError::Unusable)
    }

    /// An event whose type a filter took away may have any content.
    fn hold_to_type<C: EventContent>(&self) -> Result<(), ContentError> {
        match self.event_type() {
            Some(found) if !C::is_content_of(&found) => Err(ContentError::OtherType {
                expected: C::TYPE,
                found: found.into_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn raw(&self, value: Option<&'e [u8]>) -> Option<RawJson> {
        Some(self.event.as_raw().part(value?))
    }
}

/// What a string says, if the value is one.
fn text(value: Option<&[u8]>) -> Option<Cow<'_, str>> {
    let mut cursor = Cursor::new(value?);
    let text = match cursor.peek() {
        Ok(b'"') => cursor.string().ok()?,
        _ => return None,
    };
    cursor.end().is_ok().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> RawEvent {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_envelope_has_what_the_event_has() {
        for text in [
            r#"{"type": "a", "event_id": "$a", "sender": "@a:b", "state_key": "", "origin_server_ts": 7, "room_id": "!r",
                "content": {"x": [1, "}"]}, "unsigned": {"age": 3}, "redacts": "$b", "other": 5}"#,
            r#"{"type": 5, "event_id": null, "sender": ["@a"], "state_key": {}, "origin_server_ts": "7", "content": 5}"#,
            r#"{"t\u0079pe": "\u00e9\n\"", "origin_server_ts": 7.0, "content": {"redacts": "$c"}, "redacts": false}"#,
            r#"{"type": "a", "type": "b", "content": {"redacts": "$a"}, "content": {"redacts": "$b", "redacts": "$c"}}"#,
            r#"{"\"type\"": "a", "\\type": "b", "\u0022type\u0022": "c"}"#,
            r#"{"type": "\ud800", "sender": "a\qb", "origin_server_ts": -7}"#,
            "{}",
        ] {
            let Ok(event) = serde_json::from_str::<RawEvent>(text) else {
                assert!(text.contains(r"\q"), "{text}");
                continue;
            };
            let envelope = event.envelope();
            let field = |name: &str| event.field::<String>(name);
            let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
            assert_eq!(owned(envelope.event_type()), field("type"), "{text}");
            assert_eq!(owned(envelope.event_id()), field("event_id"), "{text}");
            assert_eq!(owned(envelope.sender()), field("sender"), "{text}");
            assert_eq!(owned(envelope.state_key()), field("state_key"), "{text}");
            assert_eq!(owned(envelope.room_id()), field("room_id"), "{text}");
            assert_eq!(
                envelope.origin_server_ts(),
                event.field("origin_server_ts"),
                "{text}"
            );
            assert_eq!(envelope.content(), event.content(), "{text}");
            assert_eq!(envelope.unsigned(), event.raw("unsigned"), "{text}");
            let redacts = event.redacts().map(|id| id.to_string());
            assert_eq!(owned(envelope.redacts()), redacts, "{text}");
        }
    }

    #[test]
    fn a_name_with_escapes_is_that_name_and_the_last_counts() {
        let event = event(r#"{"type": "a", "t\u0079pe": "b", "\"type\"": "c", "type\\": "d"}"#);
        assert_eq!(event.envelope().event_type().as_deref(), Some("b"));
    }

    #[test]
    fn texts_are_borrowed() {
        let event = event(r#"{"type": "a", "sender": "\u0040a:b"}"#);
        let envelope = event.envelope();
        assert!(matches!(envelope.event_type(), Some(Cow::Borrowed("a"))));
        assert!(matches!(envelope.sender(), Some(Cow::Owned(_))));
    }
}
