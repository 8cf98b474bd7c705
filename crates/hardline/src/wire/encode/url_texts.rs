use serde::Serialize;
use serde::ser::{self, Impossible};

use super::fields::refuse;
use crate::json::{JsonWriter, RAW_VALUE, Reader, scan};
use crate::wire::EncodeError;

/// Receives the texts of a value in a path, a query or a form: none for `None`, several for a list.
pub(crate) type Take<'a> = &'a mut dyn FnMut(&str) -> Result<(), EncodeError>;

/// Passes the texts of a value to `take`.
pub(crate) fn url_texts<T: Serialize + ?Sized>(
    value: &T,
    take: Take<'_>,
) -> Result<(), EncodeError> {
    value.serialize(UrlTexts {
        take,
        is_element: false,
    })
}

struct UrlTexts<'a> {
    take: Take<'a>,
    is_element: bool,
}

const NO_FORM: &str = "a list or an object has no form in a URL";

macro_rules! as_they_are_written {
    ($($method:ident: $type:ty,)+) => {
        $(fn $method(self, value: $type) -> Result<(), EncodeError> {
            (self.take)(&value.to_string())
        })+
    };
}

impl<'a> ser::Serializer for UrlTexts<'a> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = Impossible<(), EncodeError>;
    type SerializeMap = Impossible<(), EncodeError>;
    type SerializeStruct = Raw<'a>;
    type SerializeStructVariant = Impossible<(), EncodeError>;

    as_they_are_written! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
    }

    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        self.serialize_f64(f64::from(value))
    }

    /// Written as in JSON.
    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        raw_texts(&JsonWriter::text_of(&value)?, self.take)
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        (self.take)(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        (self.take)(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        if self.is_element {
            return self.serialize_unit();
        }
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        (self.take)("null")
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        (self.take)(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<List<'a>, EncodeError> {
        if self.is_element {
            return Err(EncodeError::unencodable(NO_FORM));
        }
        Ok(List(self.take))
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'a>, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        len: usize,
    ) -> Result<List<'a>, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Raw<'a>, EncodeError> {
        if name != RAW_VALUE {
            return Err(EncodeError::unencodable(NO_FORM));
        }
        Ok(Raw(self))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), EncodeError> {
        Err(EncodeError::unencodable(NO_FORM))
    }

    refuse! {
        "a list or an object has no form in a URL":
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}

/// A list, each element of which is a text.
struct List<'a>(Take<'a>);

impl List<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(UrlTexts {
            take: &mut *self.0,
            is_element: true,
        })
    }
}

macro_rules! list {
    ($($trait:ident $method:ident;)+) => {
        $(impl ser::$trait for List<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.element(value)
            }

            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        })+
    };
}

list! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}

/// A value that is JSON already.
struct Raw<'a>(UrlTexts<'a>);

impl ser::SerializeStruct for Raw<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let json = JsonWriter::text_of_raw(value)?;
        match scan::trim(&json) {
            [b'[', ..] if self.0.is_element => Err(EncodeError::unencodable(NO_FORM)),
            json => raw_texts(json, self.0.take),
        }
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// The texts of a JSON value.
fn raw_texts(json: &[u8], take: Take<'_>) -> Result<(), EncodeError> {
    let mut text = |json: &[u8]| match json.first() {
        Some(b'"') => {
            let text: String = Reader::decode_all(json).map_err(EncodeError::unencodable)?;
            take(&text)
        }
        Some(b'{' | b'[') => Err(EncodeError::unencodable(NO_FORM)),
        _ => take(std::str::from_utf8(json).map_err(EncodeError::unencodable)?),
    };
    match json.first() {
        Some(b'[') => scan::elements(json).try_for_each(text),
        _ => text(json),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::json::RawJson;
    use crate::types::RawBytes;

    #[derive(Serialize)]
    enum Choice {
        #[serde(rename = "m.one")]
        One,
        Two(u8),
    }

    #[derive(Serialize)]
    struct Wrapped(Option<&'static str>);

    #[derive(Serialize)]
    struct Pair(u8, Option<char>);

    #[derive(Serialize)]
    struct Nothing;

    #[derive(Serialize)]
    struct Members {
        a: u8,
    }

    fn texts(value: impl Serialize) -> Vec<String> {
        let mut texts = Vec::new();
        url_texts(&value, &mut |text| {
            texts.push(text.to_owned());
            Ok(())
        })
        .unwrap();
        texts
    }

    fn raw(json: &str) -> RawJson {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_value_is_its_text() {
        assert_eq!(texts("a \"b\"\n"), ["a \"b\"\n"]);
        assert_eq!(
            texts((true, -7_i8, u64::MAX)),
            ["true", "-7", "18446744073709551615"]
        );
        assert_eq!(texts([1.0, 0.5, 1e300]), ["1.0", "0.5", "1e+300"]);
        assert_eq!(texts(Choice::One), ["m.one"]);
        assert_eq!(texts(Wrapped(Some("w"))), ["w"]);
        assert_eq!(texts(Some('é')), ["é"]);
        assert_eq!(texts(()), ["null"]);
        assert_eq!(texts(RawBytes::from(vec![0])), ["AA=="]);
    }

    #[test]
    fn nothing_is_no_text_and_a_list_is_several() {
        assert!(texts(None::<u8>).is_empty());
        assert!(texts(Wrapped(None)).is_empty());
        assert!(texts(Vec::<u8>::new()).is_empty());
        assert_eq!(texts(vec![Some("a"), None]), ["a", "null"]);
        assert_eq!(texts(Pair(1, Some('2'))), ["1", "2"]);
    }

    #[test]
    fn raw_json_is_what_its_value_is() {
        assert_eq!(texts(raw(r#""a\u00e9""#)), ["aé"]);
        assert_eq!(texts(raw("1.50")), ["1.50"]);
        assert_eq!(texts(raw(r#"[ "a" , 1, null ]"#)), ["a", "1", "null"]);
        assert_eq!(texts(vec![raw("1"), raw(r#""b""#)]), ["1", "b"]);
    }

    #[test]
    fn nested_lists_and_objects_have_no_form() {
        fn refused(value: impl Serialize) -> bool {
            url_texts(&value, &mut |_| Ok(())).is_err()
        }
        assert!(refused(vec![vec![1]]));
        assert!(refused(Members { a: 1 }));
        assert!(refused(vec![Members { a: 1 }]));
        assert!(refused(BTreeMap::from([("a", 1)])));
        assert!(refused(Choice::Two(2)));
        assert!(refused(Nothing));
        assert!(refused(f64::NAN));
        assert!(refused(raw("{}")));
        assert!(refused(raw("[[]]")));
        assert!(refused(vec![raw("[1]")]));
    }
}
