use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::types::Timestamp;
#[cfg(feature = "by-name")]
use crate::wire::ByNameError;
use crate::wire::{EncodeError, ErrorCode, Failure, NotAnAnswer, ServerError, UiaChallenge};

/// Why an operation brought no result, by who is at fault.
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

/// Who is at fault, with what is known of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// We: the request could not be built, and nothing was sent.
    Encode(EncodeError),
    /// The way there: no response came.
    Transport(Failure),
    /// The server declined.
    Server(ServerError),
    /// The server wants user-interactive authentication first.
    Uia(UiaChallenge),
    /// Whoever answered: this is not an answer of a Matrix server to this operation.
    Answer(NotAnAnswer),
}

impl Error {
    /// Who is at fault, with what is known of it.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// What is known of it, taken out.
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

    /// The HTTP status, where there was a response.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.0 {
            ErrorKind::Server(error) => Some(error.status),
            ErrorKind::Uia(challenge) => Some(challenge.status),
            ErrorKind::Answer(answer) => Some(answer.status),
            ErrorKind::Encode(_) | ErrorKind::Transport(_) => None,
        }
    }

    /// How long the server asks to wait, from `Retry-After` or `retry_after_ms`. `now` matters only where the header is
    /// a date and the response has no `Date` of its own.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        match &*self.0 {
            ErrorKind::Server(error) => error.retry_after(now),
            ErrorKind::Answer(answer) => answer.retry_after(now),
            _ => None,
        }
    }

    /// The server had too many requests, by errcode or by status.
    pub fn is_rate_limited(&self) -> bool {
        self.errcode() == Some(&ErrorCode::LimitExceeded)
            || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// The access token died and the device did not: log in again with the same device.
    pub fn is_soft_logout(&self) -> bool {
        match &*self.0 {
            ErrorKind::Server(error) => {
                error.errcode == Some(ErrorCode::UnknownToken)
                    && error.field("soft_logout") == Some(true)
            }
            _ => false,
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
            ErrorKind::Answer(answer) => answer.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            ErrorKind::Encode(error) => error.source(),
            ErrorKind::Transport(failure) => failure.source(),
            ErrorKind::Server(_) | ErrorKind::Uia(_) | ErrorKind::Answer(_) => None,
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
