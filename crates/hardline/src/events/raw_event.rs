use serde::de::{DeserializeOwned, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{RawJson, check_unique_names};
#[cfg(any(feature = "by-name", feature = "proptest"))]
use crate::json::{Shape, Shaped};
use crate::types::{EventId, RoomId, Timestamp, UserId};

/// An event as it came: a JSON object whose members are found and read when they are asked for.
///
/// Servers leave members out and add others, and a filter can take any away. So each member is there by itself or not: none
/// is required to read another. One that has a wrong type counts as missing.
///
/// ```
/// use hardline::events::RawEvent;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.message",
///     "sender": "@alice:example.org",
///     "content": {"msgtype": "m.text", "body": "hello"},
/// }))?;
/// assert_eq!(event.event_type().as_deref(), Some("m.room.message"));
/// assert_eq!(event.sender().unwrap(), "@alice:example.org");
/// assert!(event.event_id().is_none());
///
/// #[derive(serde::Deserialize)]
/// struct Text {
///     body: String,
/// }
/// assert_eq!(event.content().deserialize::<Text>()?.body, "hello");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// It is a slice of the response that it came in, and keeps that alive: [`detach`](Self::detach) copies it out.
///
/// Specification: [room event format](https://spec.matrix.org/v1.19/client-server-api/#room-event-format).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEvent(RawJson);

impl RawEvent {
    /// An event of whatever serializes as a JSON object.
    ///
    /// # Errors
    /// The value has no JSON form, or is no object.
    pub fn new<T: Serialize + ?Sized>(event: &T) -> Result<Self, serde_json::Error> {
        Self::of(RawJson::new(event)?)
    }

    /// An event from text that another user wrote: decrypted, or pasted.
    ///
    /// All of it is held to JSON's grammar at once, and a name that stands twice in one object is refused: readers differ in
    /// which of the two counts, so that one event could say different things to different people.
    ///
    /// ```
    /// use hardline::events::RawEvent;
    ///
    /// assert!(RawEvent::from_untrusted(r#"{"type": "m.room.message", "content": {}}"#).is_ok());
    /// assert!(RawEvent::from_untrusted(r#"{"content": {"body": "yes", "body": "no"}}"#).is_err());
    /// assert!(RawEvent::from_untrusted("5").is_err());
    /// ```
    ///
    /// # Errors
    /// The text is not JSON, is no object, or has a name twice. The error does not repeat the text.
    pub fn from_untrusted(text: &str) -> Result<Self, serde_json::Error> {
        check_unique_names(text)?;
        Self::of(serde_json::from_str(text)?)
    }

    fn of<E: serde::de::Error>(event: RawJson) -> Result<Self, E> {
        if event.as_bytes().first() == Some(&b'{') {
            Ok(Self(event))
        } else {
            Err(E::invalid_type(
                Unexpected::Other("another value"),
                &"a map",
            ))
        }
    }

    /// The type: `m.room.message`.
    pub fn event_type(&self) -> Option<String> {
        self.field("type")
    }

    /// The event's ID. Ephemeral events, account data and events to devices have none.
    pub fn event_id(&self) -> Option<EventId> {
        self.field("event_id")
    }

    /// Who sent it.
    pub fn sender(&self) -> Option<UserId> {
        self.field("sender")
    }

    /// The key of a piece of state among those of its type. `None` if the event is not state.
    pub fn state_key(&self) -> Option<String> {
        self.field("state_key")
    }

    /// When it was sent, by the clock of the sender's server, in Unix milliseconds.
    pub fn origin_server_ts(&self) -> Option<Timestamp> {
        self.field("origin_server_ts")
    }

    /// The room. Events of a sync have none: there the room is known.
    pub fn room_id(&self) -> Option<RoomId> {
        self.field("room_id")
    }

    /// The content, undecoded. It is an empty object if there is none.
    pub fn content(&self) -> RawJson {
        self.raw("content").unwrap_or_else(RawJson::empty_object)
    }

    /// What the server adds of its own and nobody signed, undecoded: `age`, `transaction_id`, `prev_content`,
    /// `m.relations`, `redacted_because`.
    pub fn unsigned(&self) -> Option<RawJson> {
        self.raw("unsigned")
    }

    /// The event that this one redacts: in the content from room version 11 on, before that beside it, and servers give both.
    pub fn redacts(&self) -> Option<EventId> {
        let in_content = || self.raw("content")?.member("redacts")?.deserialize().ok();
        self.field("redacts").or_else(in_content)
    }

    /// Any member, undecoded. If several have this name, it is the last.
    pub fn raw(&self, name: &str) -> Option<RawJson> {
        self.0.member(name)
    }

    /// Any member, if it has that type.
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.raw(name)?.deserialize().ok()
    }

    /// All of it, undecoded.
    pub fn as_raw(&self) -> &RawJson {
        &self.0
    }

    /// All of it, undecoded.
    pub fn into_raw(self) -> RawJson {
        self.0
    }

    /// Copies the event out, so that keeping it does not keep the response it came in.
    pub fn detach(&mut self) {
        self.0.detach();
    }
}

