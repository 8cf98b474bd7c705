use hardline_derive::Response;

use crate::types::ValidationSessionId;

/// A validation session that was started: a message is on its way to the user.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct TokenSession {
    /// The session.
    pub sid: ValidationSessionId,
    /// Where to send the token that the user received: see [`SubmitToken`](crate::client_api::threepid::SubmitToken).
    /// Missing or empty if the server notices by itself that the user has it, or hides whether it knows the number.
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

    /// Where to send the token, if the server says so: an empty URL counts as none.
    pub fn submit_url(&self) -> Option<&str> {
        self.submit_url.as_deref().filter(|url| !url.is_empty())
    }
}
