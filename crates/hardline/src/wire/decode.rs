mod api_response;
pub(crate) mod body_fields;
mod bytes_response;
mod check_status;
pub(crate) mod plain_value;

pub use api_response::ApiResponse;
use body_fields::members;
use check_status::check_status;

use std::borrow::Cow;

use bytes::Bytes;
use hardline_derive::Response;
use http::{Response, StatusCode, response};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::json::{
    DecodeWarning, DecodeWarnings, JsonKind, JsonObject, JsonWriter, Reader, WarningReason, scan,
};
use crate::wire::decode::bytes_response::BytesResponse;
use crate::wire::{
    AuthType, DecodeError, Endpoint, Error, ErrorCode, ErrorKind, Operation, ResponseBody,
    ServerError, UiaChallenge, UiaFlow, UnexpectedResponse,
};

/// Reads the response to an operation.
///
/// One bad field never costs the response: see [`decode_response`], which reports the skipped fields.
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::wire;
///
/// let owner = wire::decode::<GetTokenOwner>(http::Response::new(r#"{"user_id": "@alice:example.org"}"#))?;
/// assert_eq!(owner.user_id.as_str(), "@alice:example.org");
/// # Ok::<(), wire::Error>(())
/// ```
///
/// # Errors
/// [`Error`], by who is at fault: the server declined, wants user-interactive authentication, or sent something that is
/// not a response to this operation.
pub fn decode<E: Endpoint>(response: Response<impl Into<Bytes>>) -> Result<E::Response, Error> {
    let (head, body) = response.into_parts();
    let body = body.into();
    match read::<E>(&head, &body) {
        Ok((value, _)) => Ok(value),
        Err(problem) => Err(error(head, body, problem)),
    }
}

/// Reads the response to an operation, and keeps its status, header fields and body.
///
/// The body is decoded strictly. If its data does not fit, the smallest member or element that contains the bad value
/// is skipped and reported in [`warnings`](ApiResponse::warnings). If a struct requires that member, the struct is
/// skipped too.
///
/// # Errors
/// As [`decode`].
pub fn decode_response<E: Endpoint>(
    response: Response<impl Into<Bytes>>,
) -> Result<ApiResponse<E::Response>, Error> {
    decode_with(response.map(Into::into), read::<E>)
}

/// Reads a response with the function `read`. It is separate from [`decode_response`] since that is compiled for each
/// operation.
pub(crate) fn decode_with<T>(
    response: Response<Bytes>,
    read: impl FnOnce(&response::Parts, &Bytes) -> Result<(T, DecodeWarnings), Option<DecodeError>>,
) -> Result<ApiResponse<T>, Error> {
    let (head, body) = response.into_parts();
    match read(&head, &body) {
        Ok((value, warnings)) => Ok(ApiResponse {
            value,
            status: head.status,
            headers: head.headers,
            body,
            warnings,
        }),
        Err(problem) => Err(error(head, body, problem)),
    }
}

/// Reads the value of a successful response.
///
/// # Errors
/// What is wrong with the response; `None` if the server itself says that it declined.
pub(crate) fn read<E: Endpoint>(
    head: &response::Parts,
    body: &Bytes,
) -> Result<(E::Response, DecodeWarnings), Option<DecodeError>> {
    let operation = const { &E::OPERATION };
    // Only one of the two is compiled.
    if const { E::OPERATION.answers_bytes() } {
        let fields = BytesResponse::new(operation, head)?;
        return Ok(fields.decode(body)?);
    }
    let text = answer_text(operation, head, body)?;
    Ok(Reader::decode(&text, body).map_err(DecodeError::from)?)
}

/// The JSON text to decode: the body, preceded by the header fields that carry fields of the response type.
///
/// # Errors
/// What is wrong with the response; `None` if the server itself says that it declined.
fn answer_text<'b>(
    operation: &Operation,
    head: &response::Parts,
    body: &'b [u8],
) -> Result<Cow<'b, [u8]>, Option<DecodeError>> {
    check_status(operation, head.status)?;
    let text = body_text(operation, body)?;
    if !operation.response_headers.is_empty() {
        return Ok(Cow::Owned(with_header_fields(operation, head, text)));
    }
    if operation.success_member && scan::member(text, "success") == Some(b"false") {
        return Err(None);
    }
    Ok(Cow::Borrowed(if text.is_empty() { b"{}" } else { text }))
}

