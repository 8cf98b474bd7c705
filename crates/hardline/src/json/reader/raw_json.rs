use serde::de::{DeserializeOwned, Error as _};

use super::Reader;
use crate::json::RawJson;

impl RawJson {
    /// Decodes the value, strictly.
    ///
    /// # Errors
    /// The value does not have that type. The error does not repeat the value, which may be a secret.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        let text = self.bytes();
        Reader::decode_all_of(text, text).map_err(serde_json::Error::custom)
    }
}
