//! Writes JSON without the members that have no value: a member that is `None` is left out, at every depth.

use serde::Serialize;
use serde::ser::{self, Error};

use crate::json::{RAW_VALUE, RawJson, WriteError, scan};

/// A JSON text that is being written.
#[derive(Default)]
pub(crate) struct JsonWriter {
    text: Vec<u8>,
    /// The name of a member whose value is about to be written, unless it is a `None`.
    name: Option<&'static str>,
    /// What was written last is a `None`.
    is_none: bool,
    /// Strings and bytes are JSON already, and written unchanged.
    is_raw: bool,
}

impl JsonWriter {
    /// The JSON text of a value.
    pub(crate) fn text_of<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, WriteError> {
        let mut json = Self::default();
        value.serialize(&mut json)?;
        Ok(json.text)
    }

    /// The text of a raw value, taken from its only member.
    pub(crate) fn text_of_raw<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, WriteError> {
        let mut json = Self {
            is_raw: true,
            ..Self::default()
        };
        value.serialize(&mut json)?;
        Ok(json.text)
    }

    /// Begins an object, whose members [`member`](JsonWriter::member) writes.
    pub(crate) fn object() -> Self {
        // Most requests fit.
        let mut text = Vec::with_capacity(256);
        text.push(b'{');
        Self {
            text,
            ..Self::default()
        }
    }

    /// Ends the object that [`object`](JsonWriter::object) began.
    pub(crate) fn end_object(mut self) -> Vec<u8> {
        self.text.push(b'}');
        self.text
    }

    /// Writes a member, unless its value is `None`, and returns whether it did.
    pub(crate) fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<bool, WriteError> {
        self.name = Some(name);
        value.serialize(&mut *self)?;
        Ok(self.name.take().is_none())
    }

    /// Writes a member that is JSON already.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn raw_member(&mut self, name: &str, value: &RawJson) -> Result<(), WriteError> {
        self.member_name(name);
        value.serialize(self)
    }

    /// The same for its text.
    #[cfg(feature = "by-name")]
    pub(crate) fn json_member(&mut self, name: &str, json: &[u8]) {
        self.member_name(name);
        self.text.extend_from_slice(json);
    }

    /// Where to write a value: after the name of its member, if it belongs to one.
    #[inline]
    fn value(&mut self) -> &mut Vec<u8> {
        self.name_if_member();
        &mut self.text
    }

    #[inline]
    fn name_if_member(&mut self) {
        if let Some(name) = self.name.take() {
            self.member_name(name);
        }
    }

    fn member_name(&mut self, name: &str) {
        self.comma();
        self.string(name);
        self.text.push(b':');
    }

    #[inline]
    fn comma(&mut self) {
        if !matches!(self.text.last(), None | Some(b'{' | b'[')) {
            self.text.push(b',');
        }
    }

    fn string(&mut self, text: &str) {
        if scan::is_plain(text.as_bytes()) {
            self.text.reserve(text.len() + 2);
            self.text.push(b'"');
            self.text.extend_from_slice(text.as_bytes());
            self.text.push(b'"');
        } else {
            serde_json::to_writer(&mut self.text, text)
                .expect("a string has a JSON form and a vector takes it");
        }
    }

    fn variant(&mut self, variant: &str) {
        self.value().push(b'{');
        self.string(variant);
        self.text.push(b':');
    }
}

/// An array, an object or a variant with either, until it ends.
pub(crate) struct Compound<'a> {
    json: &'a mut JsonWriter,
    end: &'static [u8],
    /// Where the member begins whose key has been written and whose value has not.
    key_at: usize,
}

impl<'a> Compound<'a> {
    fn new(json: &'a mut JsonWriter, begin: u8, end: &'static [u8]) -> Self {
        json.value().push(begin);
        Self {
            json,
            end,
            key_at: 0,
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.json.comma();
        self.value(value)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(&mut *self.json)?;
        // An element cannot be left out without moving those after it.
        if std::mem::take(&mut self.json.is_none) {
            self.json.text.extend_from_slice(b"null");
        }
        Ok(())
    }

    fn finish(self) -> Result<(), WriteError> {
        self.json.text.extend_from_slice(self.end);
        Ok(())
    }
}

macro_rules! as_serde_json_does {
    ($($method:ident: $type:ty,)+) => {
        $(fn $method(self, value: $type) -> Result<(), WriteError> {
            serde_json::to_writer(self.value(), &value).map_err(WriteError::custom)
        })+
    };
}

impl<'a> ser::Serializer for &'a mut JsonWriter {
    type Ok = ();
    type Error = WriteError;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    as_serde_json_does! {
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

    fn serialize_f32(self, value: f32) -> Result<(), WriteError> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), WriteError> {
        if !value.is_finite() {
            return Err(WriteError::custom("JSON has no infinity and no NaN"));
        }
        serde_json::to_writer(self.value(), &value).map_err(WriteError::custom)
    }

