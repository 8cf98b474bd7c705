use serde::de::{Deserialize, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::Reader;
use super::member_name::MemberName;
use crate::json::mismatch::Mismatch;

/// An enum that is written as an object with one member.
pub(super) struct Variant<'r, 'de>(pub(super) &'r mut Reader<'de>);

impl<'r, 'de> EnumAccess<'de> for Variant<'r, 'de> {
    type Error = Mismatch;
    type Variant = &'r mut Reader<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Mismatch> {
        if self.0.cursor.peek()? != b'"' {
            return Err(Mismatch::Invalid);
        }
        let name = self.0.cursor.string()?;
        self.0.cursor.expect(b':')?;
        Ok((seed.deserialize(MemberName(name))?, self.0))
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
