use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::types::{JsonObject, RawJson, Timestamp};
use crate::wire::decode::members;
use crate::wire::retry_after::retry_after;
use crate::wire::{ErrorCode, scan};

/// An error as a Matrix server words it.
#[non_exhaustive]
pub struct ServerError {
    /// The HTTP status. It is 200 where an operation says `success: false`.
    pub status: StatusCode,
    /// What went wrong, for programs. Missing only where an operation says `success: false` and no more.
    pub errcode: Option<ErrorCode>,
    /// What went wrong, for people: the member `error`.
    pub message: Option<String>,
    /// The header fields of the response.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

impl ServerError {
    /// A member of the body, where it is there and of that type: what belongs to an errcode, such as `room_version`.
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = scan::member(&self.body, name)?;
        RawJson::within(&self.body, || serde_json::from_slice(value)).ok()
    }

    /// All members of the body, those that belong to the errcode included.
    pub fn members(&self) -> JsonObject {
        members(&self.body)
    }

    /// How long the server asks to wait: see [`Error::retry_after`](crate::wire::Error::retry_after).
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        // An error costs only itself: a null, negative or absurd number is no wait.
        let from_body = || {
            self.field::<f64>("retry_after_ms")
                .and_then(|millis| Duration::try_from_secs_f64(millis / 1000.0).ok())
        };
        retry_after(&self.headers, now).or_else(from_body)
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerError")
            .field("status", &self.status)
            .field("errcode", &self.errcode)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server declined")?;
        if let Some(errcode) = &self.errcode {
            write!(f, ": {errcode}")?;
        }
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => write!(f, " (HTTP status {})", self.status.as_u16()),
        }
    }
}
