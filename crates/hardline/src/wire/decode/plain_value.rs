use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::SeqDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// The value of a field outside JSON. The requested type decides how a text is read.
pub(crate) struct PlainValue<'de, E> {
    source: Source<'de>,
    error: PhantomData<fn() -> E>,
}

enum Source<'de> {
    /// From the path, a header field, or the query or a form, which may repeat a name.
    Texts(Vec<String>),
    /// From the body.
    Bytes(&'de [u8]),
}

impl<'de, E> PlainValue<'de, E> {
    pub(crate) fn text(text: String) -> Self {
        Self {
            source: Source::Texts(vec![text]),
            error: PhantomData,
        }
    }

    pub(crate) fn bytes(bytes: &'de [u8]) -> Self {
        Self {
            source: Source::Bytes(bytes),
            error: PhantomData,
        }
    }

    /// Adds the text of another occurrence of the name.
    #[cfg(feature = "server")]
    pub(crate) fn and(&mut self, text: String) {
        if let Source::Texts(texts) = &mut self.source {
            texts.push(text);
        }
    }
}

impl<E: Error> PlainValue<'_, E> {
    fn parsed<T: FromStr>(self) -> Result<T, E> {
        let text = String::deserialize(self)?;
        text.parse().map_err(|_| {
            E::custom("a value in the path, the query or a header field cannot be read")
        })
    }
}

impl<'de, E: Error> IntoDeserializer<'de, E> for PlainValue<'de, E> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            visitor.$visit(self.parsed()?)
        })+
    };
}

impl<'de, E: Error> Deserializer<'de> for PlainValue<'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.source {
            Source::Texts(mut texts) => match (texts.pop(), texts.is_empty()) {
                (Some(text), true) => visitor.visit_string(text),
                _ => Err(E::custom("a value appears twice")),
            },
            Source::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
        }
    }

    parsed! {
        deserialize_bool visit_bool,
        deserialize_i8 visit_i8,
        deserialize_i16 visit_i16,
        deserialize_i32 visit_i32,
        deserialize_i64 visit_i64,
        deserialize_u8 visit_u8,
        deserialize_u16 visit_u16,
        deserialize_u32 visit_u32,
        deserialize_u64 visit_u64,
        deserialize_f32 visit_f32,
        deserialize_f64 visit_f64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.source {
            Source::Texts(texts) => visitor.visit_seq(SeqDeserializer::new(texts.into_iter())),
            Source::Bytes(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        let text: String = self.parsed()?;
        visitor.visit_enum(text.into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}
