use serde::de::{Deserialize, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::Reader;
use super::member_name::MemberName;
use super::parts::Parts;
use crate::json::mismatch::Mismatch;

/// An enum that is written as an object with one member.
pub(super) struct Variant<'p, 'r, 'de>(pub(super) &'p mut Parts<'r, 'de>);

impl<'p, 'de> EnumAccess<'de> for Variant<'p, '_, 'de> {
    type Error = Mismatch;
    type Variant = &'p mut Reader<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Mismatch> {
        let name = self.0.next_name()?.ok_or(Mismatch::Invalid)?;
        let value = self.0.value();
        Ok((seed.deserialize(MemberName::new(name))?, value))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Mismatch> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_struct("", fields, visitor)
    }
}
