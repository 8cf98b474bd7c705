//! JSON that is held to a shape, and written as the type of that shape would write it. It is read by serde's rules, from
//! any deserializer; a lenient reader skips the values that it skips for the type.

mod members;
mod parts;

use std::fmt;

use serde::Serialize;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};

use crate::json::lenient::{IDENTIFIER, STRICT};
use crate::json::{JsonObject, JsonWriter, RawJson, Shape};
use crate::types::{PowerLevel, RawBytes};

pub(super) use members::{FieldsOf, Json};
use members::{object, struct_of};
use parts::{entries, list};

/// Reads a value of this shape. It is `None` where its type is `None`.
#[derive(Clone, Copy)]
pub(super) struct ShapedValue(pub(super) &'static Shape);

impl<'de> DeserializeSeed<'de> for ShapedValue {
    type Value = Option<Json>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Json>, D::Error> {
        match self.0 {
            Shape::Null => typed::<(), D>(deserializer),
            Shape::Boolean | Shape::True => typed::<bool, D>(deserializer),
            Shape::Number => typed::<f64, D>(deserializer),
            Shape::PowerLevel => typed::<PowerLevel, D>(deserializer),
            Shape::Bytes => typed::<RawBytes, D>(deserializer),
            Shape::Any => typed::<RawJson, D>(deserializer),
            Shape::Object => typed::<JsonObject, D>(deserializer),
            Shape::Integer { least: 0.., .. } => deserializer.deserialize_u64(self),
            Shape::Integer { .. } => deserializer.deserialize_i64(self),
            Shape::Text(text) if text.is_identifier => {
                deserializer.deserialize_newtype_struct(IDENTIFIER, self)
            }
            Shape::Text(_) => deserializer.deserialize_string(self),
            Shape::Optional(_) => deserializer.deserialize_option(self),
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Map(..) | Shape::Open(_) => deserializer.deserialize_map(self),
            Shape::Struct(object) if object.is_strict => {
                deserializer.deserialize_newtype_struct(STRICT, self)
            }
            Shape::Struct(object) => deserializer.deserialize_struct(object.name, &[], self),
        }
    }
}

/// Reads a value of a type that does not depend on the operation.
fn typed<'de, T, D>(deserializer: D) -> Result<Option<Json>, D::Error>
where
    T: Deserialize<'de> + Serialize,
    D: Deserializer<'de>,
{
    json(&T::deserialize(deserializer)?).map(Some)
}

fn json<T: Serialize + ?Sized, E: Error>(value: &T) -> Result<Json, E> {
    JsonWriter::text_of(value).map_err(|_| E::custom("the value has no JSON form"))
}

impl<'de> Visitor<'de> for ShapedValue {
    type Value = Option<Json>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<Json>, E> {
        self.integer(number.into())
            .unwrap_or_else(|| Err(E::invalid_value(Unexpected::Unsigned(number), &self)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<Json>, E> {
        self.integer(number.into())
            .unwrap_or_else(|| Err(E::invalid_value(Unexpected::Signed(number), &self)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Json>, E> {
        match self.0 {
            Shape::Text(shape) if shape.is_never_blank && is_blank(text) => Err(blank()),
            Shape::Text(_) => json(text).map(Some),
            _ => Err(E::invalid_type(Unexpected::Str(text), &self)),
        }
    }

    fn visit_unit<E>(self) -> Result<Option<Json>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<Json>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Json>, D::Error> {
        match self.0 {
            Shape::Optional(value) => Self(value).deserialize(deserializer),
            _ => Err(D::Error::invalid_type(Unexpected::Option, &self)),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Option<Json>, D::Error> {
        match self.0 {
            Shape::Struct(object) => deserializer.deserialize_struct(object.name, &[], self),
            _ => deserializer.deserialize_string(self),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Option<Json>, A::Error> {
        match self.0 {
            Shape::List(element) => list(element, elements).map(Some),
            _ => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<Json>, A::Error> {
        match self.0 {
            Shape::Map(name, value) => entries(name, value, members).map(Some),
            Shape::Struct(shape) => struct_of(shape.fields, members).map(Some),
            Shape::Open(shape) => object(shape, members).map(Some),
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

impl ShapedValue {
    /// An integer in its range. `None`: its type does not hold it.
    fn integer<E: Error>(self, number: i128) -> Option<Result<Option<Json>, E>> {
        let Shape::Integer { least, greatest } = self.0 else {
            return None;
        };
        if (i128::from(*least)..=i128::from(*greatest)).contains(&number) {
            return Some(json(&number).map(Some));
        }
        // A type that is narrower than the integer it is read as refuses what that holds.
        let is_read = *least < 0 && i64::try_from(number).is_ok() && self.0.is_narrowed();
        is_read.then(|| Err(E::custom("the number is out of range")))
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_ascii().is_empty()
}

fn blank<E: Error>() -> E {
    E::invalid_value(Unexpected::Str(""), &"a non-empty string")
}

#[cfg(test)]
mod tests;
