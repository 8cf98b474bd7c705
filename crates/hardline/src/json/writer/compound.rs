use serde::Serialize;
use serde::ser::{self, Error};

use super::JsonWriter;
use crate::json::{RAW_VALUE, WriteError};

/// An array, an object or a variant with either, until it ends.
pub(crate) struct Compound<'a> {
    pub(super) json: &'a mut JsonWriter,
    pub(super) end: &'static [u8],
    /// Where the member begins whose key has been written and whose value has not.
    pub(super) key_at: usize,
}

impl<'a> Compound<'a> {
    pub(super) fn new(json: &'a mut JsonWriter, begin: u8, end: &'static [u8]) -> Self {
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

    pub(super) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(&mut *self.json)?;
        // An element cannot be left out without moving those after it.
        if std::mem::take(&mut self.json.is_none) {
            self.json.text.extend_from_slice(b"null");
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), WriteError> {
        self.json.text.extend_from_slice(self.end);
        Ok(())
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
