mod api_response;
pub(crate) mod body_fields;
mod bytes_response;
mod check_status;
mod content_encoding;
mod error_body;
pub(crate) mod plain_value;

pub use api_response::ApiResponse;
use body_fields::members;
use check_status::check_status;
use content_encoding::content_encoding;
use error_body::{ErrorBody, OAuthErrorBody, UiaBody, says_error};

use std::borrow::Cow;
use std::marker::PhantomData;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode, response};
#[cfg(feature = "by-name")]
use serde::de::DeserializeSeed;

use crate::json::{
    DecodeWarning, DecodeWarnings, JsonKind, JsonWriter, Read, ReadError, Reader, WarningReason,
    is_json, scan,
};
use crate::types::Timestamp;
use crate::wire::decode::bytes_response::BytesResponse;
use crate::wire::error::retry_after;
use crate::wire::{
    DecodeError, Endpoint, Error, ErrorKind, Operation, ResponseBody, ServerError, UiaChallenge,
    UnexpectedResponse,
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
        Err(problem) => Err(error(const { &E::OPERATION }, head, body, problem)),
    }
}

/// Reads the response to an operation, and keeps its status, header fields and body.
///
/// A value that does not fit is skipped where it stands, and reported in [`warnings`](ApiResponse::warnings): a member of
/// a struct, an element of a list, an entry of a map. If a struct requires that member, the struct is skipped too. Of two
/// members of one name the last counts. A whole number may be written `3600.0`, an integer as text, and an identifier as
/// a number.
///
/// # Errors
/// As [`decode`].
pub fn decode_response<E: Endpoint>(
    response: Response<impl Into<Bytes>>,
) -> Result<ApiResponse<E::Response>, Error> {
    decode_with(const { &E::OPERATION }, response.map(Into::into), read::<E>)
}

/// Reads a response with the function `read`. It is separate from [`decode_response`] since that is compiled for each
/// operation.
pub(crate) fn decode_with<T>(
    operation: &Operation,
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
        Err(problem) => Err(error(operation, head, body, problem)),
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
        return Ok(fields.decode(PhantomData, body)?);
    }
    let text = answer_text(operation, head, body)?;
    answer(operation, body, Reader::decode(&text, body))
}

/// The same with a seed in place of the type.
///
/// # Errors
/// As [`read`].
#[cfg(feature = "by-name")]
pub(crate) fn read_seed<T, S>(
    seed: S,
    operation: &Operation,
    head: &response::Parts,
    body: &Bytes,
) -> Result<(T, DecodeWarnings), Option<DecodeError>>
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Copy,
{
    if operation.answers_bytes() {
        let fields = BytesResponse::new(operation, head)?;
        return Ok(fields.decode(seed, body)?);
    }
    let text = answer_text(operation, head, body)?;
    answer(operation, body, Reader::decode_seed(seed, &text, body))
}

/// What was read of a response, unless it says that it is an error: servers, and what stands before them, also report
/// errors with a status that says success.
fn answer<T>(
    operation: &Operation,
    body: &[u8],
    read: Result<Read<T>, ReadError>,
) -> Result<(T, DecodeWarnings), Option<DecodeError>> {
    let read = read.map_err(DecodeError::from)?;
    if read.may_have_error && !operation.open_response && says_error(operation, body) {
        return Err(None);
    }
    Ok((read.value, read.warnings))
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
    // Nothing else looks at such a body.
    if operation.response_body == ResponseBody::Ignored && says_error(operation, body) {
        return Err(None);
    }
    let text = body_text(operation, body)?;
    if !operation.response_headers.is_empty() {
        return Ok(Cow::Owned(with_header_fields(operation, head, text)));
    }
    if operation.success_member && says_failure(text) {
        return Err(None);
    }
    Ok(Cow::Borrowed(if text.is_empty() { b"{}" } else { text }))
}

