//! Lists, and objects whose names are data.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::members::{Json, write_member};
use super::{ShapedValue, blank, is_blank};
use crate::json::Shape;
use crate::json::lenient::{MEMBER, REPEATED_MEMBER};

pub(super) fn list<'de, A: SeqAccess<'de>>(
    element: &'static Shape,
    mut elements: A,
) -> Result<Json, A::Error> {
    let mut text = vec![b'['];
    while let Some(element) = elements.next_element_seed(Part::first(element))? {
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

pub(super) fn entries<'de, A: MapAccess<'de>>(
    name: &'static Shape,
    value: &'static Shape,
    mut members: A,
) -> Result<Json, A::Error> {
    let mut entries = BTreeMap::new();
    while let Some(key) = members.next_key::<String>()? {
        entry(key, name, value, &mut members, &mut entries)?;
    }
    Ok(text_of(&entries, vec![b'{']))
}

/// The entries of an object by their names, in the order in which maps are written.
pub(super) type Entries = BTreeMap<String, Option<Json>>;

/// Reads the value of an entry, and keeps the entry if both fit.
pub(super) fn entry<'de, A: MapAccess<'de>>(
    key: String,
    name: &'static Shape,
    value: &'static Shape,
    members: &mut A,
    entries: &mut Entries,
) -> Result<(), A::Error> {
    let key_fault = KeyFault::of(name, &key);
    let part = Part {
        key_fault,
        ..Part::first(value)
    };
    if let Some(value) = members.next_value_seed(part)? {
        entries.insert(key, value);
    }
    Ok(())
}

/// The object with these entries behind what is written of it.
pub(super) fn text_of(entries: &Entries, mut text: Json) -> Json {
    for (name, value) in entries {
        write_member(&mut text, name, value.as_deref());
    }
    text.push(b'}');
    text
}

/// Why the name of an entry does not fit.
#[derive(Clone, Copy)]
enum KeyFault {
    Blank,
    Invalid,
}

impl KeyFault {
    fn of(shape: &Shape, key: &str) -> Option<Self> {
        match shape {
            Shape::Text(shape) if shape.is_never_blank && is_blank(key) => Some(Self::Blank),
            Shape::Integer { least, greatest } => {
                let range = i128::from(*least)..=i128::from(*greatest);
                let number = key.parse().ok().filter(|number| range.contains(number));
                let is_canonical = number.is_some_and(|number| number.to_string() == key);
                (!is_canonical).then_some(Self::Invalid)
            }
            _ => None,
        }
    }
}

/// Reads a part as the members of derived types are read, so that a lenient reader skips and reports what does not fit:
/// it is `None` then. This is the one place where that is asked for.
pub(super) struct Part {
    name: &'static str,
    shape: &'static Shape,
    key_fault: Option<KeyFault>,
}

impl Part {
    pub(super) fn first(shape: &'static Shape) -> Self {
        Self {
            name: MEMBER,
            shape,
            key_fault: None,
        }
    }

    /// A member whose name was read before. The last counts, whether it fits or not.
    pub(super) fn again(shape: &'static Shape) -> Self {
        Self {
            name: REPEATED_MEMBER,
            ..Self::first(shape)
        }
    }
}

impl<'de> DeserializeSeed<'de> for Part {
    type Value = Option<Option<Json>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_newtype_struct(self.name, PartVisitor(self))
    }
}

struct PartVisitor(Part);

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Option<Option<Json>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.shape)
    }

    /// Our reader: a list of one value, or of none if it was skipped.
    fn visit_seq<A: SeqAccess<'de>>(self, mut value: A) -> Result<Self::Value, A::Error> {
        value.next_element_seed(Checked(self.0))
    }

    /// All other deserializers.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        Checked(self.0).deserialize(deserializer).map(Some)
    }
}

/// The value of a part whose name has to fit too.
struct Checked(Part);

impl<'de> DeserializeSeed<'de> for Checked {
    type Value = Option<Json>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Json>, D::Error> {
        match self.0.key_fault {
            Some(KeyFault::Blank) => Err(blank()),
            Some(KeyFault::Invalid) => Err(D::Error::custom("the name does not fit")),
            None => ShapedValue(self.0.shape).deserialize(deserializer),
        }
    }
}
