use std::cell::RefCell;
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use crate::json::scan;

/// The name that serde_json uses to request and offer a value's text instead of the value.
pub(crate) const RAW_VALUE: &str = "$serde_json::private::RawValue";

thread_local! {
    static BODY: RefCell<Bytes> = const { RefCell::new(Bytes::new()) };
}

/// One JSON value as text, undecoded.
///
/// While a response is decoded, raw values are slices of its body and copy nothing. A slice keeps the whole body alive;
/// [`detach`](RawJson::detach) copies it out. `Debug` shows only the length, since the value may be a secret.
///
/// ```
/// use hardline::json::RawJson;
///
/// let raw: RawJson = serde_json::from_str(r#"{"body": "hello"}"#)?;
/// assert_eq!(raw.as_str(), r#"{"body": "hello"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct RawJson {
    text: Bytes,
    /// It was held to JSON's grammar.
    pub(super) is_checked: bool,
}

impl RawJson {
    pub(in crate::json) fn of(text: Bytes, is_checked: bool) -> Self {
        Self { text, is_checked }
    }

    /// The text. It is empty if the text is not UTF-8, which happens only to an element of a raw list or map that was
    /// not [checked](RawJson::check).
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The text as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Copies the text out, so that keeping it does not keep the response it came in.
    pub fn detach(&mut self) {
        self.text = Bytes::copy_from_slice(&self.text);
    }

    /// The member of an object with this name, the last one if there are several, undecoded. It copies nothing.
    pub(crate) fn member(&self, name: &str) -> Option<Self> {
        let value = scan::members_named(&self.text, name).last()?;
        Some(self.part(value))
    }

    /// A value that lies in this one, undecoded. It copies nothing.
    ///
    /// # Panics
    /// It lies elsewhere.
    pub(crate) fn part(&self, value: &[u8]) -> Self {
        Self::of(self.text.slice_ref(value), self.is_checked)
    }

    /// `{}`
    pub(crate) fn empty_object() -> Self {
        Self::of(Bytes::from_static(b"{}"), true)
    }

    /// The text as bytes that share its memory.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.text
    }

    /// Runs `decode`. Raw values that it finds inside `body` become slices of it.
    pub(crate) fn within<T>(body: &Bytes, decode: impl FnOnce() -> T) -> T {
        struct Restore(Bytes);
        impl Drop for Restore {
            fn drop(&mut self) {
                BODY.set(std::mem::take(&mut self.0));
            }
        }
        let _restore = Restore(BODY.replace(body.clone()));
        decode()
    }
}

/// A slice of the body that is being decoded if `part` lies in it, and a copy otherwise.
pub(crate) fn slice_of_body(part: &[u8]) -> Bytes {
    BODY.with_borrow(|body| slice_of(body, part))
}

/// A slice of this body if `part` lies in it, and a copy otherwise.
pub(super) fn slice_of(body: &Bytes, part: &[u8]) -> Bytes {
    let (body_range, range) = (body.as_ptr_range(), part.as_ptr_range());
    if body_range.start <= range.start && range.end <= body_range.end {
        body.slice_ref(part)
    } else {
        Bytes::copy_from_slice(part)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.text.len())
    }
}

impl PartialEq for RawJson {
    /// Compares the text: two notations of one value differ.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RawJson {}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE, RawVisitor)
    }
}

/// serde_json's own two types take either borrowed text or a copy; this one takes both.
struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawJson, A::Error> {
        map.next_key::<RawName>()?
            .ok_or_else(|| A::Error::custom(NOT_JSON))?;
        map.next_value_seed(TextVisitor)
    }
}

const NOT_JSON: &str = "raw values can only be read from JSON";

/// The name of the only member: with it a reader says that it has checked the text.
struct RawName;

impl<'de> Deserialize<'de> for RawName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl Visitor<'_> for NameVisitor {
            type Value = RawName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<RawName, E> {
                if name == RAW_VALUE {
                    Ok(RawName)
                } else {
                    Err(E::custom(NOT_JSON))
                }
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// The text of a raw value, which its reader has checked.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = RawJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<RawJson, E> {
        Ok(RawJson::of(slice_of_body(text.as_bytes()), true))
    }

    fn visit_str<E>(self, text: &str) -> Result<RawJson, E> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Ok(RawJson::of(text, true))
    }

    fn visit_string<E>(self, text: String) -> Result<RawJson, E> {
        Ok(RawJson::of(text.into(), true))
    }
}

impl<'de> DeserializeSeed<'de> for TextVisitor {
    type Value = RawJson;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawJson, D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_values_are_slices_of_the_body_that_is_decoded() {
        let body = Bytes::from(r#"[{"a": 1}, "x"]"#.to_owned());
        let values: Vec<RawJson> =
            RawJson::within(&body, || serde_json::from_slice(&body)).unwrap();
        assert_eq!(values[0].as_str(), r#"{"a": 1}"#);
        assert!(body.as_ptr_range().contains(&values[0].as_bytes().as_ptr()));
        assert_eq!(values[1].as_str(), r#""x""#);
    }

    #[test]
    fn without_a_body_raw_values_are_copies() {
        let text = r#"{"a":1}"#.to_owned();
        let value: RawJson = serde_json::from_str(&text).unwrap();
        drop(text);
        assert_eq!(value.as_str(), r#"{"a":1}"#);
        let value: RawJson = serde_json::from_value(serde_json::json!({"a": 1})).unwrap();
        assert_eq!(value.as_str(), r#"{"a":1}"#);
    }

    #[test]
    fn the_body_is_forgotten_when_decoding_unwinds() {
        let body = Bytes::from_static(b"{}");
        let unwound = std::panic::catch_unwind(|| RawJson::within(&body, || panic!("on purpose")));
        assert!(unwound.is_err());
        assert!(BODY.with_borrow(Bytes::is_empty));
    }

    #[test]
    fn a_text_that_no_reader_has_checked_is_refused() {
        use serde::de::value::{Error, MapDeserializer, StrDeserializer};

        let text = StrDeserializer::<Error>::new("{not JSON");
        assert!(<RawJson as Deserialize>::deserialize(text).is_err());
        let members = MapDeserializer::<_, Error>::new([("raw", "{not JSON")].into_iter());
        assert!(<RawJson as Deserialize>::deserialize(members).is_err());
    }

    #[test]
    fn debug_does_not_show_the_text() {
        let raw = RawJson::new("secret").unwrap();
        assert_eq!(format!("{raw:?}"), "RawJson(8 bytes)");
    }
}
