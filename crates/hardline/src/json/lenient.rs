//! How derived types read their members: each by a name that our reader knows, so that a member that does not fit is
//! skipped where it stands, and no type is read twice.

mod derived;
mod others;

pub use derived::{
    Members, Variants, next_place, optional, or_default, read_enum, read_strict_struct,
    read_struct, read_variant, skip_member, variant,
};
pub use others::{OtherMembers, next_member};

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

/// An element of a list, or an entry of a map or its name. A lenient reader skips and reports one that does not fit.
pub(crate) const MEMBER: &str = "$member";
/// A member of a derived struct. The same, but `null` counts as absent and is not reported.
pub(crate) const FIELD: &str = "$field";
/// The same, where a member of that name was read before: the last one counts.
pub(crate) const REPEATED_MEMBER: &str = "$repeated";
/// A type that is read without leniency, and all below it.
pub(crate) const STRICT: &str = "$strict";
/// A text that identifies something. A lenient reader takes a number for its text.
pub(crate) const IDENTIFIER: &str = "$identifier";

/// What was read of a member: `None` if it is absent, `Some(None)` if its value does not fit.
pub type Member<T> = Option<Option<T>>;

/// Reads the value of a member. Of two members of one name the last counts, whether it fits or not.
///
/// # Errors
/// Those of the deserializer. A lenient reader has none for a value that does not fit.
pub fn read_member<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    members: &mut A,
    member: &mut Member<T>,
) -> Result<(), A::Error> {
    let name = if member.is_some() {
        REPEATED_MEMBER
    } else {
        FIELD
    };
    *member = Some(members.next_value_seed(MemberSeed(name, PhantomData))?);
    Ok(())
}

/// A member that its struct cannot do without.
///
/// # Errors
/// It is absent, or did not fit.
pub fn required<T, E: Error>(member: Member<T>, name: &'static str) -> Result<T, E> {
    member.flatten().ok_or_else(|| E::missing_field(name))
}

/// Reads an entry that a lenient reader may skip: `None` then. Its name, too.
pub(crate) fn member_seed<'de, T: Deserialize<'de>>() -> impl DeserializeSeed<'de, Value = Option<T>>
{
    MemberSeed(MEMBER, PhantomData)
}

struct MemberSeed<T>(&'static str, PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for MemberSeed<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_newtype_struct(self.0, MemberVisitor(PhantomData))
    }
}

/// Methods that take a value as it is.
macro_rules! visited {
    ($($method:ident($value:ty))+) => {
        $(fn $method<E: Error>(self, value: $value) -> Result<Option<T>, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        })+
    };
}

struct MemberVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MemberVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Our reader: a list of one value, or of none if it was skipped.
    fn visit_seq<A: SeqAccess<'de>>(self, mut value: A) -> Result<Option<T>, A::Error> {
        value.next_element()
    }

    /// Most other deserializers.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }

    // Those that do not care what is asked for, such as serde's own of a text.
    visited! {
        visit_bool(bool)
        visit_i64(i64)
        visit_u64(u64)
        visit_f64(f64)
        visit_str(&str)
    }
}

/// Reads the name of a member as its place among the fields of a struct, which the function looks up.
pub struct FieldName(pub fn(&str) -> usize);

impl<'de> DeserializeSeed<'de> for FieldName {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldName {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<usize, E> {
        Ok((self.0)(name))
    }
}

/// Reads a type without leniency, and all below it, wherever it stands.
///
/// # Errors
/// Those of the deserializer and of the visitor.
pub fn strict<'de, D: Deserializer<'de>, V: Visitor<'de>>(
    deserializer: D,
    name: &'static str,
    fields: &'static [&'static str],
    visitor: V,
) -> Result<V::Value, D::Error> {
    let visitor = StrictVisitor {
        name,
        fields,
        visitor,
    };
    deserializer.deserialize_newtype_struct(STRICT, visitor)
}

struct StrictVisitor<V> {
    name: &'static str,
    fields: &'static [&'static str],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for StrictVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        deserializer.deserialize_struct(self.name, self.fields, self.visitor)
    }
}

#[cfg(test)]
mod tests;
