mod decode_error;
mod error_code;
mod excerpt;
mod failure;
mod oauth_error;
mod retry_after;
#[cfg(feature = "flow")]
pub(crate) mod sent_secrets;
mod server_error;
mod threepid_refusal;
mod unexpected_response;
pub(crate) mod without_tokens;

pub(crate) use retry_after::retry_after;

pub use decode_error::DecodeError;
pub use error_code::ErrorCode;
pub use failure::{Failure, FailureClass, UnknownFailureClass};
pub use oauth_error::OAuthErrorCode;
pub use server_error::ServerError;
pub use threepid_refusal::ThreepidRefusal;
pub use unexpected_response::UnexpectedResponse;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::types::Timestamp;
#[cfg(feature = "by-name")]
use crate::wire::ByNameError;
use crate::wire::{EncodeError, UiaChallenge};

/// Why an operation has no result, by who is at fault.
///
/// ```
/// use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
/// use hardline::wire::{self, ErrorCode};
///
/// let mut response = http::Response::new(r#"{"errcode": "M_THREEPID_IN_USE", "error": "MSISDN is already in use"}"#);
/// *response.status_mut() = http::StatusCode::BAD_REQUEST;
/// let error = wire::decode::<RequestTokenTo3pidMsisdn>(response).unwrap_err();
/// assert_eq!(error.errcode(), Some(&ErrorCode::ThreepidInUse));
/// assert_eq!(error.to_string(), "the server declined: M_THREEPID_IN_USE: MSISDN is already in use");
/// ```
pub struct Error(Box<ErrorKind>);

/// Who is at fault, with the details.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller: the request could not be built, and nothing was sent.
    Encode(EncodeError),
    /// The network: no response came.
    Transport(Failure),
    /// The server declined.
    Server(ServerError),
    /// The server wants user-interactive authentication first.
    Uia(UiaChallenge),
    /// Whoever responded: this is not a Matrix server's response to this operation.
    UnexpectedResponse(UnexpectedResponse),
}

impl Error {
    /// Who is at fault, with the details.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Who is at fault, with the details, by value.
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// The server's `errcode`.
    pub fn errcode(&self) -> Option<&ErrorCode> {
        match &*self.0 {
            ErrorKind::Server(error) => error.errcode.as_ref(),
            ErrorKind::Uia(challenge) => challenge.errcode.as_ref(),
            _ => None,
        }
    }

    /// The `error` of an authorization server, whatever the status. `None` if it is no error in OAuth's terms: from a
    /// proxy, or in Matrix's terms, where [`errcode`](Error::errcode) says what it is.
    ///
    /// ```
    /// # #[cfg(feature = "oauth")] {
    /// use hardline::oauth_api::RefreshAccessToken;
    /// use hardline::wire::{self, OAuthErrorCode};
    ///
    /// let response = http::Response::builder()
    ///     .status(400)
    ///     .body(r#"{"error": "invalid_grant", "error_description": "it was revoked"}"#)?;
    /// let error = wire::decode::<RefreshAccessToken>(response).unwrap_err();
    /// assert_eq!(error.oauth_error(), Some(&OAuthErrorCode::InvalidGrant));
    /// assert_eq!(error.to_string(), "the server declined: invalid_grant: it was revoked");
    /// # }
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn oauth_error(&self) -> Option<&OAuthErrorCode> {
        match &*self.0 {
            ErrorKind::Server(error) => error.oauth_error.as_ref(),
            _ => None,
        }
    }

