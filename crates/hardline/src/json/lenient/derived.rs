//! What derived types have in common: each only says what its members or variants are.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, VariantAccess, Visitor,
};

use crate::json::lenient::{FieldName, Member, strict};

/// A struct, or with its index a variant with named fields, that is read from an object.
pub trait Members<'de, const VARIANT: usize = 0>: Sized {
    /// The name of the type: `Name`, or `variant Name::Variant`.
    const NAME: &'static str;
    /// The names of the members.
    const FIELDS: &'static [&'static str];

    /// Reads all members.
    ///
    /// # Errors
    /// Those of the deserializer, and a required member that is missing.
    fn read_members<A: MapAccess<'de>>(members: A) -> Result<Self, A::Error>;
}

/// Reads a struct from an object, and never from a list.
///
/// # Errors
/// Those of the deserializer, and a required member that is missing.
pub fn read_struct<'de, D: Deserializer<'de>, T: Members<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::FIELDS, MembersVisitor(PhantomData))
}

/// Reads a struct without leniency, and all below it, wherever it stands.
///
/// # Errors
/// Those of the deserializer, and a required member that is missing.
pub fn read_strict_struct<'de, D: Deserializer<'de>, T: Members<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    strict(
        deserializer,
        T::NAME,
        T::FIELDS,
        MembersVisitor(PhantomData),
    )
}

/// The place of the next member among the fields.
///
/// # Errors
/// Those of the deserializer.
pub fn next_place<'de, A: MapAccess<'de>>(
    members: &mut A,
    place: fn(&str) -> usize,
) -> Result<Option<usize>, A::Error> {
    members.next_key_seed(FieldName(place))
}

/// Passes over the value of a member that is no field.
///
/// # Errors
/// Those of the deserializer.
pub fn skip_member<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    // What fits any type needs no repair.
    members.next_value_seed(PhantomData::<IgnoredAny>).map(drop)
}

/// A member that may be missing.
pub fn optional<T>(member: Member<Option<T>>) -> Option<T> {
    member.flatten().flatten()
}

/// A member that has its default value where it is missing.
pub fn or_default<T: Default>(member: Member<T>) -> T {
    member.flatten().unwrap_or_default()
}

struct MembersVisitor<T, const VARIANT: usize>(PhantomData<T>);

impl<'de, const VARIANT: usize, T: Members<'de, VARIANT>> Visitor<'de>
    for MembersVisitor<T, VARIANT>
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::read_members(members)
    }
}

/// An enumeration: the name of a variant, or an object whose only member has that name.
pub trait Variants<'de>: Sized {
    /// The name of the type.
    const NAME: &'static str;
    /// The names of the variants.
    const VARIANTS: &'static [&'static str];

    /// Reads a variant.
    ///
    /// # Errors
    /// Those of the deserializer, and a name that is not in the list.
    fn read_variants<A: EnumAccess<'de>>(variants: A) -> Result<Self, A::Error>;
}

/// Reads an enumeration.
///
/// # Errors
/// Those of the deserializer, and a name that is no variant's.
pub fn read_enum<'de, D: Deserializer<'de>, T: Variants<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_enum(T::NAME, T::VARIANTS, VariantsVisitor(PhantomData))
}

/// The place of a variant in the list, and what it holds.
///
/// # Errors
/// Those of the deserializer, and a name that is not in the list.
pub fn variant<'de, T: Variants<'de>, A: EnumAccess<'de>>(
    variants: A,
) -> Result<(usize, A::Variant), A::Error> {
    variants.variant_seed(VariantName(T::VARIANTS))
}

/// Reads a variant with named fields.
///
/// # Errors
/// Those of the deserializer, and a required member that is missing.
pub fn read_variant<'de, T, A, const VARIANT: usize>(content: A) -> Result<T, A::Error>
where
    T: Members<'de, VARIANT>,
    A: VariantAccess<'de>,
{
    content.struct_variant(T::FIELDS, MembersVisitor(PhantomData))
}

struct VariantsVisitor<T>(PhantomData<T>);

impl<'de, T: Variants<'de>> Visitor<'de> for VariantsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "enum {}", T::NAME)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variants: A) -> Result<T, A::Error> {
        T::read_variants(variants)
    }
}

struct VariantName(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for VariantName {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for VariantName {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant identifier")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let place = self.0.iter().position(|known| *known == name);
        place.ok_or_else(|| E::unknown_variant(name, self.0))
    }
}
