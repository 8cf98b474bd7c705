use std::borrow::Cow;
use std::cell::Cell;

use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::number::Number;
use crate::json::lenient::{IDENTIFIER, MEMBER};
use crate::json::mismatch::Mismatch;

/// The name of a member. It is text, whichever type is requested.
pub(super) struct MemberName<'a, 'de> {
    name: Cow<'de, str>,
    /// Where a lenient reader finds out that the name does not have the type of a map's names.
    misfit: Option<&'a Cell<Option<Mismatch>>>,
}

impl<'a, 'de> MemberName<'a, 'de> {
    #[inline]
    pub(super) fn new(name: Cow<'de, str>) -> Self {
        Self { name, misfit: None }
    }

    /// A name that may be skipped. Why it was is then found in the cell.
    #[inline]
    pub(super) fn lenient(name: Cow<'de, str>, misfit: &'a Cell<Option<Mismatch>>) -> Self {
        Self {
            name,
            misfit: Some(misfit),
        }
    }
}

impl<'de> SeqAccess<'de> for MemberName<'_, 'de> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mismatch> {
        let name = Self::new(std::mem::take(&mut self.name));
        match (seed.deserialize(name), self.misfit) {
            (Err(mismatch), Some(misfit)) => {
                misfit.set(Some(mismatch));
                Ok(None)
            }
            (key, _) => key.map(Some),
        }
    }
}

/// A number in quotes, as the key of a map.
macro_rules! unquoted {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            match Number::read(self.name.as_bytes(), 0) {
                Ok((number, end)) if end == self.name.len() => number.visit(visitor),
                _ => Err(Mismatch::Invalid),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for MemberName<'_, 'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.name {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match name {
            MEMBER if self.misfit.is_some() => visitor.visit_seq(self),
            // A name that looks like a number is text all the same.
            IDENTIFIER => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(self.name.into_deserializer())
    }

    /// A field's name is not kept, so it does not matter whether it is borrowed.
    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_str(&self.name)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match &*self.name {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Mismatch::Invalid),
        }
    }

    unquoted! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}