fn body_text<'b>(operation: &Operation, body: &'b [u8]) -> Result<&'b [u8], DecodeError> {
    let (bracket, expected) = match operation.response_body {
        ResponseBody::Object => (b'{', "an object"),
        ResponseBody::List => (b'[', "a list"),
        ResponseBody::Bytes(_) | ResponseBody::Ignored => return Ok(&[]),
    };
    let text = scan::trim(body);
    // serde also accepts a list for a struct, field by field; a server that sends one means something else.
    if text.is_empty() || text[0] == bracket {
        return Ok(text);
    }
    if Reader::decode_all::<IgnoredAny>(text).is_err() {
        return Err(DecodeError::Syntax);
    }
    let reason = WarningReason::Expected(expected.to_owned());
    Err(DecodeError::Shape(DecodeWarning {
        pointer: String::new(),
        reason,
        kind: JsonKind::of(text),
    }))
}

fn with_header_fields(operation: &Operation, head: &response::Parts, text: &[u8]) -> Vec<u8> {
    let mut object = members(text);
    for (header, field) in operation.response_headers {
        if let Some(value) = head.headers.get(*header) {
            object = object.with_text(field, &String::from_utf8_lossy(value.as_bytes()));
        }
    }
    JsonWriter::text_of(&object).unwrap_or_default()
}

/// What a server says when it declines. Each member may be missing, or be something else.
#[derive(Debug, Default, Response)]
struct ErrorBody {
    errcode: Option<ErrorCode>,
    #[serde(rename = "error")]
    message: Option<String>,
}

/// What a server says when it may want authentication.
#[derive(Debug, Default, Response)]
struct UiaBody {
    flows: Option<Vec<UiaFlow>>,
    #[serde(default)]
    completed: Vec<AuthType>,
    #[serde(default)]
    params: JsonObject,
    session: Option<String>,
    errcode: Option<ErrorCode>,
    #[serde(rename = "error")]
    message: Option<String>,
}

/// What a body says, if it is an object.
fn body_as<T: Default + DeserializeOwned>(body: &Bytes) -> T {
    if scan::trim(body).first() != Some(&b'{') {
        return T::default();
    }
    let decoded = Reader::decode(body, body).or_else(|_| {
        // A body that is cut short still says what it can.
        let members = JsonWriter::text_of(&members(body)).unwrap_or_default();
        Reader::decode(&members, body)
    });
    decoded.map_or_else(|_| T::default(), |(body, _)| body)
}

impl From<ServerError> for Error {
    fn from(error: ServerError) -> Self {
        ErrorKind::Server(error).into()
    }
}

/// The error in a response that declines in Matrix's terms, whichever operation it belongs to.
#[cfg(feature = "flow")]
pub(crate) fn declined(response: &Response<Bytes>) -> Option<ServerError> {
    let ErrorBody { errcode, message } = body_as(response.body());
    errcode.map(|errcode| ServerError {
        status: response.status(),
        errcode: Some(errcode),
        message,
        headers: response.headers().clone(),
        body: response.body().clone(),
    })
}

/// The error for a response that is not successful: in Matrix's terms if it has an errcode or flows.
#[cold]
fn error(head: response::Parts, body: Bytes, problem: Option<DecodeError>) -> Error {
    let response::Parts {
        status, headers, ..
    } = head;
    let ErrorBody { errcode, message } = if may_ask(status) {
        let uia: UiaBody = body_as(&body);
        if let Some(flows) = uia.flows {
            return ErrorKind::Uia(UiaChallenge {
                status,
                flows,
                completed: uia.completed,
                params: uia.params,
                session: uia.session,
                errcode: uia.errcode,
                message: uia.message,
            })
            .into();
        }
        ErrorBody {
            errcode: uia.errcode,
            message: uia.message,
        }
    } else {
        body_as(&body)
    };
    match problem {
        Some(problem) if errcode.is_none() => ErrorKind::UnexpectedResponse(UnexpectedResponse {
            status,
            error: problem,
            headers,
            body,
        }),
        _ => ErrorKind::Server(ServerError {
            status,
            errcode,
            message,
            headers,
            body,
        }),
    }
    .into()
}

