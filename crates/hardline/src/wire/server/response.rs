use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use crate::json::{JsonObject, JsonWriter, Reader};
use crate::wire::encode::fields::{Fields, StructFields};
use crate::wire::encode::raw_body::bytes_of;
use crate::wire::encode::url_texts::url_texts;
use crate::wire::{EncodeError, Endpoint, Operation, ResponseBody};

/// Builds the HTTP response of an operation, which [`decode`](crate::wire::decode) can read.
///
/// ```
/// use hardline::client_api::account::{GetTokenOwner, GetTokenOwnerResponse};
/// use hardline::types::UserId;
/// use hardline::wire::server::encode_response;
///
/// let owner = GetTokenOwnerResponse::new(UserId::parse("@alice:example.org")?);
/// let response = encode_response::<GetTokenOwner>(&owner)?;
/// assert_eq!(response.body(), br#"{"user_id":"@alice:example.org"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`EncodeError::Unencodable`] if a value has no form in JSON or in a header field.
pub fn encode_response<E>(response: &E::Response) -> Result<Response<Vec<u8>>, EncodeError>
where
    E: Endpoint<Response: Serialize>,
{
    let operation = const { &E::OPERATION };
    // Only one of the two is compiled.
    if const { E::OPERATION.answers_bytes() } {
        let mut answer = BytesResponse::new(operation)?;
        response.serialize(StructFields(&mut answer))?;
        return Ok(answer.response);
    }
    assemble(operation, JsonWriter::text_of(response)?)
}

fn status(operation: &Operation) -> Result<StatusCode, EncodeError> {
    let status = operation.statuses.first().copied().unwrap_or(200);
    StatusCode::from_u16(status).map_err(EncodeError::unencodable)
}

/// A response with one field as its body and the others as header fields.
struct BytesResponse {
    operation: &'static Operation,
    response: Response<Vec<u8>>,
}

impl BytesResponse {
    fn new(operation: &'static Operation) -> Result<Self, EncodeError> {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = status(operation)?;
        Ok(Self {
            operation,
            response,
        })
    }
}

impl Fields for BytesResponse {
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        if self.operation.response_body == ResponseBody::Bytes(name) {
            match bytes_of(value)? {
                Some(bytes) => *self.response.body_mut() = bytes,
                None => *self.response.status_mut() = StatusCode::NO_CONTENT,
            }
            return Ok(());
        }
        let carriers = self.operation.response_headers.iter();
        let mut is_carried = false;
        for (header, _) in carriers.filter(|(_, field)| *field == name) {
            is_carried = true;
            url_texts(value, &mut |text| {
                let text = HeaderValue::try_from(text).map_err(EncodeError::unencodable)?;
                let headers = self.response.headers_mut();
                headers.insert(HeaderName::from_static(header), text);
                Ok(())
            })?;
        }
        if is_carried {
            return Ok(());
        }
        Err(EncodeError::unencodable(format_args!(
            "{name} has no place in the response to {}",
            self.operation.name()
        )))
    }
}

fn assemble(operation: &Operation, mut body: Vec<u8>) -> Result<Response<Vec<u8>>, EncodeError> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status(operation)?;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if !operation.response_headers.is_empty() {
        let mut members: JsonObject =
            Reader::decode_all(&body).map_err(EncodeError::unencodable)?;
        for (header, field) in operation.response_headers {
            let Some(value) = members.remove(field) else {
                continue;
            };
            let text: String = value.deserialize().map_err(EncodeError::unencodable)?;
            let value = HeaderValue::try_from(text).map_err(EncodeError::unencodable)?;
            response
                .headers_mut()
                .insert(HeaderName::from_static(header), value);
        }
        body = JsonWriter::text_of(&members)?;
    }
    if response.headers().contains_key(LOCATION)
        && let Some(redirection) = redirection(operation)
    {
        *response.status_mut() = redirection;
    }
    if operation.response_body == ResponseBody::Ignored {
        // A body that nobody reads is neither sent nor labelled as JSON.
        response.headers_mut().remove(CONTENT_TYPE);
    } else {
        *response.body_mut() = body;
    }
    Ok(response)
}

/// The redirection among the operation's statuses, if there is one. A response with a `Location` uses it.
fn redirection(operation: &Operation) -> Option<StatusCode> {
    let mut statuses = operation.statuses.iter().copied();
    statuses.find_map(|status| {
        let status = StatusCode::from_u16(status).ok()?;
        status.is_redirection().then_some(status)
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::types::RawBytes;

    #[derive(Serialize)]
    struct Follow {}

    #[derive(Default, Serialize, Deserialize)]
    struct Followed {
        location: Option<String>,
    }

    impl Endpoint for Follow {
        const OPERATION: Operation = Operation::get("follow", "/_matrix/client/v3/follow")
            .statuses(&[200, 302, 301])
            .response_headers(&[("location", "location")])
            .response_body(ResponseBody::Ignored);
        type Response = Followed;
    }

    #[derive(Serialize)]
    struct GetFile {}

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct File {
        data: Option<RawBytes>,
        content_type: Option<String>,
        age: u64,
    }

    impl Endpoint for GetFile {
        const OPERATION: Operation = Operation::get("getFile", "/_matrix/client/v3/file")
            .response_headers(&[("content-type", "content_type"), ("age", "age")])
            .response_body(ResponseBody::Bytes("data"));
        type Response = File;
    }

    #[test]
    fn a_response_of_bytes_is_encoded_and_decoded() {
        for (data, status) in [(Some(&b"\0\xff"[..]), 200), (Some(b""), 200), (None, 204)] {
            let file = File {
                data: data.map(RawBytes::from),
                content_type: Some("image/png".to_owned()),
                age: 7,
            };
            let response = encode_response::<GetFile>(&file).unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(response.body(), data.unwrap_or_default());
            assert_eq!(response.headers()["content-type"], "image/png");
            assert_eq!(crate::wire::decode::<GetFile>(response).unwrap(), file);
        }
    }

    #[test]
    fn a_response_with_a_location_is_a_redirection() {
        let location = Some("https://example.org/n".to_owned());
        let response = encode_response::<Follow>(&Followed { location }).unwrap();
        assert_eq!(response.status(), 302);
        assert_eq!(response.headers()["location"], "https://example.org/n");
        assert!(response.body().is_empty());
        let response = encode_response::<Follow>(&Followed::default()).unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.headers().is_empty() && response.body().is_empty());
    }
}
