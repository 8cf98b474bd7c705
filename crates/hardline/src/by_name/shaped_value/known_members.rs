use serde::de::Error;

use crate::json::lenient::Member;
use crate::json::{FieldShape, JsonMap, JsonWriter, OpenShape, Presence, Shape};

/// The text of a JSON value.
pub(in crate::by_name) type Json = Vec<u8>;

/// The entries of an object by their names.
pub(super) type Entries = JsonMap<String, Option<Json>>;

/// The known members of an object that is being read.
pub(super) struct KnownMembers {
    fields: &'static [FieldShape],
    aliases: &'static [(&'static str, &'static str)],
    /// A member for each field, and then one for each alias.
    members: Vec<Member<Option<Json>>>,
}

impl KnownMembers {
    pub(super) fn of_struct(fields: &'static [FieldShape]) -> Self {
        Self::new(fields, &[])
    }

    pub(super) fn of_open(object: &'static OpenShape) -> Self {
        Self::new(object.known, object.aliases)
    }

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

    /// The member with this name, and its shape.
    pub(super) fn named(
        &mut self,
        name: &str,
    ) -> Option<(&mut Member<Option<Json>>, &'static Shape)> {
        let field = |name: &str| self.fields.iter().position(|field| field.name == name);
        let (place, field) = match field(name) {
            Some(place) => (place, place),
            None => {
                let alias = self.aliases.iter().position(|(alias, _)| *alias == name)?;
                (self.fields.len() + alias, field(self.aliases[alias].1)?)
            }
        };
        Some((&mut self.members[place], self.fields[field].shape))
    }

    /// The values of the fields, in their order.
    pub(super) fn into_values<E: Error>(mut self) -> Result<Vec<Option<Json>>, E> {
        let mut under_aliases = self.members.split_off(self.fields.len());
        let mut values = Vec::with_capacity(self.fields.len());
        for (field, member) in self.fields.iter().zip(self.members) {
            let mut value = member.flatten();
            let aliases = self.aliases.iter().zip(&mut under_aliases);
            for (_, alias) in aliases.filter(|((_, name), _)| *name == field.name) {
                value = value
                    .filter(Option::is_some)
                    .or_else(|| alias.take().flatten());
            }
            values.push(match field.presence {
                Presence::Required => {
                    let value = value.flatten();
                    Some(value.ok_or_else(|| E::missing_field(field.name))?)
                }
                Presence::Optional => value.flatten(),
                Presence::Default => value.unwrap_or_else(|| default_of(field.shape)),
            });
        }
        Ok(values)
    }
}

/// An object with these values of its fields, and then these entries.
pub(super) fn object(fields: &[FieldShape], values: &[Option<Json>], entries: &Entries) -> Json {
    let mut text = vec![b'{'];
    for (field, value) in fields.iter().zip(values) {
        write_member(&mut text, field.name, value.as_deref());
    }
    for (name, value) in entries.iter() {
        write_member(&mut text, name, value.as_deref());
    }
    text.push(b'}');
    text
}

/// Adds a member to an object's text, unless it has no value.
fn write_member(text: &mut Json, name: &str, value: Option<&[u8]>) {
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
    object(fields, &values, &Entries::new())
}
