use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::json::reader::{Read, Reader};
use crate::json::{DecodeWarning, DecodeWarnings, JsonKind, RawJson, ReadError, WarningReason};

/// An element of a raw list or map, decoded, and what was skipped inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// The value, without what was skipped.
    pub value: T,
    /// The parts inside the value that were skipped. Their pointers begin at the list or map.
    pub warnings: DecodeWarnings,
}

impl<T: DeserializeOwned> Decoded<T> {
    /// Decodes a part of a body and skips what the type does not accept. The pointer says where the part is.
    ///
    /// # Errors
    /// The part is not JSON, or the type requires what it lacks.
    pub(super) fn read(
        text: &[u8],
        body: &Bytes,
        pointer: &dyn Fn() -> String,
    ) -> Result<Self, DecodeWarning> {
        match Reader::decode(text, body) {
            Ok(Read {
                value, warnings, ..
            }) if warnings.is_empty() => Ok(Self { value, warnings }),
            Ok(Read {
                value, warnings, ..
            }) => {
                let warnings = warnings.below(&pointer());
                Ok(Self { value, warnings })
            }
            Err(error) => Err(warning(error, text, pointer())),
        }
    }
}

impl RawJson {
    /// Decodes the value, and skips and reports what does not fit, as the decoding of responses does.
    ///
    /// ```
    /// use hardline::json::RawJson;
    ///
    /// let raw: RawJson = serde_json::from_str(r#"["a", 5, "c"]"#)?;
    /// assert_eq!(raw.deserialize_lenient::<Vec<String>>()?.value, ["a", "c"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why nothing of the value can be used. The error does not repeat the value, which may be a secret.
    pub fn deserialize_lenient<T: DeserializeOwned>(&self) -> Result<Decoded<T>, DecodeWarning> {
        Decoded::read(self.as_bytes(), self.bytes(), &String::new)
    }
}

fn warning(error: ReadError, text: &[u8], mut pointer: String) -> DecodeWarning {
    match error {
        ReadError::Syntax => DecodeWarning {
            pointer,
            reason: WarningReason::Invalid,
            kind: JsonKind::of(text),
        },
        ReadError::Shape(warning) => {
            pointer.push_str(&warning.pointer);
            DecodeWarning { pointer, ..warning }
        }
    }
}
