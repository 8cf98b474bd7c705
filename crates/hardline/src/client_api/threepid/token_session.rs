use serde::Deserialize;

use crate::types::ValidationSessionId;

/// A validation session that was begun: a message is on its way to the person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TokenSession {
    /// The session.
    pub sid: ValidationSessionId,
    /// Where the token that the person received is to be sent: see [`SubmitToken`](crate::client_api::threepid::SubmitToken). Missing (or empty) where the
    /// server learns by itself that the person has it, or hides whether the number is known to it.
    pub submit_url: Option<String>,
}

impl TokenSession {
    /// A session.
    pub fn new(sid: ValidationSessionId) -> Self {
        Self {
            sid,
            submit_url: None,
        }
    }

    /// Where the token is to be sent, where the server says so: an empty URL is none.
    pub fn submit_url(&self) -> Option<&str> {
        self.submit_url.as_deref().filter(|url| !url.is_empty())
    }
}
