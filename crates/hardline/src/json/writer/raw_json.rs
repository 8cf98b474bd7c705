use serde::Serialize;

use super::JsonWriter;
use crate::json::RawJson;

impl RawJson {
    /// The JSON text of a value. Members of structs that are `None` are left out.
    ///
    /// # Errors
    /// The value has no JSON form (a map whose keys are not strings, for example).
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        let text = JsonWriter::text_of(value).map_err(serde::ser::Error::custom)?;
        // The text is kept, so it is worth trimming.
        Ok(Self::of(text.into_boxed_slice().into(), true))
    }
}
