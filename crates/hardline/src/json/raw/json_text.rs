use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Error;

use crate::json::JsonWriter;

/// A value that is sent as text that holds its JSON: in a query string, where there is no other way to send it.
///
/// ```
/// use hardline::json::JsonText;
///
/// let text = JsonText::new(&vec![1, 2])?;
/// assert_eq!(text.as_str(), "[1,2]");
/// assert_eq!(text.decode()?, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct JsonText<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> JsonText<T> {
    /// A value in its JSON form that was written elsewhere.
    pub fn from_text(text: String) -> Self {
        let of = PhantomData;
        Self { text, of }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, without copying it.
    pub fn into_string(self) -> String {
        self.text
    }
}

impl<T: Serialize> JsonText<T> {
    /// The JSON of a value.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn new(value: &T) -> Result<Self, Error> {
        // Unlike serde_json, this leaves out what has no value.
        let text = JsonWriter::text_of(value).map_err(Error::custom)?;
        String::from_utf8(text)
            .map(Self::from_text)
            .map_err(Error::custom)
    }
}

impl<T: DeserializeOwned> JsonText<T> {
    /// The value, strictly.
    ///
    /// # Errors
    /// The text is not the JSON of such a value.
    pub fn decode(&self) -> Result<T, Error> {
        serde_json::from_str(&self.text)
    }
}

impl<T> Clone for JsonText<T> {
    fn clone(&self) -> Self {
        Self::from_text(self.text.clone())
    }
}

impl<T> PartialEq for JsonText<T> {
    /// Compares the texts: two notations of one value differ.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Eq for JsonText<T> {}

impl<T> fmt::Debug for JsonText<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({})", self.text)
    }
}

impl<T> Serialize for JsonText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from_text)
    }
}