impl Serialize for RawEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(<RawJson as Deserialize>::deserialize(deserializer)?)
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl Shaped for RawEvent {
    const SHAPE: &'static Shape = &Shape::Object;
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(RawEvent);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawList;

    fn event(text: &str) -> RawEvent {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn each_member_is_read_by_itself() {
        let event = event(
            r#"{"type": 5, "event_id": "$a", "sender": null, "state_key": "", "origin_server_ts": 7.0, "room_id": "!r", "unsigned": {"age": 3}}"#,
        );
        assert_eq!(event.event_type(), None);
        assert_eq!(event.event_id().unwrap(), "$a");
        assert_eq!(event.sender(), None);
        assert_eq!(event.state_key().as_deref(), Some(""));
        assert_eq!(event.origin_server_ts(), Some(Timestamp::from_millis(7)));
        assert_eq!(event.room_id().unwrap(), "!r");
        assert_eq!(event.unsigned().unwrap().as_str(), r#"{"age": 3}"#);
        assert_eq!(event.content().as_str(), "{}");
    }

    #[test]
    fn of_two_members_of_one_name_the_last_counts() {
        let event = event(r#"{"type": "a", "t\u0079pe": "b", "content": {"x": 1}, "content": 5}"#);
        assert_eq!(event.event_type().as_deref(), Some("b"));
        assert_eq!(event.content().as_str(), "5");
    }

    #[test]
    fn what_is_redacted_stands_in_the_content_or_beside_it() {
        assert_eq!(
            event(r#"{"redacts": "$a", "content": {}}"#)
                .redacts()
                .unwrap(),
            "$a"
        );
        assert_eq!(
            event(r#"{"content": {"redacts": "$b"}}"#)
                .redacts()
                .unwrap(),
            "$b"
        );
        assert_eq!(event(r#"{"content": {}}"#).redacts(), None);
    }

    #[test]
    fn only_an_object_is_an_event() {
        for text in ["5", "null", r#""{}""#, "[{}]"] {
            assert!(serde_json::from_str::<RawEvent>(text).is_err(), "{text}");
            assert!(RawEvent::from_untrusted(text).is_err(), "{text}");
        }
        let list: RawList<RawEvent> = serde_json::from_str(r#"[{"type": "a"}, 5]"#).unwrap();
        let (events, warnings) = list.decode_all();
        assert_eq!((events.len(), warnings.iter().count()), (1, 1));
    }

    #[test]
    fn what_another_user_wrote_is_held_to_the_grammar_and_says_nothing_twice() {
        for text in [
            r#"{"content": {"a": [1, {"b": 1, "\u0062": 2}]}}"#,
            r#"{"type": "a", "type": "a"}"#,
            r#"{"content": {"a": 01}}"#,
            r#"{"content": {"a": "\ud800"}}"#,
            r#"{"content": {}"#,
            r#"{"content": {}} x"#,
        ] {
            assert!(RawEvent::from_untrusted(text).is_err(), "{text}");
        }
        let text = r#" {"a": {"b": 1}, "c": {"b": -1.5e3}, "d": [null, true, "ü"]} "#;
        assert_eq!(
            RawEvent::from_untrusted(text).unwrap().as_raw().as_str(),
            text.trim()
        );
    }

    #[test]
    fn what_is_not_unique_is_not_repeated_by_the_error() {
        let error = RawEvent::from_untrusted(r#"{"secret": 1, "secret": 2}"#).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
