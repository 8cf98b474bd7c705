//! Writes JSON without the members that have no value: a member that is `None` is left out, at every depth.

mod compound;
mod raw_json;
mod serializer;

use serde::Serialize;

use crate::json::{RawJson, WriteError, scan};

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
