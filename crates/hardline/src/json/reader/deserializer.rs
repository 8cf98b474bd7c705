//! serde's side of a [`Reader`]. These functions are compiled for each type that is decoded, so everything that does
//! not depend on the type is in the reader.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::number::Number;
use super::{Open, Reader};
use crate::json::mismatch::Mismatch;
use crate::json::{RAW_LIST, RAW_MAP, RAW_VALUE, RawJson, read_parts};

impl<'de> Reader<'de> {
    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        let mut parts = self.parts()?;
        let made = visitor.visit_seq(&mut parts);
        parts.close(made)
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        let mut parts = self.parts()?;
        let made = visitor.visit_map(&mut parts);
        parts.close(made)
    }

    fn parts(&mut self) -> Result<Parts<'_, 'de>, Mismatch> {
        let open = self.open()?;
        Ok(Parts {
            reader: self,
            open,
            is_named: false,
        })
    }

    fn text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        let text = match self.usual_string() {
            Some(text) => Cow::Borrowed(text),
            None => self.string()?,
        };
        match text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    /// The text of a value, in the form in which serde_json offers it to types that request raw values.
    fn raw<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        self.space();
        let begin = self.at;
        self.skip_value()?;
        let text = self.slice(begin, self.at)?;
        match self.body {
            Some(body) => RawJson::within(body, || visitor.visit_map(Raw(Some(text)))),
            None => visitor.visit_map(Raw(Some(text))),
        }
    }

    /// A list or an object whose parts stay undecoded.
    fn raw_parts<V: Visitor<'de>>(
        &mut self,
        closing: u8,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.space();
        let (value, end) = read_parts(self.text, self.at, self.body, closing, visitor)?;
        self.at = end;
        Ok(value)
    }
}

/// Methods that do the same as others.
macro_rules! same {
    ($($as:ident: $($method:ident)+;)+) => {
        $($(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            self.$as(visitor)
        })+)+
    };
}

/// Methods that accept values that begin with certain bytes.
macro_rules! values {
    ($($method:ident($($argument:ty),*): $first:pat => $read:expr;)+) => {
        $(fn $method<V: Visitor<'de>>(self, $(_: $argument,)* visitor: V) -> Result<V::Value, Mismatch> {
            match self.peek()? {
                $first => $read(self, visitor),
                _ => Err(self.unfit(&visitor)),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.peek()? {
            b'{' => self.object(visitor),
            b'[' => self.list(visitor),
            b'"' => self.text(visitor),
            b't' | b'f' => self.deserialize_bool(visitor),
            b'n' => self.deserialize_unit(visitor),
            b'-' | b'0'..=b'9' => self.deserialize_f64(visitor),
            _ => Err(Mismatch::Syntax),
        }
    }

    values! {
        deserialize_unit(): b'n' => |reader: Self, visitor: V| {
            reader.literal("null")?;
            visitor.visit_unit()
        };
        deserialize_bool(): b't' | b'f' => |reader: Self, visitor: V| {
            let is_true = reader.text[reader.at] == b't';
            reader.literal(if is_true { "true" } else { "false" })?;
            visitor.visit_bool(is_true)
        };
        deserialize_f64(): b'-' | b'0'..=b'9' => |reader: Self, visitor: V| reader.number()?.visit(visitor);
        deserialize_str(): b'"' => Reader::text;
        deserialize_seq(): b'[' => Reader::list;
        deserialize_map(): b'{' => Reader::object;
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        // serde_json also accepts a list, field by field; a server that sends one means something else.
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.peek()? == b'n' {
            self.literal("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match name {
            RAW_VALUE => self.raw(visitor),
            RAW_LIST => self.raw_parts(b']', visitor),
            RAW_MAP => self.raw_parts(b'}', visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.skip_value()?;
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.peek()? {
            b'"' => visitor.visit_enum(self.string()?.into_deserializer()),
            b'{' => {
                self.at += 1;
                let value = visitor.visit_enum(Variant(self))?;
                self.expect(b'}')?;
                Ok(value)
            }
            _ => Err(self.unfit(&visitor)),
        }
    }

    same! {
        deserialize_f64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128;
        deserialize_f64: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128;
        deserialize_f64: deserialize_f32;
        deserialize_str: deserialize_string deserialize_char deserialize_identifier;
        deserialize_any: deserialize_bytes deserialize_byte_buf;
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }
}

/// The members or elements of an object or list.
struct Parts<'r, 'de> {
    reader: &'r mut Reader<'de>,
    open: Open,
    /// The name of a member was read, and its value was not.
    is_named: bool,
}

impl<'de> Parts<'_, 'de> {
    fn close<T>(mut self, made: Result<T, Mismatch>) -> Result<T, Mismatch> {
        match &made {
            Ok(_) => self.reader.close(&self.open)?,
            Err(_) => self.give_up(),
        }
        made
    }

    #[cold]
    fn give_up(&mut self) {
        if self.is_named {
            // The type read the name and rejected the member: a duplicate, for example.
            self.blame();
        }
        self.reader.give_up(&self.open);
    }

    /// The member or element that is being read has failed.
    #[cold]
    fn blame(&mut self) {
        self.is_named = false;
        self.reader.repair().blame(&mut self.open);
    }

    #[inline]
    fn name(&mut self) -> Result<Option<Name<'de>>, Mismatch> {
        let name = self.reader.next_name(&mut self.open);
        match &name {
            Ok(name) => self.is_named = name.is_some(),
            Err(_) => self.blame(),
        }
        Ok(name?.map(Name))
    }

    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        self.is_named = false;
        let value = seed.deserialize(&mut *self.reader);
        if value.is_err() {
            self.blame();
        }
        value
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        if !self.reader.next_part(&mut self.open)? {
            return Ok(None);
        }
        self.value(seed).map(Some)
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some(name) = self.name()? else {
            return Ok(None);
        };
        let key = seed.deserialize(name);
        if key.is_err() {
            self.blame();
        }
        key.map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        self.value(seed)
    }
}

/// The name of a member. It is text, whichever type is requested.
struct Name<'de>(Cow<'de, str>);

/// A number in quotes, as the key of a map.
macro_rules! unquoted {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            match Number::read(self.0.as_bytes(), 0) {
                Ok((number, end)) if end == self.0.len() => number.visit(visitor),
                _ => Err(Mismatch::Invalid),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    /// A field's name is not kept, so it does not matter whether it is borrowed.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match &*self.0 {
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

/// An enum that is written as an object with one member.
struct Variant<'r, 'de>(&'r mut Reader<'de>);

impl<'r, 'de> EnumAccess<'de> for Variant<'r, 'de> {
    type Error = Mismatch;
    type Variant = &'r mut Reader<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Mismatch> {
        if self.0.peek()? != b'"' {
            return Err(Mismatch::Invalid);
        }
        let name = self.0.string()?;
        self.0.expect(b':')?;
        Ok((seed.deserialize(Name(name))?, self.0))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        serde::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Mismatch> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_struct("", fields, visitor)
    }
}

/// A raw value: an object with one member, as serde_json makes it.
struct Raw<'de>(Option<&'de str>);

impl<'de> MapAccess<'de> for Raw<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        match self.0 {
            Some(_) => seed.deserialize(StrDeserializer::new(RAW_VALUE)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        let text = self.0.take().ok_or(Mismatch::Invalid)?;
        seed.deserialize(BorrowedStrDeserializer::new(text))
    }
}
