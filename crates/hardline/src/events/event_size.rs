use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::json::RawJson;

/// How many bytes a whole event may have, as canonical JSON with all that servers add.
pub const MAX_EVENT_BYTES: usize = 65_536;

/// How many bytes are left for what servers add to an event: the room, the sender, hashes, signatures, and the events that
/// it follows and that allow it. With the longest names and the most such events they add little more than this.
pub const ENVELOPE_BYTES: usize = 3_072;

/// How many bytes an event's type may have, and its state key.
pub const MAX_NAME_BYTES: usize = 255;

/// Checks that a server will take an event of this size, and says how many bytes the event will have:
/// [`ENVELOPE_BYTES`] for what servers add, and the rest exactly.
///
/// In an encrypted room, check the content of the `m.room.encrypted` event: it is a third larger than what is encrypted.
///
/// ```
/// use hardline::events::{EventSizeError, check_event_size};
/// use hardline::json::RawJson;
/// use serde_json::json;
///
/// let content = RawJson::new(&json!({"msgtype": "m.text", "body": "hello"}))?;
/// assert_eq!(check_event_size("m.room.message", None, &content)?, 3_123);
///
/// let content = RawJson::new(&json!({"msgtype": "m.text", "body": "a".repeat(66_000)}))?;
/// let error = check_event_size("m.room.message", None, &content).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the event would have about 69118 bytes, and servers take 65536: send less, or send it as a file",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`EventSizeError`]: a server would refuse the event, with `M_TOO_LARGE` or another code.
///
/// Specification: [size limits](https://spec.matrix.org/v1.19/client-server-api/#size-limits).
pub fn check_event_size(
    event_type: &str,
    state_key: Option<&str>,
    content: &RawJson,
) -> Result<usize, EventSizeError> {
    if event_type.len() > MAX_NAME_BYTES {
        let bytes = event_type.len();
        return Err(EventSizeError::EventType { bytes });
    }
    let state_key_bytes = state_key.map_or(0, str::len);
    if state_key_bytes > MAX_NAME_BYTES {
        let bytes = state_key_bytes;
        return Err(EventSizeError::StateKey { bytes });
    }
    let Bytes(content) = content.deserialize().map_err(|_| EventSizeError::NotJson)?;
    let names = of_text(event_type) + state_key.map_or(0, of_text);
    let bytes = ENVELOPE_BYTES + names + content;
    if bytes > MAX_EVENT_BYTES {
        return Err(EventSizeError::Event { bytes });
    }
    Ok(bytes)
}

/// Why a server would refuse an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventSizeError {
    /// The event is larger than [`MAX_EVENT_BYTES`].
    Event {
        /// How many bytes it would have, with [`ENVELOPE_BYTES`] for what servers add.
        bytes: usize,
    },
    /// The type is longer than [`MAX_NAME_BYTES`].
    EventType {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The state key is longer than [`MAX_NAME_BYTES`].
    StateKey {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The content is not JSON.
    NotJson,
}

impl fmt::Display for EventSizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event { bytes } => write!(
                f,
                "the event would have about {bytes} bytes, and servers take {MAX_EVENT_BYTES}: send less, or send it as a file"
            ),
            Self::EventType { bytes } => write!(
                f,
                "the event's type has {bytes} bytes: choose one of at most {MAX_NAME_BYTES}"
            ),
            Self::StateKey { bytes } => write!(
                f,
                "the state key has {bytes} bytes: choose one of at most {MAX_NAME_BYTES}"
            ),
            Self::NotJson => {
                f.write_str("the event's content is not JSON: make it with RawJson::new")
            }
        }
    }
}

impl std::error::Error for EventSizeError {}

/// How many bytes a value has as canonical JSON. Their number does not depend on the order of members.
struct Bytes(usize);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BytesVisitor).map(Self)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<usize, A::Error> {
        // Each member with its colon, and a comma but after the last.
        let mut bytes = 2;
        let mut comma = 0;
        while let Some((name, Bytes(value))) = members.next_entry::<Text, Bytes>()? {
            bytes += comma + name.0 + 1 + value;
            comma = 1;
        }
        Ok(bytes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<usize, A::Error> {
        let mut bytes = 2;
        let mut comma = 0;
        while let Some(Bytes(element)) = elements.next_element()? {
            bytes += comma + element;
            comma = 1;
        }
        Ok(bytes)
    }

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok("null".len())
    }

    fn visit_bool<E>(self, value: bool) -> Result<usize, E> {
        Ok(if value { "true" } else { "false" }.len())
    }

    fn visit_i64<E>(self, value: i64) -> Result<usize, E> {
        Ok(value.to_string().len())
    }

    fn visit_u64<E>(self, value: u64) -> Result<usize, E> {
        Ok(value.to_string().len())
    }

    fn visit_f64<E>(self, value: f64) -> Result<usize, E> {
        Ok(value.to_string().len())
    }

    fn visit_str<E>(self, text: &str) -> Result<usize, E> {
        Ok(of_text(text))
    }
}

/// How many bytes a text has as canonical JSON.
struct Text(usize);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(BytesVisitor).map(Self)
    }
}

fn of_text(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..0x20 => 6,
        _ => 1,
    };
    2 + text.bytes().map(escaped).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "canonical-json")]
    #[test]
    fn a_content_counts_as_its_canonical_json() {
        for text in [
            "{}",
            "[ ]",
            r#" {"b": "\u65e5\u0000\n\"\\\/", "a" : [1, -20, 1e2, true, false, null, {"é": {}}], "\u0061b": []} "#,
            r#"[1.0, [[]], {"x": {"y": [1,2,3]}}, "\b\f\r\t\u001f"]"#,
        ] {
            let content: RawJson = serde_json::from_str(text).unwrap();
            let size = check_event_size("a", None, &content).unwrap();
            let canonical = crate::types::canonical_json(text).unwrap();
            let names = of_text("a");
            assert_eq!(size - ENVELOPE_BYTES - names, canonical.len(), "{text}");
        }
    }

    #[test]
    fn the_largest_event_is_taken_and_one_byte_more_is_not() {
        let room = MAX_EVENT_BYTES - ENVELOPE_BYTES - of_text("a") - of_text("k");
        let check = |length: usize| {
            let content = RawJson::new(&"é".repeat(length / 2 - 1)).unwrap();
            check_event_size("a", Some("k"), &content)
        };
        assert_eq!(check(room), Ok(MAX_EVENT_BYTES));
        let bytes = MAX_EVENT_BYTES + 2;
        assert_eq!(check(room + 2), Err(EventSizeError::Event { bytes }));
    }

    #[test]
    fn types_and_state_keys_have_a_limit_in_bytes() {
        let content = RawJson::empty_object();
        let (fits, long) = ("a".repeat(255), "é".repeat(128));
        assert!(check_event_size(&fits, Some(&fits), &content).is_ok());
        let bytes = 256;
        assert_eq!(
            check_event_size(&long, None, &content),
            Err(EventSizeError::EventType { bytes })
        );
        assert_eq!(
            check_event_size("a", Some(&long), &content),
            Err(EventSizeError::StateKey { bytes })
        );
    }
}
