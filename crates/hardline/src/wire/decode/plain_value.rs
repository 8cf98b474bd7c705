use std::str::FromStr;

#[cfg(feature = "server")]
use serde::de::value::MapDeserializer;
use serde::de::value::SeqDeserializer;
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::json::Mismatch;

/// The value of a field outside JSON. The requested type decides how a text is read.
pub(crate) enum PlainValue<'de> {
    /// From the path, a header field, or the query or a form, which may repeat a name.
    Texts(Vec<String>),
    /// From the body.
    Bytes(&'de [u8]),
    /// From all pairs of the query that are no fields.
    #[cfg(feature = "server")]
    Pairs(Vec<(String, String)>),
}

impl PlainValue<'_> {
    pub(crate) fn text(text: String) -> Self {
        Self::Texts(vec![text])
    }

    /// Adds the text of another occurrence of the name.
    #[cfg(feature = "server")]
    pub(crate) fn and(&mut self, text: String) {
        if let Self::Texts(texts) = self {
            texts.push(text);
        }
    }

    fn parsed<T: FromStr>(self) -> Result<T, Mismatch> {
        let text = String::deserialize(self)?;
        text.parse().map_err(|_| Mismatch::Invalid)
    }
}

impl<'de> IntoDeserializer<'de, Mismatch> for PlainValue<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            visitor.$visit(self.parsed()?)
        })+
    };
}

impl<'de> Deserializer<'de> for PlainValue<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Texts(mut texts) => match (texts.pop(), texts.is_empty()) {
                (Some(text), true) => visitor.visit_string(text),
                _ => Err(Mismatch::Invalid),
            },
            Self::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            #[cfg(feature = "server")]
            Self::Pairs(pairs) => visitor.visit_map(MapDeserializer::new(pairs.into_iter())),
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

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Texts(texts) => visitor.visit_seq(SeqDeserializer::new(texts.into_iter())),
            Self::Bytes(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
            #[cfg(feature = "server")]
            Self::Pairs(_) => Err(Mismatch::Invalid),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let text: String = self.parsed()?;
        visitor.visit_enum(text.into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use hardline_derive::Wire;
    use serde::de::value::MapDeserializer;

    use super::*;
    use crate::types::{RawBytes, UserId};

    #[derive(Debug, Default, PartialEq, Wire)]
    struct Fields {
        #[serde(rename = "userId")]
        user_id: Option<UserId>,
        at: Option<u64>,
        #[serde(default)]
        is_so: bool,
        #[serde(default)]
        via: Vec<String>,
        data: Option<RawBytes>,
    }

    fn read(
        fields: impl IntoIterator<Item = (&'static str, PlainValue<'static>)>,
    ) -> Result<Fields, Mismatch> {
        Fields::deserialize(MapDeserializer::new(fields.into_iter()))
    }

    #[test]
    fn derived_types_are_read_from_paths_queries_and_header_fields() {
        let text = |text: &str| PlainValue::text(text.to_owned());
        let via = PlainValue::Texts(vec!["a".to_owned(), "b".to_owned()]);
        let fields = [
            ("userId", text("@a:b")),
            ("at", text("7")),
            ("is_so", text("true")),
            ("via", via),
            ("data", PlainValue::Bytes(b"\xff")),
        ];
        let expected = Fields {
            user_id: Some(UserId::parse("@a:b").unwrap()),
            at: Some(7),
            is_so: true,
            via: vec!["a".to_owned(), "b".to_owned()],
            data: Some(RawBytes::from(&b"\xff"[..])),
        };
        assert_eq!(read(fields).unwrap(), expected);
        assert_eq!(read([]).unwrap(), Fields::default());
    }

    #[test]
    fn a_text_that_does_not_fit_is_an_error() {
        for (name, text) in [("at", "x"), ("at", "7.0"), ("at", ""), ("is_so", "1")] {
            assert!(
                read([(name, PlainValue::text(text.to_owned()))]).is_err(),
                "{name}={text}"
            );
        }
    }
}
