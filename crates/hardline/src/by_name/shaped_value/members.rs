//! Objects with known members.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::parts::{Entries, Part, entry, text_of};
use crate::json::lenient::Member;
use crate::json::{FieldShape, JsonWriter, OpenShape, Presence, Shape};

/// The text of a JSON value.
pub(in crate::by_name) type Json = Vec<u8>;

/// Reads the values of a struct's fields, in their order. Other members are unknown.
#[derive(Clone, Copy)]
pub(in crate::by_name) struct FieldsOf(pub(in crate::by_name) &'static [FieldShape]);

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

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let mut known = Known::new(self.0, &[]);
        known.read(members, |_, members| {
            members.next_value::<IgnoredAny>().map(|_| ())
        })?;
        known.into_values()
    }
}

/// The text of a struct.
pub(super) fn struct_of<'de, A: MapAccess<'de>>(
    fields: &'static [FieldShape],
    members: A,
) -> Result<Json, A::Error> {
    let values = FieldsOf(fields).visit_map(members)?;
    Ok(text_of(&Entries::new(), beginning(fields, &values)))
}

/// The text of an object with known members and others.
pub(super) fn object<'de, A: MapAccess<'de>>(
    shape: &'static OpenShape,
    members: A,
) -> Result<Json, A::Error> {
    let mut known = Known::new(shape.known, shape.aliases);
    let mut others = Entries::new();
    known.read(members, |name, members| match shape.others {
        Some((key, value)) => entry(name, key, value, members, &mut others),
        None => members.next_value::<IgnoredAny>().map(|_| ()),
    })?;
    let values = known.into_values()?;
    Ok(text_of(&others, beginning(shape.known, &values)))
}

/// Adds a member to an object's text, unless it has no value.
pub(super) fn write_member(text: &mut Json, name: &str, value: Option<&[u8]>) {
    let Some(value) = value else {
        return;
    };
    if text.len() > 1 {
        text.push(b',');
    }
    text.extend(JsonWriter::text_of(name).unwrap_or_default());
    text.push(b':');
    text.extend_from_slice(value);
}

fn beginning(fields: &[FieldShape], values: &[Option<Json>]) -> Json {
    let mut text = vec![b'{'];
    for (field, value) in fields.iter().zip(values) {
        write_member(&mut text, field.name, value.as_deref());
    }
    text
}

/// The known members of an object that is being read.
struct Known {
    fields: &'static [FieldShape],
    aliases: &'static [(&'static str, &'static str)],
    /// A member for each field, and then one for each alias.
    members: Vec<Member<Option<Json>>>,
}

impl Known {
    fn new(
        fields: &'static [FieldShape],
        aliases: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            fields,
            aliases,
            members: vec![None; fields.len() + aliases.len()],
        }
    }

    /// Reads all members, those that are not known with a function.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        mut members: A,
        mut other: impl FnMut(String, &mut A) -> Result<(), A::Error>,
    ) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let Some((place, shape)) = self.place(&name) else {
                other(name, &mut members)?;
                continue;
            };
            let part = match self.members[place] {
                Some(_) => Part::again(shape),
                None => Part::first(shape),
            };
            self.members[place] = Some(members.next_value_seed(part)?);
        }
        Ok(())
    }

    fn place(&self, name: &str) -> Option<(usize, &'static Shape)> {
        let field = |name: &str| self.fields.iter().position(|field| field.name == name);
        if let Some(place) = field(name) {
            return Some((place, self.fields[place].shape));
        }
        let alias = self.aliases.iter().position(|(alias, _)| *alias == name)?;
        let meant = field(self.aliases[alias].1)?;
        Some((self.fields.len() + alias, self.fields[meant].shape))
    }

    /// The values of the fields.
    fn into_values<E: Error>(mut self) -> Result<Vec<Option<Json>>, E> {
        let under_aliases = self.members.split_off(self.fields.len());
        let aliased = self.aliases.iter().zip(under_aliases);
        let aliased: Vec<_> = aliased
            .filter_map(|((_, name), member)| Some((*name, member.flatten().flatten()?)))
            .collect();
        let mut values = Vec::with_capacity(self.fields.len());
        for (field, member) in self.fields.iter().zip(self.members) {
            let under_alias = || {
                let named = aliased.iter().find(|(name, _)| *name == field.name);
                named.map(|(_, value)| value.clone())
            };
            let value = member.flatten();
            values.push(match field.presence {
                Presence::Required => {
                    let value = value.flatten().or_else(under_alias);
                    Some(value.ok_or_else(|| E::missing_field(field.name))?)
                }
                Presence::Optional => value.flatten().or_else(under_alias),
                Presence::Default => match value {
                    Some(value) => value,
                    None => under_alias().or_else(|| default_of(field.shape)),
                },
            });
        }
        Ok(values)
    }
}

/// What Rust's `Default` is for a type of this shape.
fn default_of(shape: &Shape) -> Option<Json> {
    let text = match shape {
        Shape::Optional(_) => return None,
        Shape::Boolean => "false",
        Shape::Integer { .. } | Shape::PowerLevel => "0",
        Shape::Number => "0.0",
        Shape::Text(_) | Shape::Bytes => "\"\"",
        Shape::List(_) => "[]",
        Shape::Object | Shape::Map(..) => "{}",
        Shape::Any | Shape::Null => "null",
        Shape::True => "true",
        Shape::Struct(object) => return Some(default_object(object.fields)),
        Shape::Open(object) => return Some(default_object(object.known)),
    };
    Some(text.as_bytes().to_vec())
}

fn default_object(fields: &[FieldShape]) -> Json {
    let value = |field: &FieldShape| default_of(field.shape);
    let values: Vec<_> = fields.iter().map(value).collect();
    text_of(&Entries::new(), beginning(fields, &values))
}
