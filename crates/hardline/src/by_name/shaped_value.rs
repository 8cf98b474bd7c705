//! JSON that is held to a shape, and written as the type of that shape would write it. It is read by serde's rules, from
//! any deserializer; a lenient reader skips the values that it skips for the type.

mod known_members;
mod misfit;

use std::fmt;

use serde::Serialize;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};

use crate::json::lenient::{FIELD, IDENTIFIER, MEMBER, REPEATED_MEMBER, STRICT, skip_member};
use crate::json::{FieldShape, JsonObject, JsonWriter, OpenShape, RawJson, ReadEntries, Shape};
use crate::types::{PowerLevel, RawBytes};

use known_members::{Entries, Json, KnownMembers, object};
use misfit::Misfit;

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
            Shape::Text(shape) => match Misfit::of_text(shape, text) {
                Some(misfit) => Err(misfit.error()),
                None => json(text).map(Some),
            },
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
            Shape::Struct(shape) => {
                let values = FieldsOf(shape.fields).visit_map(members)?;
                Ok(Some(object(shape.fields, &values, &Entries::new())))
            }
            Shape::Open(shape) => open(shape, members).map(Some),
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

fn list<'de, A: SeqAccess<'de>>(shape: &'static Shape, mut elements: A) -> Result<Json, A::Error> {
    let mut text = vec![b'['];
    while let Some(element) = elements.next_element_seed(Part::new(shape))? {
        if let Some(element) = element {
            if text.len() > 1 {
                text.push(b',');
            }
            text.extend_from_slice(element.as_deref().unwrap_or(b"null"));
        }
    }
    text.push(b']');
    Ok(text)
}

fn entries<'de, A: MapAccess<'de>>(
    name: &'static Shape,
    value: &'static Shape,
    mut members: A,
) -> Result<Json, A::Error> {
    let mut entries = ReadEntries::default();
    while let Some(key) = members.next_key::<String>()? {
        entry(key, (name, value), &mut members, &mut entries)?;
    }
    Ok(object(&[], &[], &entries.into_map()))
}

/// Reads the value of an entry, and keeps the entry if both its name and its value fit.
fn entry<'de, A: MapAccess<'de>>(
    key: String,
    (name, value): (&'static Shape, &'static Shape),
    members: &mut A,
    entries: &mut ReadEntries<String, Option<Json>>,
) -> Result<(), A::Error> {
    let part = Part {
        misfit: Misfit::of_name(name, &key),
        ..Part::new(value)
    };
    entries.push(key, members.next_value_seed(part)?);
    Ok(())
}

fn open<'de, A: MapAccess<'de>>(
    shape: &'static OpenShape,
    mut members: A,
) -> Result<Json, A::Error> {
    let mut known = KnownMembers::of_open(shape);
    let mut others = ReadEntries::default();
    while let Some(name) = members.next_key::<String>()? {
        match (known_member(&mut known, &name, &mut members)?, shape.others) {
            (true, _) => {}
            (false, Some(shapes)) => entry(name, shapes, &mut members, &mut others)?,
            (false, None) => skip_member(&mut members)?,
        }
    }
    Ok(object(
        shape.known,
        &known.into_values()?,
        &others.into_map(),
    ))
}

/// Reads the value of a member if it is known.
fn known_member<'de, A: MapAccess<'de>>(
    known: &mut KnownMembers,
    name: &str,
    members: &mut A,
) -> Result<bool, A::Error> {
    let Some((member, shape)) = known.named(name) else {
        return Ok(false);
    };
    let part = Part {
        name: if member.is_some() {
            REPEATED_MEMBER
        } else {
            FIELD
        },
        ..Part::new(shape)
    };
    *member = Some(members.next_value_seed(part)?);
    Ok(true)
}

/// Reads the values of a struct's fields, in their order. Other members are unknown.
#[derive(Clone, Copy)]
pub(super) struct FieldsOf(pub(super) &'static [FieldShape]);

impl<'de> DeserializeSeed<'de> for FieldsOf {
    type Value = Vec<Option<Json>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldsOf {
    type Value = Vec<Option<Json>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut known = KnownMembers::of_struct(self.0);
        while let Some(name) = members.next_key::<String>()? {
            if !known_member(&mut known, &name, &mut members)? {
                skip_member(&mut members)?;
            }
        }
        known.into_values()
    }
}

/// Reads an element, or the value of a member or an entry, as members of derived types are read: what does not fit is
/// skipped and reported by a lenient reader, and is `None` then. This is the one place where that is asked for.
struct Part {
    name: &'static str,
    shape: &'static Shape,
    /// Why its name does not fit.
    misfit: Option<Misfit>,
}

impl Part {
    fn new(shape: &'static Shape) -> Self {
        Self {
            name: MEMBER,
            shape,
            misfit: None,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Part {
    type Value = Option<Option<Json>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_newtype_struct(self.name, self)
    }
}

impl<'de> Visitor<'de> for Part {
    type Value = Option<Option<Json>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shape)
    }

    /// Our reader: a list of one value, or of none if it was skipped.
    fn visit_seq<A: SeqAccess<'de>>(self, mut value: A) -> Result<Self::Value, A::Error> {
        value.next_element_seed(OfPart(self))
    }

    /// All other deserializers.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        OfPart(self).deserialize(deserializer).map(Some)
    }
}

/// The value of a part whose name has to fit too.
struct OfPart(Part);

impl<'de> DeserializeSeed<'de> for OfPart {
    type Value = Option<Json>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Json>, D::Error> {
        match self.0.misfit {
            Some(misfit) => Err(misfit.error()),
            None => ShapedValue(self.0.shape).deserialize(deserializer),
        }
    }
}

#[cfg(test)]
mod tests;
