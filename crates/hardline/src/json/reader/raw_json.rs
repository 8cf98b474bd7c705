use serde::de::{DeserializeOwned, Error as _};

use super::Reader;
use crate::json::{DecodeWarning, RawJson};

impl RawJson {
    /// Decodes the value, strictly.
    ///
    /// # Errors
    /// The value does not have that type. The error does not repeat the value, which may be a secret.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        self.deserialize_strict().map_err(serde_json::Error::custom)
    }

    /// The same, with a pointer to what does not fit.
    pub(crate) fn deserialize_strict<T: DeserializeOwned>(&self) -> Result<T, DecodeWarning> {
        let text = self.bytes();
        Reader::decode_all_of(text, text)
    }
}
