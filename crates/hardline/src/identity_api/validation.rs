use serde::Deserialize;

use crate::types::ValidationSessionId;

/// The statuses that answer a followed link: a page, and the redirections that have a place to go.
pub(super) const FOLLOWED: &[u16] = &[200, 302, 301, 303, 307, 308];

/// A validation session that was begun: a message is on its way to the person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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

/// The token was the right one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TokenAccepted {
    /// `true`: where it is `false`, decoding gives an error.
    #[cfg_attr(feature = "proptest", proptest(value = "Some(true)"))]
    pub success: Option<bool>,
}

impl TokenAccepted {
    /// The answer to the right token.
    pub fn new() -> Self {
        Self {
            success: Some(true),
        }
    }
}

/// What a person's browser is shown after a link was followed: a page, or where to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct FollowedLink {
    /// The `next_link` of the session, where it was given one: the answer is a redirection there.
    #[cfg_attr(
        feature = "proptest",
        proptest(
            strategy = "proptest::option::of(\"https://[a-z]{1,10}\\\\.org/[a-z0-9/]{0,10}\")"
        )
    )]
    pub location: Option<String>,
}

impl FollowedLink {
    /// A page that tells the person to go back to the client.
    pub fn new() -> Self {
        Self::default()
    }
}
