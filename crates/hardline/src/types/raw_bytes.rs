use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use super::Base64;
use crate::json::slice_of_body;

/// The bytes of a body that is not JSON: a picture, a file.
///
/// [`Body::Raw`](crate::wire::Body::Raw) and [`ResponseBody::Bytes`](crate::wire::ResponseBody::Bytes) refer to a field
/// of this type. A request copies it once, into its body; in a response it is the body, or a slice of it, which it
/// keeps alive. In JSON, which has no bytes, it is base64: written with padding, and read with or without. `Debug`
/// shows only the length.
///
/// ```
/// use hardline::types::RawBytes;
/// use hardline::wire::{self, ResponseBody, Body, Credentials, Endpoint, Operation, Target};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize)]
/// struct Exchange {
///     content_type: String,
///     picture: RawBytes,
/// }
///
/// #[derive(Deserialize)]
/// struct Exchanged {
///     content_type: Option<String>,
///     picture: RawBytes,
/// }
///
/// impl Endpoint for Exchange {
///     const OPERATION: Operation = Operation::post("exchange", "/_matrix/client/v1/exchange")
///         .body(Body::Raw("picture"))
///         .response_headers(&[("content-type", "content_type")])
///         .response_body(ResponseBody::Bytes("picture"));
///     type Response = Exchanged;
/// }
///
/// let exchange = Exchange { content_type: "image/png".into(), picture: b"\x89PNG"[..].into() };
/// let target = Target::homeserver("https://example.org")?;
/// let request = wire::encode(&exchange, &target, &Credentials::None)?;
/// assert_eq!(request.body(), b"\x89PNG");
/// assert_eq!(request.headers()["content-type"], "image/png");
///
/// let response = http::Response::builder().header("content-type", "image/gif").body(&b"GIF89a"[..])?;
/// let exchanged = wire::decode::<Exchange>(response)?;
/// assert_eq!(exchanged.picture.as_bytes(), b"GIF89a");
/// assert_eq!(exchanged.content_type.as_deref(), Some("image/gif"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RawBytes(Bytes);

impl RawBytes {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, which still share their memory with the response they came in.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Copies the bytes out, so that keeping them does not keep the response they came in.
    pub fn detach(&mut self) {
        self.0 = Bytes::copy_from_slice(&self.0);
    }
}

impl AsRef<[u8]> for RawBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for RawBytes {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for RawBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<&[u8]> for RawBytes {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl fmt::Debug for RawBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBytes({} bytes)", self.0.len())
    }
}

impl Serialize for RawBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let mut text = Base64::Standard.encode(&self.0);
            // Decoders in every language accept padding, and some require it.
            text.extend(std::iter::repeat_n(
                '=',
                text.len().next_multiple_of(4) - text.len(),
            ));
            serializer.serialize_str(&text)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for RawBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            // A body gives bytes, JSON gives a string; if asked for bytes, serde_json would return the bytes of the
            // string, without decoding the base64.
            deserializer.deserialize_any(BytesVisitor)
        } else {
            deserializer.deserialize_byte_buf(BytesVisitor)
        }
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = RawBytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes as base64")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<RawBytes, E> {
        Ok(RawBytes(slice_of_body(bytes)))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<RawBytes, E> {
        Ok(bytes.into())
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<RawBytes, E> {
        Ok(bytes.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<RawBytes, E> {
        let bytes = Base64::Standard.decode(text);
        // The error does not repeat the text, which may be a secret.
        bytes
            .map(RawBytes::from)
            .map_err(|_| E::invalid_value(Unexpected::Other("a string"), &self))
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for RawBytes {
    const SHAPE: &'static crate::json::Shape = &crate::json::Shape::Bytes;
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(RawBytes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_json_bytes_are_base64() {
        let bytes = RawBytes::from(&b"\0\xff"[..]);
        assert_eq!(serde_json::to_string(&bytes).unwrap(), r#""AP8=""#);
        for text in [r#""AP8=""#, r#""AP8""#] {
            assert_eq!(serde_json::from_str::<RawBytes>(text).unwrap(), bytes);
        }
        let error = serde_json::from_str::<RawBytes>(r#""a secret""#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid value: a string, expected bytes as base64 at line 1 column 10"
        );
        assert!(serde_json::from_str::<RawBytes>("[0, 255]").is_err());
        assert_eq!(format!("{bytes:?}"), "RawBytes(2 bytes)");
    }
}
