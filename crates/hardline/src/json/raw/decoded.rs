use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::json::reader::{Read, Reader};
use crate::json::{DecodeWarning, DecodeWarnings, JsonKind, ReadError, WarningReason};

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
