use hardline_derive::Response;

use crate::types::ValidationSessionId;

/// The statuses of a response to a followed link: a page, and the redirects with a `Location`.
pub(super) const FOLLOWED: &[u16] = &[200, 302, 301, 303, 307, 308];

/// A validation session that was started: a message is on its way to the user.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ValidationSession {
    /// The session.
    pub sid: ValidationSessionId,
}

impl ValidationSession {
    /// A session.
    pub fn new(sid: ValidationSessionId) -> Self {
        Self { sid }
    }
}

/// The token was right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct TokenAccepted {
    /// `true`: decoding `false` is an error.
    #[hardline(only_true)]
    pub success: Option<bool>,
}

impl TokenAccepted {
    /// The response to the right token.
    pub fn new() -> Self {
        Self {
            success: Some(true),
        }
    }
}

/// What the user's browser shows after it followed a link: a page, or a redirect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct FollowedLink {
    /// The `next_link` of the session, if it has one: the response redirects there.
    #[hardline(examples = "https://[a-z]{1,10}\\.org/[a-z0-9/]{0,10}")]
    pub location: Option<String>,
}

impl FollowedLink {
    /// A page that sends the user back to the client.
    pub fn new() -> Self {
        Self::default()
    }
}
