use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};

use super::DecodeError;
use super::excerpt::{BodyKind, excerpt};
use super::retry_after::retry_after;
use crate::json::Printable;
use crate::types::Timestamp;

/// A response that is not a Matrix server's response to the operation: a proxy's page, a redirect, a truncated body.
#[non_exhaustive]
pub struct UnexpectedResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// What is wrong with it.
    pub error: DecodeError,
    /// The header fields of the response, likewise.
    pub headers: HeaderMap,
    /// The body as it came; if it repeats secrets of a flow's request, without these.
    pub body: Bytes,
}

impl UnexpectedResponse {
    /// The beginning of the body, for people. Empty if the body is binary, or JSON, which may hold a secret.
    pub fn excerpt(&self) -> String {
        excerpt(&self.body)
    }

    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(&self.headers, &self.body, now)
    }
}

impl fmt::Debug for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnexpectedResponse")
            .field("status", &self.status)
            .field("error", &self.error)
            .field("excerpt", &self.excerpt())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.as_u16();
        match &self.error {
            DecodeError::NotMatrix => {
                write!(
                    f,
                    "HTTP status {status} from something that is not a Matrix server"
                )?;
                match BodyKind::of(&self.body) {
                    BodyKind::Html => f.write_str(", with an HTML page")?,
                    BodyKind::Empty => f.write_str(", without a body")?,
                    _ => {}
                }
            }
            DecodeError::Redirect => {
                write!(f, "HTTP status {status} redirects the request")?;
                if let Some(location) = self
                    .headers
                    .get(LOCATION)
                    .and_then(|value| value.to_str().ok())
                {
                    // The query may carry a secret that is meant only for the new address.
                    let place = location.split(['?', '#']).next().unwrap_or_default();
                    write!(f, " to {}: use that address", Printable(place))?;
                }
            }
            DecodeError::NotAsked if self.status == StatusCode::PARTIAL_CONTENT => write!(
                f,
                "HTTP status {status} is a partial response, but the request was for all of it"
            )?,
            DecodeError::NotAsked => write!(
                f,
                "HTTP status {status} says that nothing has changed, but the request did not ask for changes only"
            )?,
            DecodeError::Encoded(encoding) => write!(
                f,
                "the response (HTTP status {status}) has the Content-Encoding {}, which the request did not ask for: \
                 turn off compression in the proxy, or let the transport undo it",
                Printable(encoding)
            )?,
            DecodeError::Syntax => {
                write!(f, "the response (HTTP status {status}) is ")?;
                f.write_str(match BodyKind::of(&self.body) {
                    BodyKind::Html => "an HTML page, not JSON",
                    BodyKind::CutShort => "cut short",
                    BodyKind::Binary => "binary, not JSON",
                    BodyKind::Empty | BodyKind::Json | BodyKind::Text => "not JSON",
                })?;
            }
            DecodeError::Shape(warning) => write!(
                f,
                "the response (HTTP status {status}) cannot be used: {warning}"
            )?,
        }
        let excerpt = self.excerpt();
        if !excerpt.is_empty() {
            write!(f, ": {excerpt:?}")?;
        } else if let Some(kind) = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
        {
            write!(f, " ({}, {} bytes)", Printable(kind), self.body.len())?;
        }
        Ok(())
    }
}

impl Error for UnexpectedResponse {}
