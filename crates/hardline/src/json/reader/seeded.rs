use bytes::Bytes;
use serde::de::DeserializeSeed;

use super::{Read, Reader};
use crate::json::{DecodeWarning, ReadError};

/// Reading with a seed: what is read is not known to the compiler. A seed reads once, so what it reads of an object or a
/// list has to be members, as in [`lenient`](crate::json::lenient), for a lenient reader to skip it.
impl<'de> Reader<'de> {
    /// As [`decode`](Reader::decode).
    ///
    /// # Errors
    /// The text is not JSON, or nothing is left after skipping.
    pub(crate) fn decode_seed<S: DeserializeSeed<'de>>(
        seed: S,
        text: &'de [u8],
        body: &'de Bytes,
    ) -> Result<Read<S::Value>, ReadError> {
        let mut reader = Self::lenient(text, body);
        let value = seed.deserialize(&mut reader);
        reader.decoded(value)
    }

    /// As [`decode_all`](Reader::decode_all).
    ///
    /// # Errors
    /// The first value that does not fit.
    pub(crate) fn decode_all_seed<S: DeserializeSeed<'de>>(
        seed: S,
        text: &'de [u8],
    ) -> Result<S::Value, DecodeWarning> {
        let mut reader = Self::strict(text);
        let value = seed.deserialize(&mut reader);
        reader.all_decoded(value)
    }
}
