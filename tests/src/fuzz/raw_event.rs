use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;
use hardline::events::RawEvent;
use hardline::json::{RawJson, RawList};
use hardline::types::RoomVersionId;
use hardline::wire::{self, Endpoint, Operation, ResponseBody};
use http::Response;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::raw_json::without_mark;
use crate::contents::Contents;

/// An event that came from a server, or that somebody wrote: where it is JSON its envelope says what serde_json reads, and
/// whatever it is, decoding its content as any type does not panic.
pub fn raw_event(bytes: &[u8]) {
    let bytes = without_mark(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        pasted(text);
    }
    let body = Bytes::from([b"[", bytes, b"]"].concat());
    let Ok(answer) = wire::decode_response::<List>(Response::new(body)) else {
        return;
    };
    for event in answer.value.iter() {
        let Ok(event) = event else { continue };
        let theirs = serde_json::from_str(event.value.as_raw().as_str()).ok();
        look_at(&event.value, theirs.as_ref());
    }
}

/// It is taken if it is an object of JSON in which no name stands twice.
fn pasted(text: &str) {
    let taken = RawEvent::from_untrusted(text);
    let Ok(theirs) = serde_json::from_str::<Value>(text) else {
        // serde_json refuses what no text can hold, such as half of a surrogate pair, only when it makes a value of it.
        return if let Ok(event) = taken {
            look_at(&event, None);
        };
    };
    let is_unambiguous = serde_json::from_str::<Unambiguous>(text).is_ok();
    assert_eq!(
        taken.is_ok(),
        theirs.is_object() && is_unambiguous,
        "{text}"
    );
    if let Ok(event) = taken {
        look_at(&event, Some(&theirs));
    }
}

fn look_at(event: &RawEvent, theirs: Option<&Value>) {
    let texts = [
        ("type", event.event_type()),
        ("state_key", event.state_key()),
        ("event_id", event.event_id().map(String::from)),
        ("sender", event.sender().map(String::from)),
        ("room_id", event.room_id().map(String::from)),
    ];
    if let Some(theirs) = theirs {
        for (name, ours) in &texts {
            match &theirs[name] {
                Value::String(text) if !text.is_empty() => {
                    assert_eq!(ours.as_deref(), Some(text.as_str()), "{name} of {theirs}");
                }
                // The ID of somebody or something may be a number.
                Value::Number(_) | Value::String(_) => {}
                _ => assert_eq!(ours, &None, "{name} of {theirs}"),
            }
        }
        let sent = event.origin_server_ts().map(|sent| sent.as_millis());
        if let Some(theirs) = theirs["origin_server_ts"].as_u64() {
            assert_eq!(sent, Some(theirs));
        }
        for (name, ours) in [
            ("content", Some(event.content())),
            ("unsigned", event.unsigned()),
        ] {
            if let (Some(theirs), Some(ours)) = (theirs.get(name), ours) {
                assert_eq!(&ours.deserialize::<Value>().unwrap(), theirs);
            }
        }
    }
    for version in ["1", "6", "11", "org.example"] {
        let Ok(version) = RoomVersionId::parse(version) else {
            unreachable!("it is a version")
        };
        if let Ok(redacted) = event.redacted(&version) {
            assert_eq!(redacted.event_type(), event.event_type());
            assert_eq!(redacted.redacted(&version).as_ref().ok(), Some(&redacted));
        }
    }
    drop((
        event.redacts(),
        event.relates_to(),
        event.unsigned_data(),
        format!("{event:?}"),
    ));
    let mut copy = event.clone();
    copy.detach();
    assert_eq!(&copy, event);
    decode(event);
}

/// The content as every type that events of its type have, or all if it has none.
fn decode(event: &RawEvent) {
    let event_type = event.event_type();
    for content in Contents::new().iter() {
        let is_of_it = event_type
            .as_deref()
            .is_none_or(|found| content.is_of(found));
        let decoded = content.decode(event);
        let strictly = content.decode_strictly(event);
        assert!(is_of_it || decoded.is_err() && strictly.is_err());
        if let Ok((again, warnings)) = decoded {
            assert!(warnings.iter().count() <= warnings.count());
            match strictly {
                Ok(strictly) => assert!(warnings.is_empty() && strictly == again),
                // What is read otherwise without a word, null for a list among it, is refused strictly; what was read is not.
                Err(_) if warnings.is_empty() => {
                    let read = RawEvent::new(&Read {
                        event_type: event_type.as_deref(),
                        content: &again,
                    });
                    assert_eq!(content.decode_strictly(&read.unwrap()).unwrap(), again);
                }
                Err(_) => {}
            }
        }
    }
}

/// An event of a content that was read: not by way of a value, which would sort what a content keeps as it came.
#[derive(Serialize)]
struct Read<'a> {
    #[serde(rename = "type")]
    event_type: Option<&'a str>,
    content: &'a RawJson,
}

#[derive(Serialize)]
struct List {}

impl Endpoint for List {
    const OPERATION: Operation =
        Operation::get("events", "/_example/events").response_body(ResponseBody::List);
    type Response = RawList<RawEvent>;
}

/// A value in which no name stands twice.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unambiguous {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, _)) = members.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(self)
    }
}
