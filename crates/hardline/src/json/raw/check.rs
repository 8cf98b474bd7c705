use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use serde_json::Error;

use super::raw_json::{RAW_VALUE, RawJson};
use crate::json::{is_json, scan};

/// Holds a text to JSON's grammar.
///
/// # Errors
/// What is wrong, and where. The error does not repeat the text, which may be a secret.
pub(super) fn check(text: &[u8]) -> Result<(), Error> {
    if is_json(text) && scan::utf8(text).is_some() {
        return Ok(());
    }
    // Our reader does not say where it stopped.
    match serde_json::from_slice::<&serde_json::value::RawValue>(text) {
        Ok(_) => Err(serde::de::Error::custom("the text is not JSON")),
        Err(error) => Err(error),
    }
}

impl RawJson {
    /// Holds the text to JSON's grammar, unless that was done before.
    ///
    /// Only the elements of a [`RawList`](super::RawList) and the members of a [`RawMap`](super::RawMap) were not held
    /// to it when they were read. Decoding and serializing check them too.
    ///
    /// ```
    /// use hardline::json::{RawJson, RawList};
    ///
    /// let list: RawList<RawJson> = serde_json::from_str(r#"[{"body": "hello"}]"#)?;
    /// for mut raw in list.raw() {
    ///     raw.check()?;
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong, and where. The error does not repeat the text, which may be a secret.
    pub fn check(&mut self) -> Result<(), Error> {
        self.checked().map(drop)?;
        self.is_checked = true;
        Ok(())
    }

    /// The text, which is checked now unless it was before.
    ///
    /// # Errors
    /// As [`check`](RawJson::check).
    pub(crate) fn checked(&self) -> Result<&[u8], Error> {
        if !self.is_checked {
            check(self.as_bytes())?;
        }
        Ok(self.as_bytes())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.checked().map_err(|error| {
            S::Error::custom(format_args!("the raw value is not JSON: {error}"))
        })?;
        // As serde_json's own type does it: its serializer and ours write the text unchanged.
        let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
        raw.serialize_field(RAW_VALUE, &Checked(text))?;
        raw.end()
    }
}

/// A text that was checked. Other serializers get a string. Our own says by asking for bytes that it needs none.
struct Checked<'a>(&'a [u8]);

impl Serialize for Checked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&String::from_utf8_lossy(self.0))
        } else {
            serializer.serialize_bytes(self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{JsonWriter, RawList, Reader};

    fn unchecked(text: &str) -> RawJson {
        let body = bytes::Bytes::from(format!("[{text}]"));
        let list: RawList<RawJson> = Reader::decode_all(&body).unwrap();
        list.raw().next().unwrap()
    }

    #[test]
    fn a_value_that_is_not_json_is_refused_when_it_is_written() {
        let texts = [
            r#"{"a":tru}"#,
            "1 2",
            r#""\x""#,
            "nul",
            "01",
            "{\"a\":[1,]}",
            "\"\n\"",
            "[{]]",
        ];
        for text in texts {
            let mut raw = unchecked(text);
            assert!(serde_json::to_string(&raw).is_err(), "{text}");
            assert!(serde_json::to_value(&raw).is_err(), "{text}");
            assert!(JsonWriter::text_of(&raw).is_err(), "{text}");
            assert!(RawJson::new(&raw).is_err(), "{text}");
            assert!(raw.check().is_err(), "{text}");
            assert!(!raw.is_checked);
        }
    }

    #[test]
    fn a_value_that_is_json_is_checked_once_and_written_as_it_is() {
        let mut raw = unchecked(r#"{ "a": [1.50, "\u00e9"] }"#);
        assert!(!raw.is_checked);
        assert_eq!(serde_json::to_string(&raw).unwrap(), raw.as_str());
        assert_eq!(JsonWriter::text_of(&raw).unwrap(), raw.as_bytes());
        raw.check().unwrap();
        assert!(raw.is_checked && raw.clone().is_checked);
        assert!(serde_json::from_str::<RawJson>("1").unwrap().is_checked);
        assert!(RawJson::new("text").unwrap().is_checked);
    }

    #[test]
    fn an_error_says_where_and_does_not_repeat_the_value() {
        let error = unchecked(r#"{"secret": hunter2}"#).check().unwrap_err();
        assert_eq!(error.to_string(), "expected value at line 1 column 12");
    }
}
