use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};

use super::DecodeError;
use super::retry_after::retry_after;
use crate::types::Timestamp;

/// How much of a body is shown in an excerpt.
const EXCERPT_CHARACTERS: usize = 120;

/// A response that is not a Matrix server's response to the operation: a proxy's page, a redirect, a truncated body.
#[non_exhaustive]
pub struct UnexpectedResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// What is wrong with it.
    pub error: DecodeError,
    /// The header fields of the response.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

impl UnexpectedResponse {
    /// The beginning of the body, for people. Empty if the body is JSON, which may hold a secret.
    pub fn excerpt(&self) -> String {
        let is_json = matches!(
            self.body.trim_ascii_start().first(),
            Some(b'{' | b'[' | b'"')
        );
        if is_json {
            return String::new();
        }
        let beginning = &self.body[..self.body.len().min(4 * EXCERPT_CHARACTERS)];
        let text = String::from_utf8_lossy(beginning);
        let words: Vec<_> = text.split_whitespace().collect();
        words
            .join(" ")
            .chars()
            .filter(|character| !character.is_control())
            .take(EXCERPT_CHARACTERS)
            .collect()
    }

    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(&self.headers, now)
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
            DecodeError::NotMatrix => write!(
                f,
                "HTTP status {status} from something that is not a Matrix server"
            )?,
            DecodeError::Redirect => {
                write!(f, "HTTP status {status} redirects the request")?;
                if let Some(location) = self
                    .headers
                    .get(LOCATION)
                    .and_then(|value| value.to_str().ok())
                {
                    // The query may carry a secret that is meant only for the new address.
                    let place = location.split(['?', '#']).next().unwrap_or_default();
                    write!(f, " to {place}: use that address")?;
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
            DecodeError::Syntax => write!(
                f,
                "the response (HTTP status {status}) is not JSON, or is cut short"
            )?,
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
            write!(f, " ({kind}, {} bytes)", self.body.len())?;
        }
        Ok(())
    }
}

impl Error for UnexpectedResponse {}
