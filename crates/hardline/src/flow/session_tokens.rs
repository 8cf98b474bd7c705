use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::types::{AccessToken, RefreshToken, Timestamp};

/// What a login brings, as a program keeps it: the access token and, where the server refreshes tokens, what a new one
/// is had for. It holds secrets: where it is stored, keep it from others.
///
/// ```
/// use std::time::Duration;
/// use hardline::flow::SessionTokens;
/// use hardline::types::{AccessToken, RefreshToken, Timestamp};
///
/// let now = Timestamp::from_millis(1_000);
/// let tokens = SessionTokens::new(AccessToken::from("syt_secret"))
///     .refreshed_with(RefreshToken::from("syr_secret"))
///     .expiring_in(now, Duration::from_secs(300));
/// assert_eq!(tokens.expires_at, Some(Timestamp::from_millis(301_000)));
/// assert!(!format!("{tokens:?}").contains("secret"));
/// ```
///
/// Specification: [refreshing access tokens](https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionTokens {
    /// The token that requests are sent with.
    pub access_token: AccessToken,
    /// The token that a new access token is had for. Missing: the access token is all there is.
    pub refresh_token: Option<RefreshToken>,
    /// When the access token expires, in Unix milliseconds. Missing: nobody said.
    pub expires_at: Option<Timestamp>,
}

impl SessionTokens {
    /// An access token that is not refreshed.
    pub fn new(access_token: AccessToken) -> Self {
        Self {
            access_token,
            refresh_token: None,
            expires_at: None,
        }
    }

    /// The same with the token that a new access token is had for.
    #[must_use]
    pub fn refreshed_with(mut self, refresh_token: RefreshToken) -> Self {
        self.refresh_token = Some(refresh_token);
        self
    }

    /// The same with the time for which the access token is good: a response's `expires_in_ms`.
    #[must_use]
    pub fn expiring_in(mut self, now: Timestamp, lifetime: Duration) -> Self {
        self.expires_at = Some(now + lifetime);
        self
    }
}