/// Whether the member `success` is there and is not true. `"true"` and `1` are how some languages write it; nobody
/// writes them to report a failure. Everything else is not a success: the caller would go on without what it needs.
fn says_failure(text: &[u8]) -> bool {
    let success = scan::members_named(text, "success").last();
    success.is_some_and(|success| {
        !(matches!(success, b"true" | b"1") || success.eq_ignore_ascii_case(b"\"true\""))
    })
}

fn body_text<'b>(operation: &Operation, body: &'b [u8]) -> Result<&'b [u8], DecodeError> {
    let (bracket, expected) = match operation.response_body {
        ResponseBody::Object => (b'{', "an object"),
        ResponseBody::List => (b'[', "a list"),
        ResponseBody::Bytes(_) | ResponseBody::Ignored => return Ok(&[]),
    };
    let text = scan::body(body);
    // serde also accepts a list for a struct, field by field; a server that sends one means something else.
    if text.is_empty() || text[0] == bracket {
        return Ok(text);
    }
    if !is_json(text) {
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

impl From<ServerError> for Error {
    fn from(error: ServerError) -> Self {
        ErrorKind::Server(error).into()
    }
}

/// The error in a response that declines in Matrix's terms, whichever operation it belongs to.
#[cfg(feature = "flow")]
pub(crate) fn declined(response: &Response<Bytes>) -> Option<ServerError> {
    let ErrorBody { errcode, message } = ErrorBody::of(response.body());
    errcode.map(|errcode| ServerError {
        status: response.status(),
        errcode: Some(errcode),
        oauth_error: None,
        message,
        headers: response.headers().clone(),
        body: response.body().clone(),
    })
}

/// The error for a response that is not successful: in Matrix's terms if it has an errcode or flows, in OAuth's if an
/// authorization server's has an `error`.
#[cold]
fn error(
    operation: &Operation,
    head: response::Parts,
    body: Bytes,
    problem: Option<DecodeError>,
) -> Error {
    let response::Parts {
        status, headers, ..
    } = head;
    let mut oauth_error = None;
    let ErrorBody { errcode, message } = if operation.oauth {
        let matrix = ErrorBody::of(&body);
        if matrix.errcode.is_some() {
            matrix
        } else {
            let oauth = OAuthErrorBody::of(&body);
            oauth_error = oauth.error;
            ErrorBody {
                errcode: None,
                message: oauth.error_description,
            }
        }
    } else if may_ask(status) {
        let uia = UiaBody::of(&body);
        let asks_to_wait = (uia.asks_to_wait() || headers.contains_key(RETRY_AFTER))
            && retry_after(&headers, &body, Timestamp::default()).is_some();
        if let Some(flows) = uia.flows {
            return ErrorKind::Uia(UiaChallenge {
                status,
                flows,
                completed: uia.completed,
                params: uia.params,
                session: uia.session,
                errcode: uia.errcode,
                message: uia.message,
                asks_to_wait: asks_to_wait.then(|| Box::new((headers, body))),
            })
            .into();
        }
        ErrorBody {
            errcode: uia.errcode,
            message: uia.message,
        }
    } else if operation.open_response && status.is_success() {
        ErrorBody::default()
    } else {
        ErrorBody::of(&body)
    };
    match problem {
        Some(problem) if errcode.is_none() && oauth_error.is_none() => {
            let error = match content_encoding(&headers, &body) {
                Some(encoding) if problem.is_about_the_body() => DecodeError::Encoded(encoding),
                _ => problem,
            };
            ErrorKind::UnexpectedResponse(UnexpectedResponse {
                status,
                error,
                headers,
                body,
            })
        }
        _ => ErrorKind::Server(ServerError {
            status,
            errcode,
            oauth_error,
            message,
            headers,
            body,
        }),
    }
    .into()
}

/// Statuses with which servers ask for authentication. The specification has 401; some use others when a stage failed.
fn may_ask(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST
    )
}

#[cfg(test)]
mod tests;
