//! Members that have no field: types that keep what they do not know read them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::json::lenient::member_seed;
use crate::json::{JsonObject, RawJson, ReadEntries};

/// The place of the next member among the fields, or its name if it has none.
///
/// # Errors
/// Those of the deserializer.
pub fn next_member<'de, A: MapAccess<'de>>(
    members: &mut A,
    place: fn(&str) -> usize,
) -> Result<Option<Result<usize, String>>, A::Error> {
    members.next_key_seed(FieldOrName(place))
}

struct FieldOrName(fn(&str) -> usize);

impl<'de> DeserializeSeed<'de> for FieldOrName {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldOrName {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(match (self.0)(name) {
            usize::MAX => Err(name.to_owned()),
            place => Ok(place),
        })
    }
}

/// The members without a field that were read so far.
#[derive(Default)]
pub struct OtherMembers(ReadEntries<String, RawJson>);

impl OtherMembers {
    /// Reads the value of a member with this name.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn read<'de, A: MapAccess<'de>>(
        &mut self,
        name: String,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let value = members.next_value_seed(member_seed::<RawJson>())?;
        self.0.push(name, value);
        Ok(())
    }

    /// All of them.
    pub fn finish(self) -> JsonObject {
        self.0.into_map().into()
    }
}