    /// The HTTP status, if there was a response.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.0 {
            ErrorKind::Server(error) => Some(error.status),
            ErrorKind::Uia(challenge) => Some(challenge.status),
            ErrorKind::UnexpectedResponse(response) => Some(response.status),
            ErrorKind::Encode(_) | ErrorKind::Transport(_) => None,
        }
    }

    /// How long the server asks to wait: the longer of `Retry-After` and `retry_after_ms`, at least a second and at most
    /// a year. `now` matters only if the header is a date and the response has no `Date` of its own.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        match &*self.0 {
            ErrorKind::Server(error) => error.retry_after(now),
            ErrorKind::Uia(challenge) => challenge.retry_after(now),
            ErrorKind::UnexpectedResponse(response) => response.retry_after(now),
            _ => None,
        }
    }

    /// Whether the server received too many requests, by errcode or by status.
    pub fn is_rate_limited(&self) -> bool {
        self.errcode() == Some(&ErrorCode::LimitExceeded)
            || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the same request may succeed later, so that a program that goes on for ever tries again after a while: the
    /// network, a server or a proxy that is broken, a rate limit (see [`retry_after`](Error::retry_after)), a user who is
    /// locked. What is refused for good and a session that is over will not.
    ///
    /// It does not say that the request may be repeated: see [`FailureClass::never_sent`] and
    /// [`RequestMeta::repeatable`](crate::wire::RequestMeta::repeatable).
    ///
    /// ```
    /// use hardline::client_api::account::GetTokenOwner;
    ///
    /// let error = |status| {
    ///     let response = http::Response::builder().status(status).body(r#"{"errcode": "M_UNKNOWN"}"#);
    ///     hardline::decode::<GetTokenOwner>(response.unwrap()).unwrap_err()
    /// };
    /// assert!(error(500).may_pass() && error(429).may_pass());
    /// assert!(!error(403).may_pass());
    /// ```
    pub fn may_pass(&self) -> bool {
        use ErrorCode::{ResourceLimitExceeded, UserLocked};
        match self.kind() {
            ErrorKind::Transport(failure) => failure.class() != FailureClass::Unsendable,
            ErrorKind::UnexpectedResponse(_) => true,
            ErrorKind::Server(refused) => {
                self.is_rate_limited()
                    || refused.status.is_server_error()
                    || refused.status == StatusCode::REQUEST_TIMEOUT
                    // An administrator may unlock the one and raise the other.
                    || matches!(self.errcode(), Some(UserLocked | ResourceLimitExceeded))
            }
            ErrorKind::Uia(_) => self.is_rate_limited(),
            ErrorKind::Encode(_) => false,
        }
    }

    /// Whether the access token is invalid but the device still exists: log in again with the same device ID.
    pub fn is_soft_logout(&self) -> bool {
        match &*self.0 {
            ErrorKind::Server(error) => {
                error.errcode == Some(ErrorCode::UnknownToken) && error.soft_logout() == Some(true)
            }
            _ => false,
        }
    }

    /// For an operation on a phone number or e-mail address: whether the server does not support the operation at all,
    /// or does not accept this number or address. `None` if it is neither, but an error that another attempt may not
    /// meet.
    ///
    /// ```
    /// use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
    /// use hardline::wire::{self, ThreepidRefusal};
    ///
    /// let response = http::Response::builder()
    ///     .status(400)
    ///     .body(r#"{"errcode": "M_THREEPID_MEDIUM_NOT_SUPPORTED", "error": "no phone numbers here"}"#)?;
    /// let error = wire::decode::<RequestTokenTo3pidMsisdn>(response).unwrap_err();
    /// assert_eq!(error.threepid_refusal(), Some(ThreepidRefusal::Unsupported));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn threepid_refusal(&self) -> Option<ThreepidRefusal> {
        match &*self.0 {
            ErrorKind::Encode(EncodeError::Unsupported { .. }) => {
                Some(ThreepidRefusal::Unsupported)
            }
            ErrorKind::Server(error) => ThreepidRefusal::of(error),
            // A proxy, or another kind of server, does not know the path.
            ErrorKind::UnexpectedResponse(response) => {
                let is_absent = matches!(response.status.as_u16(), 404 | 405 | 501)
                    && matches!(response.error, DecodeError::NotMatrix);
                is_absent.then_some(ThreepidRefusal::Unsupported)
            }
            _ => None,
        }
    }

    /// The stages that the server asks for.
    pub fn uia(&self) -> Option<&UiaChallenge> {
        match &*self.0 {
            ErrorKind::Uia(challenge) => Some(challenge),
            _ => None,
        }
    }

    /// The failure of the transport.
    pub fn failure(&self) -> Option<&Failure> {
        match &*self.0 {
            ErrorKind::Transport(failure) => Some(failure),
            _ => None,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ErrorKind::Encode(error) => error.fmt(f),
            ErrorKind::Transport(failure) => failure.fmt(f),
            ErrorKind::Server(error) => error.fmt(f),
            ErrorKind::Uia(challenge) => challenge.fmt(f),
            ErrorKind::UnexpectedResponse(answer) => answer.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            ErrorKind::Encode(error) => error.source(),
            ErrorKind::Transport(failure) => failure.source(),
            ErrorKind::Server(_) | ErrorKind::Uia(_) | ErrorKind::UnexpectedResponse(_) => None,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        ErrorKind::Encode(error).into()
    }
}