fn may_ask(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests {
    use http::header::{LOCATION, RETRY_AFTER};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::types::Timestamp;

    #[derive(Serialize)]
    struct Ask {}

    #[derive(Debug, PartialEq, Deserialize)]
    struct Told {
        sid: String,
        count: Option<u64>,
    }

    impl Endpoint for Ask {
        const OPERATION: Operation =
            Operation::post("ask", "/_matrix/client/v3/ask").success_member();
        type Response = Told;
    }

    #[derive(Serialize)]
    struct Go {}

    #[derive(Debug, PartialEq, Deserialize)]
    struct There {
        location: String,
    }

    impl Endpoint for Go {
        const OPERATION: Operation = Operation::get("go", "/_matrix/client/v3/go")
            .statuses(&[302])
            .response_headers(&[("location", "location")]);
        type Response = There;
    }

    fn answer(
        status: u16,
        body: &'static (impl AsRef<[u8]> + ?Sized),
    ) -> Result<ApiResponse<Told>, Error> {
        let response = Response::builder()
            .status(status)
            .body(Bytes::from_static(body.as_ref()))
            .unwrap();
        decode_response::<Ask>(response)
    }

    fn error(status: u16, body: &'static (impl AsRef<[u8]> + ?Sized)) -> Error {
        answer(status, body).unwrap_err()
    }

    #[test]
    fn a_response_gives_its_type_and_the_rest() {
        let answer = answer(200, r#" {"sid": "1", "count": "x", "intl_fmt": "+44"} "#).unwrap();
        assert_eq!(
            answer.value,
            Told {
                sid: "1".to_owned(),
                count: None
            }
        );
        assert_eq!(answer.warnings.count(), 1);
        assert_eq!(answer.field::<String>("intl_fmt").as_deref(), Some("+44"));
        assert_eq!(answer.field::<u64>("intl_fmt"), None);
    }

    #[test]
    fn an_errcode_survives_whatever_else_is_wrong() {
        for body in [
            r#"{"errcode": "M_LIMIT_EXCEEDED"}"#,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "error": null, "retry_after_ms": null}"#,
            r#"{"error": {}, "retry_after_ms": -1.5, "errcode": "M_LIMIT_EXCEEDED"}"#,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "cut sho"#,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "errcode": 5, "flows": 7}"#,
            r#"{"error": "\ud800", "errcode": "M_LIMIT_EXCEEDED"}"#,
        ] {
            let error = error(400, body);
            assert_eq!(error.errcode(), Some(&ErrorCode::LimitExceeded), "{body}");
            assert!(error.is_rate_limited());
            assert_eq!(error.retry_after(Timestamp::default()), None, "{body}");
        }
        let error = error(
            400,
            b"{\"error\": \"\xff\", \"errcode\": \"M_LIMIT_EXCEEDED\"}",
        );
        assert_eq!(error.errcode(), Some(&ErrorCode::LimitExceeded));
    }

    #[test]
    fn the_wait_is_read_from_the_header_first() {
        let body = r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500.5}"#;
        let millis = |error: Error| error.retry_after(Timestamp::default()).unwrap().as_micros();
        assert_eq!(millis(error(429, body)), 1_500_500);
        let response = Response::builder()
            .status(429)
            .header(RETRY_AFTER, "7")
            .body(body)
            .unwrap();
        assert_eq!(millis(decode::<Ask>(response).unwrap_err()), 7_000_000);
    }

    #[test]
    fn a_200_that_says_it_failed_is_an_error() {
        let error = error(
            200,
            r#"{"success": false, "errcode": "M_NO_VALID_SESSION"}"#,
        );
        assert_eq!(error.errcode(), Some(&ErrorCode::NoValidSession));
        assert!(matches!(
            self::error(200, r#"{"success": false}"#).kind(),
            ErrorKind::Server(_)
        ));
        let error = self::error(200, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#);
        assert_eq!(error.errcode(), Some(&ErrorCode::Unknown));
    }

    #[test]
    fn flows_make_an_error_a_challenge() {
        let error = error(
            401,
            r#"{"flows": [{"stages": ["m.login.password"]}, {"stages": 5}, {"stages": []}], "session": "s",
                "params": {"m.login.terms": {}}, "completed": ["m.login.dummy"], "errcode": "M_FORBIDDEN"}"#,
        );
        let challenge = error.uia().unwrap();
        assert_eq!(challenge.flows.len(), 2);
        assert_eq!(challenge.session.as_deref(), Some("s"));
        assert_eq!(challenge.completed, [AuthType::Dummy]);
        assert!(challenge.params.raw("m.login.terms").is_some());
        assert_eq!(error.errcode(), Some(&ErrorCode::Forbidden));
    }

    #[test]
    fn an_unexpected_response_keeps_its_status_and_an_excerpt() {
        let error = error(502, "<html>\n <h1>Bad \u{1b}[31m Gateway</h1></html>");
        assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
        assert_eq!(
            error.to_string(),
            "HTTP status 502 from something that is not a Matrix server: \"<html> <h1>Bad [31m Gateway</h1></html>\""
        );
        for (status, body) in [
            (200, ""),
            (200, "{"),
            (200, "[\"1\"]"),
            (200, "<html>"),
            (204, ""),
            (206, r#"{"sid": "1"}"#),
            (302, r#"{"sid": "1"}"#),
            (304, ""),
            (500, "{}"),
        ] {
            assert!(
                matches!(
                    self::error(status, body).kind(),
                    ErrorKind::UnexpectedResponse(_)
                ),
                "{status} {body}"
            );
        }
        let response = Response::builder()
            .status(301)
            .header(LOCATION, "https://other/x?token=t")
            .body("")
            .unwrap();
        let error = decode::<Ask>(response).unwrap_err();
        assert_eq!(
            error.to_string(),
            "HTTP status 301 redirects the request to https://other/x: use that address"
        );
    }

    #[test]
    fn any_2xx_is_an_answer_but_a_part_of_one() {
        for status in [200, 201, 202, 203, 226, 299] {
            let answer = answer(status, r#"{"sid": "1"}"#).unwrap();
            assert_eq!((answer.status.as_u16(), &*answer.value.sid), (status, "1"));
        }
        assert_eq!(
            error(206, r#"{"sid": "1"}"#).to_string(),
            "HTTP status 206 is a partial response, but the request was for all of it"
        );
        assert_eq!(
            error(304, "").to_string(),
            "HTTP status 304 says that nothing has changed, but the request did not ask for changes only"
        );
        assert_eq!(
            error(204, "").to_string(),
            "the response (HTTP status 204) cannot be used: the response lacks sid"
        );
    }

    #[test]
    fn an_empty_response_fits_a_type_that_requires_nothing() {
        #[derive(Serialize)]
        struct Set {}

        #[derive(Debug, Default, PartialEq, Deserialize)]
        struct Done {
            at: Option<u64>,
        }

        impl Endpoint for Set {
            const OPERATION: Operation = Operation::put("set", "/_matrix/client/v3/set");
            type Response = Done;
        }

        for status in [200, 204] {
            let response = Response::builder().status(status).body("").unwrap();
            assert_eq!(decode::<Set>(response).unwrap(), Done::default());
        }
    }

    #[test]
    fn a_secret_in_a_bad_response_is_not_shown() {
        let error = error(
            200,
            r#"{"access_token": "syt_secret", "sid": ["syt_secret"]}"#,
        );
        assert!(!format!("{error:?} {error}").contains("syt_secret"));
        let error = self::error(200, r#"{"access_token": "syt_secret", "si"#);
        assert!(!format!("{error:?} {error}").contains("syt_secret"));
    }

    #[test]
    fn header_fields_carry_fields() {
        let response = Response::builder()
            .status(302)
            .header(LOCATION, "https://sso/\"x")
            .body("")
            .unwrap();
        assert_eq!(
            decode::<Go>(response).unwrap(),
            There {
                location: "https://sso/\"x".to_owned()
            }
        );
        let response = Response::builder().status(302).body("").unwrap();
        assert_eq!(
            decode::<Go>(response).unwrap_err().to_string(),
            "the response (HTTP status 302) cannot be used: the response lacks location"
        );
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        fn shared<T: Send + Sync + 'static>() {}
        shared::<Error>();
    }
}
