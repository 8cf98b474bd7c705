use serde::Serialize;
use serde::ser::{self, Impossible};

use super::fields::refuse;
use crate::wire::EncodeError;

/// The bytes of a value: those of [`RawBytes`](crate::types::RawBytes), copied once; `None` for `None`. A text counts
/// as bytes too, and so does a list of numbers, which is how serde writes a `Vec<u8>`.
pub(crate) fn bytes_of<T: Serialize + ?Sized>(value: &T) -> Result<Option<Vec<u8>>, EncodeError> {
    let mut bytes = None;
    value.serialize(RawBody {
        bytes: &mut bytes,
        is_element: false,
    })?;
    Ok(bytes)
}

const WRONG_TYPE: &str = "a raw body must be a field of type types::RawBytes";

struct RawBody<'a> {
    bytes: &'a mut Option<Vec<u8>>,
    /// The value is an element of a list, so it must be a byte.
    is_element: bool,
}

impl RawBody<'_> {
    fn begin(self, bytes: Vec<u8>) -> Result<Self, EncodeError> {
        if self.is_element {
            return Err(EncodeError::unencodable(WRONG_TYPE));
        }
        *self.bytes = Some(bytes);
        Ok(self)
    }
}

impl ser::Serializer for RawBody<'_> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), EncodeError>;
    type SerializeTupleVariant = Impossible<(), EncodeError>;
    type SerializeMap = Impossible<(), EncodeError>;
    type SerializeStruct = Impossible<(), EncodeError>;
    type SerializeStructVariant = Impossible<(), EncodeError>;

    /// Makes `RawBytes` write bytes rather than base64.
    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.begin(value.to_vec()).map(|_| ())
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_u8(self, value: u8) -> Result<(), EncodeError> {
        match self.bytes {
            Some(bytes) if self.is_element => bytes.push(value),
            _ => return Err(EncodeError::unencodable(WRONG_TYPE)),
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        if self.is_element {
            return Err(EncodeError::unencodable(WRONG_TYPE));
        }
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, EncodeError> {
        self.begin(Vec::with_capacity(len.unwrap_or_default()))
    }

    fn serialize_tuple(self, len: usize) -> Result<Self, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), EncodeError> {
        Err(EncodeError::unencodable(WRONG_TYPE))
    }

    refuse! {
        "a raw body must be a field of type types::RawBytes":
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}

macro_rules! list {
    ($($trait:ident)+) => {
        $(impl ser::$trait for RawBody<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                value.serialize(RawBody {
                    bytes: &mut *self.bytes,
                    is_element: true,
                })
            }

            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        })+
    };
}

list! { SerializeSeq SerializeTuple }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RawBytes;

    #[test]
    fn bytes_are_those_of_the_value() {
        let bytes = |value: &dyn Fn() -> Result<Option<Vec<u8>>, EncodeError>| value().unwrap();
        assert_eq!(
            bytes(&|| bytes_of(&RawBytes::from(vec![0, 255]))),
            Some(vec![0, 255])
        );
        assert_eq!(
            bytes(&|| bytes_of(&Some(RawBytes::default()))),
            Some(vec![])
        );
        assert_eq!(bytes(&|| bytes_of(&None::<RawBytes>)), None);
        assert_eq!(bytes(&|| bytes_of(&vec![1_u8, 2])), Some(vec![1, 2]));
        assert_eq!(bytes(&|| bytes_of(&[1_u8, 2])), Some(vec![1, 2]));
        assert_eq!(bytes(&|| bytes_of("text")), Some(b"text".to_vec()));
    }

    #[test]
    fn a_body_of_the_wrong_type_is_refused_with_the_right_type() {
        let errors = [
            bytes_of(&vec![1_u16]),
            bytes_of(&vec![vec![1_u8]]),
            bytes_of(&vec![Some(1_u8), None]),
            bytes_of(&vec!["a"]),
            bytes_of(&7_u8),
            bytes_of(&true),
        ];
        for error in errors {
            assert_eq!(
                error.unwrap_err().to_string(),
                "the request cannot be encoded: a raw body must be a field of type types::RawBytes"
            );
        }
    }
}
