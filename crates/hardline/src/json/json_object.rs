use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{JsonMap, RawJson};

/// A JSON object whose members are not fixed: names and undecoded values.
///
/// ```
/// use hardline::json::JsonObject;
///
/// let object: JsonObject = serde_json::from_str(r#"{"type": "m.login.dummy", "order": 1}"#)?;
/// assert_eq!(object.field::<u64>("order"), Some(1));
/// assert_eq!(object.field::<u64>("type"), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonObject(JsonMap<String, RawJson>);

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JsonMap::deserialize(deserializer).map(Self)
    }
}

impl JsonObject {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The undecoded value of a member.
    pub fn raw(&self, name: &str) -> Option<&RawJson> {
        self.0.get(name)
    }

    /// The value of a member, if it is present and has that type.
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.raw(name)?.deserialize().ok()
    }

    /// Adds or replaces a member.
    ///
    /// # Errors
    /// The value has no JSON form. The object is then unchanged.
    pub fn insert<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), serde_json::Error> {
        self.0.insert(name.to_owned(), RawJson::new(value)?);
        Ok(())
    }

    /// Adds or replaces a member whose value is JSON already.
    pub fn insert_raw(&mut self, name: String, value: RawJson) {
        self.0.insert(name, value);
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<RawJson> {
        self.0.remove(name)
    }

    /// Names and undecoded values, in the order in which they were read or inserted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// True if the object has no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The object with one more member, a string.
    pub(crate) fn with_text(mut self, name: &str, text: &str) -> Self {
        self.insert(name, text).expect("a string has a JSON form");
        self
    }
}

impl From<JsonMap<String, RawJson>> for JsonObject {
    fn from(members: JsonMap<String, RawJson>) -> Self {
        Self(members)
    }
}

impl FromIterator<(String, RawJson)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (String, RawJson)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}