    fn serialize_char(self, value: char) -> Result<(), WriteError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), WriteError> {
        if self.is_raw {
            self.value().extend_from_slice(value.as_bytes());
        } else {
            self.name_if_member();
            self.string(value);
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), WriteError> {
        if !self.is_raw {
            return self.collect_seq(value);
        }
        self.value().extend_from_slice(value);
        Ok(())
    }

    /// Tells a raw value that its text need not be checked again.
    fn is_human_readable(&self) -> bool {
        !self.is_raw
    }

    fn serialize_none(self) -> Result<(), WriteError> {
        self.is_none = self.name.is_none();
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WriteError> {
        self.value().extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), WriteError> {
        self.value().extend_from_slice(b"{}");
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), WriteError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        self.variant(variant);
        let mut object = Compound {
            json: self,
            end: b"}",
            key_at: 0,
        };
        object.value(value)?;
        object.finish()
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Compound<'a>, WriteError> {
        Ok(Compound::new(self, b'[', b"]"))
    }

    fn serialize_tuple(self, len: usize) -> Result<Compound<'a>, WriteError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        len: usize,
    ) -> Result<Compound<'a>, WriteError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>, WriteError> {
        self.variant(variant);
        Ok(Compound::new(self, b'[', b"]}"))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Compound<'a>, WriteError> {
        Ok(Compound::new(self, b'{', b"}"))
    }

    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Compound<'a>, WriteError> {
        if name == RAW_VALUE {
            return Ok(Compound {
                json: self,
                end: b"",
                key_at: 0,
            });
        }
        Ok(Compound::new(self, b'{', b"}"))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>, WriteError> {
        self.variant(variant);
        Ok(Compound::new(self, b'{', b"}}"))
    }
}

impl ser::SerializeSeq for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.element(value)
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

impl ser::SerializeTuple for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.element(value)
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.element(value)
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

impl ser::SerializeTupleVariant for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.element(value)
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteError> {
        self.key_at = self.json.text.len();
        self.json.comma();
        let begin = self.json.text.len();
        key.serialize(&mut *self.json)?;
        match self.json.text.get(begin) {
            Some(b'"') => Ok(()),
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => {
                self.json.text.insert(begin, b'"');
                self.json.text.push(b'"');
                Ok(())
            }
            _ => Err(WriteError::custom(
                "the name of a JSON member must be a string",
            )),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.json.text.push(b':');
        value.serialize(&mut *self.json)?;
        if std::mem::take(&mut self.json.is_none) {
            self.json.text.truncate(self.key_at);
        }
        Ok(())
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

impl ser::SerializeStruct for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        if name == RAW_VALUE {
            self.json.is_raw = true;
            let written = value.serialize(&mut *self.json);
            self.json.is_raw = false;
            return written;
        }
        self.json.member(name, value).map(drop)
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        self.json.member(name, value).map(drop)
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Serialize)]
    struct Outer {
        first: Option<u8>,
        second: Option<Inner>,
        list: Vec<Option<u8>>,
        map: BTreeMap<u8, Option<f64>>,
        raw: Option<RawJson>,
    }

    #[derive(Serialize)]
    struct Inner {
        nothing: Option<String>,
        text: &'static str,
    }

    fn text_of(value: &impl Serialize) -> String {
        String::from_utf8(JsonWriter::text_of(value).unwrap()).unwrap()
    }

    #[test]
    fn members_without_a_value_are_left_out_at_every_depth() {
        let value = Outer {
            first: None,
            second: Some(Inner {
                nothing: None,
                text: "a\"\u{1}é",
            }),
            list: vec![Some(1), None],
            map: BTreeMap::from([(1, Some(0.5)), (2, None), (3, Some(1e300))]),
            raw: Some(serde_json::from_str(r#"{ "kept": 1.0 }"#).unwrap()),
        };
        assert_eq!(
            text_of(&value),
            r#"{"second":{"text":"a\"\u0001é"},"list":[1,null],"map":{"1":0.5,"3":1e+300},"raw":{ "kept": 1.0 }}"#,
        );
        let empty = Outer {
            first: None,
            second: None,
            list: vec![],
            map: BTreeMap::new(),
            raw: None,
        };
        assert_eq!(text_of(&empty), r#"{"list":[],"map":{}}"#);
    }

    #[test]
    fn a_value_without_a_json_form_is_an_error() {
        assert!(JsonWriter::text_of(&f64::NAN).is_err());
        assert!(JsonWriter::text_of(&BTreeMap::from([(vec![1], 1)])).is_err());
    }
}
