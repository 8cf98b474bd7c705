//! JSON in few words.

use hardline::events::RawEvent;
use hardline::json::{DecodeWarnings, JsonObject, RawJson, RawList};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Undecoded JSON.
pub(super) fn raw(value: Value) -> RawJson {
    RawJson::new(&value).unwrap()
}

/// The members of an object.
pub(super) fn object(value: Value) -> JsonObject {
    raw(value).deserialize().unwrap()
}

/// Raw JSON, decoded.
pub(super) fn value(raw: &RawJson) -> Value {
    raw.deserialize().unwrap()
}

/// The events of a list.
pub(super) fn events(list: &RawList<RawEvent>) -> Vec<RawEvent> {
    whole(list.decode_all())
}

/// What was decoded, of which nothing was skipped.
pub(super) fn whole<T>((decoded, warnings): (T, DecodeWarnings)) -> T {
    assert!(warnings.is_empty(), "{warnings:?}");
    decoded
}

/// A member of an event's content.
pub(super) fn content<T: DeserializeOwned>(event: &RawEvent, name: &str) -> Option<T> {
    let content: JsonObject = event.content().deserialize().unwrap();
    content.field(name)
}

/// The first event of this type.
pub(super) fn of_type(list: &RawList<RawEvent>, event_type: &str) -> Option<RawEvent> {
    let mut events = events(list).into_iter();
    events.find(|event| event.event_type().as_deref() == Some(event_type))
}