#[cfg(feature = "by-name")]
impl From<ByNameError> for Error {
    fn from(error: ByNameError) -> Self {
        EncodeError::from(error).into()
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        ErrorKind::Transport(failure).into()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde::Serialize;

    use super::*;
    use crate::json::JsonObject;
    use crate::wire::{self, Endpoint, Operation};

    #[derive(Serialize)]
    struct Anything {}

    impl Endpoint for Anything {
        const OPERATION: Operation = Operation::get("anything", "/_matrix/client/v3/anything");
        type Response = JsonObject;
    }

    fn error(status: u16, content_type: &str, body: &'static str) -> Error {
        let response = http::Response::builder()
            .status(status)
            .header("content-type", content_type)
            .body(body)
            .unwrap();
        wire::decode::<Anything>(response).unwrap_err()
    }

    #[test]
    fn too_many_requests_are_too_many_whatever_the_code_and_without_a_delay() {
        let body = r#"{"errcode":"M_UNKNOWN","error":"Too many requests"}"#;
        let error = error(429, "application/json", body);
        assert!(error.is_rate_limited());
        assert_eq!(error.errcode(), Some(&ErrorCode::Unknown));
        assert_eq!(error.retry_after(Timestamp::default()), None);
    }

    #[test]
    fn a_delay_is_read_if_there_is_one() {
        let body = r#"{"errcode":"M_LIMIT_EXCEEDED","error":"","retry_after_ms":2000}"#;
        let error = error(429, "application/json", body);
        let wait = error.retry_after(Timestamp::default());
        assert_eq!(wait, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_page_or_nothing_on_an_error_keeps_its_status() {
        // Sydent's page, a proxy's page, and no page.
        let page = "\n<html>\n  <head><title>405 - Method Not Allowed</title></head>\n  <body>\n    <h1>Method Not Allowed</h1>\n";
        for (status, body) in [
            (405, page),
            (502, "<html><h1>502 Bad Gateway</h1></html>"),
            (500, ""),
        ] {
            let error = error(status, "text/html; charset=utf-8", body);
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.errcode(), None);
            assert!(
                matches!(error.kind(), ErrorKind::UnexpectedResponse(_)),
                "{error:?}"
            );
        }
    }

    #[test]
    fn an_errcode_is_read_whatever_the_content_type() {
        let body = r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}"#;
        for content_type in ["text/html", "text/plain; charset=utf-8", ""] {
            let error = error(404, content_type, body);
            assert_eq!(error.errcode(), Some(&ErrorCode::Unrecognized));
        }
    }

    #[test]
    fn a_soft_logout_keeps_the_device() {
        let soft = |body| error(401, "application/json", body).is_soft_logout();
        assert!(soft(
            r#"{"errcode":"M_UNKNOWN_TOKEN","error":"","soft_logout":true}"#
        ));
        assert!(!soft(
            r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false}"#
        ));
        // The account is locked, but its token is still valid.
        assert!(!soft(
            r#"{"errcode":"M_USER_LOCKED","error":"","soft_logout":true}"#
        ));
    }
}
