use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use crate::types::JsonObject;
use crate::wire::json::Json;
use crate::wire::reader::Reader;
use crate::wire::{EncodeError, Endpoint, Operation, ResponseBody};

/// Builds the HTTP response of an operation: what [`decode`](crate::wire::decode) reads.
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
/// [`EncodeError::Unencodable`] where a value has no form in JSON or in a header field.
pub fn encode_response<E>(response: &E::Response) -> Result<Response<Vec<u8>>, EncodeError>
where
    E: Endpoint<Response: Serialize>,
{
    assemble(const { &E::OPERATION }, Json::text_of(response)?)
}

fn assemble(operation: &Operation, mut body: Vec<u8>) -> Result<Response<Vec<u8>>, EncodeError> {
    let status = operation.answer_statuses().first().copied().unwrap_or(200);
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::from_u16(status).map_err(EncodeError::unencodable)?;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if !operation.answer_header_fields().is_empty() {
        let mut members: JsonObject =
            Reader::decode_all(&body).map_err(EncodeError::unencodable)?;
        for (header, field) in operation.answer_header_fields() {
            let Some(value) = members.remove(field) else {
                continue;
            };
            let text: String = value.deserialize().map_err(EncodeError::unencodable)?;
            let value = HeaderValue::try_from(text).map_err(EncodeError::unencodable)?;
            response
                .headers_mut()
                .insert(HeaderName::from_static(header), value);
        }
        body = Json::text_of(&members)?;
    }
    if response.headers().contains_key(LOCATION)
        && let Some(redirection) = redirection(operation)
    {
        *response.status_mut() = redirection;
    }
    if operation.answer_body_kind() == ResponseBody::Ignored {
        // What nobody reads is not sent, nor called JSON.
        response.headers_mut().remove(CONTENT_TYPE);
    } else {
        *response.body_mut() = body;
    }
    Ok(response)
}

/// The status of an answer that names a place to go on to, where it is not the operation's first.
fn redirection(operation: &Operation) -> Option<StatusCode> {
    let mut statuses = operation.answer_statuses().iter().copied();
    statuses.find_map(|status| {
        let status = StatusCode::from_u16(status).ok()?;
        status.is_redirection().then_some(status)
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Serialize)]
    struct Follow {}

    #[derive(Default, Serialize, Deserialize)]
    struct Followed {
        location: Option<String>,
    }

    impl Endpoint for Follow {
        const OPERATION: Operation = Operation::get("follow", "/_matrix/client/v3/follow")
            .answers(&[200, 302, 301])
            .answer_headers(&[("location", "location")])
            .answer_body(ResponseBody::Ignored);
        type Response = Followed;
    }

    #[test]
    fn an_answer_that_names_a_place_is_a_redirection() {
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
