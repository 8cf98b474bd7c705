use std::cell::RefCell;
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

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
pub struct RawJson(Bytes);

impl RawJson {
    /// The JSON text of a value.
    ///
    /// # Errors
    /// The value has no JSON form (a map whose keys are not strings, for example).
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        // serde_json writes into a buffer of 128 bytes and most values are shorter. They are kept, so it is worth
        // trimming them.
        serde_json::to_vec(value).map(|text| Self(text.into_boxed_slice().into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // A RawJson is only ever made from a str.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The text as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Copies the text out, so that keeping it does not keep the response it came in.
    pub fn detach(&mut self) {
        self.0 = Bytes::copy_from_slice(&self.0);
    }

    /// The text as bytes that share its memory.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.0
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
    BODY.with_borrow(|body| {
        let (body_range, range) = (body.as_ptr_range(), part.as_ptr_range());
        if body_range.start <= range.start && range.end <= body_range.end {
            body.slice_ref(part)
        } else {
            Bytes::copy_from_slice(part)
        }
    })
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

impl PartialEq for RawJson {
    /// Compares the text: two notations of one value differ.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for RawJson {}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // As serde_json's own type does it: its serializer and ours write the text unchanged.
        let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
        raw.serialize_field(RAW_VALUE, &Checked(&self.0))?;
        raw.end()
    }
}

/// A text that was checked when the raw value was made. Other serializers get a string and check it again. Our own
/// trusts it, and says so by asking for bytes.
struct Checked<'a>(&'a Bytes);

impl Serialize for Checked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(std::str::from_utf8(self.0).unwrap_or_default())
        } else {
            serializer.serialize_bytes(self.0)
        }
    }
}

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
        Ok(RawJson(slice_of_body(text.as_bytes())))
    }

    fn visit_str<E>(self, text: &str) -> Result<RawJson, E> {
        Ok(RawJson(Bytes::copy_from_slice(text.as_bytes())))
    }

    fn visit_string<E>(self, text: String) -> Result<RawJson, E> {
        Ok(RawJson(text.into()))
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
