//! serde's side of a [`Reader`]. These functions are compiled for each type that is decoded, so everything that does
//! not depend on the type is in the reader.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::Reader;
use super::cursor::Cursor;
use super::number::Number;
use super::parts::{OneValue, Parts};
use super::variant::Variant;
use crate::json::lenient::{FIELD, IDENTIFIER, MEMBER, REPEATED_MEMBER, STRICT};
use crate::json::mismatch::Mismatch;
use crate::json::{RAW_LIST, RAW_MAP, RAW_VALUE, RawJson, RefusedParts, read_parts};

impl<'de> Reader<'de> {
    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        let mut parts = Parts::open(self, true)?;
        let made = visitor.visit_map(&mut parts);
        parts.close(made)
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        self.elements(true, visitor)
    }

    /// A list in which each element has its place.
    fn tuple<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        self.elements(false, visitor)
    }

    fn elements<V: Visitor<'de>>(&mut self, skips: bool, visitor: V) -> Result<V::Value, Mismatch> {
        let mut parts = Parts::open(self, skips)?;
        let made = visitor.visit_seq(&mut parts);
        parts.close(made)
    }

    fn text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        visit_text(self.cursor.string()?, visitor)
    }

    /// A text that identifies something.
    fn identifier<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.identifying_text()? {
            Some(text) => visit_text(text, visitor),
            None => Err(self.unfit(&visitor)),
        }
    }

    /// A text, or of a lenient reader a number's text.
    fn identifying_text(&mut self) -> Result<Option<Cow<'de, str>>, Mismatch> {
        let text = match self.cursor.peek()? {
            b'"' => self.cursor.string()?,
            b'-' | b'0'..=b'9' if self.is_lenient => {
                let begin = self.cursor.at;
                match self.cursor.integer()? {
                    Number::Unsigned(number) => number.to_string().into(),
                    Number::Signed(number) => number.to_string().into(),
                    Number::Float(_) => self.cursor.slice(begin, self.cursor.at)?.into(),
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(text))
    }

    /// An integer. A lenient reader takes a text that is one.
    fn integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.cursor.peek()? {
            b'-' | b'0'..=b'9' => self.cursor.integer()?.visit(visitor),
            b'"' if self.is_lenient => match self.integer_in_text() {
                Some(number) => number.visit(visitor),
                None => Err(self.unfit(&visitor)),
            },
            _ => Err(self.unfit(&visitor)),
        }
    }

    #[cold]
    fn integer_in_text(&mut self) -> Option<Number> {
        let text = self.cursor.string().ok()?;
        let mut text = Cursor::new(text.as_bytes());
        text.space();
        let number = text.integer().ok().filter(|_| text.end().is_ok())?;
        (!matches!(number, Number::Float(_))).then_some(number)
    }

    /// Reads without leniency, whatever stands around.
    fn without_leniency<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        let is_lenient = std::mem::replace(&mut self.is_lenient, false);
        let made = visitor.visit_newtype_struct(&mut *self);
        self.is_lenient = is_lenient;
        made
    }

    /// The parts of a list or an object, undecoded.
    fn raw_parts<V: Visitor<'de>>(
        &mut self,
        closing: u8,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.cursor.space();
        let begin = self.cursor.at;
        match read_parts(self.cursor.text, begin, self.body, closing, visitor) {
            Ok((parts, end)) => {
                self.cursor.at = end;
                Ok(parts)
            }
            Err(RefusedParts { mismatch, end }) => {
                self.refused = end.map(|end| (begin, end));
                Err(mismatch)
            }
        }
    }

    /// The text of a value, in the form in which serde_json offers it to types that request raw values.
    fn raw<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Mismatch> {
        self.cursor.space();
        let begin = self.cursor.at;
        self.cursor.skip_value()?;
        let text = self.cursor.slice(begin, self.cursor.at)?;
        match self.body {
            Some(body) => RawJson::within(body, || visitor.visit_map(Raw(Some(text)))),
            None => visitor.visit_map(Raw(Some(text))),
        }
    }
}

fn visit_text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, Mismatch> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
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
            match self.cursor.peek()? {
                $first => $read(self, visitor),
                _ => Err(self.unfit(&visitor)),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.cursor.peek()? {
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
            reader.cursor.literal("null")?;
            visitor.visit_unit()
        };
        deserialize_bool(): b't' | b'f' => |reader: Self, visitor: V| {
            let is_true = reader.cursor.text[reader.cursor.at] == b't';
            reader.cursor.literal(if is_true { "true" } else { "false" })?;
            visitor.visit_bool(is_true)
        };
        deserialize_f64(): b'-' | b'0'..=b'9' => |reader: Self, visitor: V| reader.cursor.number()?.visit(visitor);
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
        if self.cursor.peek()? == b'n' {
            self.cursor.literal("null")?;
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
        // No type in Rust has such a name.
        if !name.starts_with('$') {
            return visitor.visit_newtype_struct(self);
        }
        match name {
            FIELD | MEMBER | REPEATED_MEMBER => visitor.visit_seq(OneValue::named(name, self)),
            IDENTIFIER => self.identifier(visitor),
            STRICT => self.without_leniency(visitor),
            RAW_VALUE => self.raw(visitor),
            RAW_LIST => self.raw_parts(b']', visitor),
            RAW_MAP => self.raw_parts(b'}', visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.cursor.skip_value()?;
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.cursor.peek()? {
            b'"' => visitor.visit_enum(self.cursor.string()?.into_deserializer()),
            b'{' => {
                let mut variant = Parts::open(self, false)?;
                let made = visitor.visit_enum(Variant(&mut variant));
                variant.close(made)
            }
            _ => Err(self.unfit(&visitor)),
        }
    }

    same! {
        integer: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128;
        integer: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128;
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
        match self.cursor.peek()? {
            b'[' => self.tuple(visitor),
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_tuple(len, visitor)
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
