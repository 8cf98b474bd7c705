use std::cell::Cell;

use bytes::Bytes;
use http::{StatusCode, response};
use serde::de::DeserializeSeed;
use serde::de::value::MapDeserializer;

use crate::json::{DecodeWarning, DecodeWarnings, JsonKind, Mismatch, RawJson};
use crate::wire::decode::check_status::check_status;
use crate::wire::decode::plain_value::PlainValue;
use crate::wire::{DecodeError, Operation, ResponseBody};

/// A response whose unchanged body is one field, and whose other fields are header fields.
pub(crate) struct BytesResponse {
    header_fields: Vec<(&'static str, String)>,
    bytes_field: Option<&'static str>,
}

impl BytesResponse {
    /// # Errors
    /// The status is not that of a successful response.
    pub(crate) fn new(operation: &Operation, head: &response::Parts) -> Result<Self, DecodeError> {
        check_status(operation, head.status)?;
        let mut header_fields = Vec::new();
        for (header, field) in operation.response_headers {
            if let Some(value) = head.headers.get(*header) {
                let text = String::from_utf8_lossy(value.as_bytes());
                header_fields.push((*field, text.into_owned()));
            }
        }
        Ok(Self {
            header_fields,
            bytes_field: match operation.response_body {
                // A 204 says that there is no body, which is not the same as an empty file.
                _ if head.status == StatusCode::NO_CONTENT => None,
                ResponseBody::Bytes(field) => Some(field),
                ResponseBody::Object | ResponseBody::List | ResponseBody::Ignored => None,
            },
        })
    }

    /// Decodes the value with a seed; its bytes are the body. A header field that does not fit is skipped.
    ///
    /// # Errors
    /// The response lacks something that the type requires, or the type takes no bytes.
    pub(crate) fn decode<T, S>(
        mut self,
        seed: S,
        body: &Bytes,
    ) -> Result<(T, DecodeWarnings), DecodeError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Copy,
    {
        let mut warnings = Vec::new();
        loop {
            let reading = Cell::new(None);
            let fields = self.fields(body, &reading);
            match RawJson::within(body, || seed.deserialize(MapDeserializer::new(fields))) {
                Ok(value) => return Ok((value, warnings.into_iter().collect())),
                Err(unfit) => warnings.push(self.leave_out(reading.get(), unfit)?),
            }
        }
    }

    /// The fields, and the one that is being read.
    fn fields<'a>(
        &'a self,
        body: &'a [u8],
        reading: &'a Cell<Option<&'static str>>,
    ) -> impl Iterator<Item = (&'static str, PlainValue<'a>)> {
        let texts = self.header_fields.iter();
        let texts = texts.map(|(field, text)| (*field, PlainValue::text(text.clone())));
        let bytes = self
            .bytes_field
            .map(|field| (field, PlainValue::Bytes(body)));
        let mut fields = texts.chain(bytes);
        std::iter::from_fn(move || {
            let field = fields.next();
            reading.set(field.as_ref().map(|(name, _)| *name));
            field
        })
    }

    fn leave_out(
        &mut self,
        field: Option<&str>,
        unfit: Mismatch,
    ) -> Result<DecodeWarning, DecodeError> {
        let mut warning = DecodeWarning {
            pointer: String::new(),
            reason: unfit.reason(),
            kind: JsonKind::String,
        };
        let Some(field) = field else {
            return Err(DecodeError::Shape(warning));
        };
        warning.pointer = format!("/{field}");
        let known = self.header_fields.len();
        self.header_fields.retain(|(name, _)| *name != field);
        if self.header_fields.len() == known {
            return Err(DecodeError::Shape(warning));
        }
        Ok(warning)
    }
}

#[cfg(test)]
mod tests {
    use http::Response;
    use serde::{Deserialize, Serialize};

    use crate::types::RawBytes;
    use crate::wire::{self, Endpoint, Error, Operation, ResponseBody};

    use super::*;

    #[derive(Serialize)]
    struct GetFile {}

    #[derive(Debug, PartialEq, Deserialize)]
    struct File {
        data: RawBytes,
        content_type: Option<String>,
        age: Option<u64>,
    }

    impl Endpoint for GetFile {
        const OPERATION: Operation = Operation::get("getFile", "/_matrix/client/v3/file")
            .response_headers(&[("content-type", "content_type"), ("age", "age")])
            .response_body(ResponseBody::Bytes("data"));
        type Response = File;
    }

    fn decoded(status: u16, age: &str, body: &Bytes) -> Result<wire::ApiResponse<File>, Error> {
        let response = Response::builder()
            .status(status)
            .header("content-type", "image/png")
            .header("age", age)
            .body(body.clone());
        wire::decode_response::<GetFile>(response.unwrap())
    }

    #[test]
    fn bytes_are_the_body_itself() {
        let body = Bytes::from(b"{\"\x00\xff".to_vec());
        let answer = decoded(200, "7", &body).unwrap();
        assert_eq!(answer.value.data.as_bytes(), &body[..]);
        assert_eq!(answer.value.data.as_bytes().as_ptr(), body.as_ptr());
        assert_eq!(answer.value.content_type.as_deref(), Some("image/png"));
        assert_eq!(answer.value.age, Some(7));
        assert!(answer.warnings.is_empty());
        assert!(
            decoded(200, "7", &Bytes::new())
                .unwrap()
                .value
                .data
                .as_bytes()
                .is_empty()
        );
    }

    #[test]
    fn a_header_field_that_does_not_fit_is_left_out() {
        let answer = decoded(200, "old", &Bytes::from_static(b"x")).unwrap();
        assert_eq!(answer.value.age, None);
        assert_eq!(answer.value.data.as_bytes(), b"x");
        assert_eq!(answer.warnings.count(), 1);
        assert_eq!(answer.warnings.iter().next().unwrap().pointer, "/age");
    }

    #[test]
    fn a_response_that_is_not_a_file_is_an_error() {
        let error = decoded(204, "7", &Bytes::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the response (HTTP status 204) cannot be used: the response lacks data (image/png, 0 bytes)"
        );
        let body = Bytes::from_static(br#"{"errcode": "M_NOT_FOUND", "error": "gone"}"#);
        let error = decoded(404, "7", &body).unwrap_err();
        assert_eq!(error.errcode(), Some(&wire::ErrorCode::NotFound));
        assert!(decoded(206, "7", &body).is_err());
    }

    #[test]
    fn a_list_of_numbers_and_a_text_take_the_body_too() {
        #[derive(Deserialize)]
        struct Text<T> {
            data: T,
        }

        macro_rules! answered_with {
            ($type:ty) => {{
                #[derive(Serialize)]
                struct Get {}

                impl Endpoint for Get {
                    const OPERATION: Operation = Operation::get("get", "/_matrix/client/v3/get")
                        .response_body(ResponseBody::Bytes("data"));
                    type Response = Text<$type>;
                }

                wire::decode::<Get>(Response::new("text")).map(|text| text.data)
            }};
        }
        assert_eq!(answered_with!(Vec<u8>).unwrap(), b"text");
        assert_eq!(answered_with!(String).unwrap(), "text");
        assert!(answered_with!(u8).is_err());
    }
}
