use serde::{Deserialize, Serialize};

use crate::types::{AccessToken, RefreshToken};
use crate::wire::{Endpoint, Operation, Release};

/// Gets a new access token for a refresh token, once the old access token has expired.
///
/// It is not safe to repeat by itself: a server may have made the new tokens and their answer may be lost. Servers keep the
/// old refresh token good until the new access token is used, so that asking once more with it is worth a try.
///
/// Errors worth handling: `M_UNKNOWN_TOKEN` (the refresh token is not good: log in again, with the same device where
/// `soft_logout` is true), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::session::Refresh;
/// use hardline::types::RefreshToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Refresh::new(RefreshToken::from("syr_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.body(), br#"{"refresh_token":"syr_secret"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /refresh`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh).
#[doc(alias = "refresh")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Refresh {
    /// The refresh token that came with the access token.
    pub refresh_token: RefreshToken,
}

impl Refresh {
    /// What is required.
    pub fn new(refresh_token: RefreshToken) -> Self {
        Self { refresh_token }
    }
}

impl Endpoint for Refresh {
    const OPERATION: Operation = Operation::post("refresh", "/_matrix/client/v3/refresh")
        .since(Release::v1(3))
        .unstable(&[(
            "org.matrix.msc2918",
            "/_matrix/client/unstable/org.matrix.msc2918/refresh",
        )]);
    type Response = RefreshResponse;
}

/// The new tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct RefreshResponse {
    /// The token for further requests.
    pub access_token: AccessToken,
    /// The next refresh token. Missing: the old one stays good.
    pub refresh_token: Option<RefreshToken>,
    /// For how many milliseconds the access token is good. Missing: until it is logged out.
    pub expires_in_ms: Option<u64>,
}

impl RefreshResponse {
    /// A new access token.
    pub fn new(access_token: AccessToken) -> Self {
        Self {
            access_token,
            refresh_token: None,
            expires_in_ms: None,
        }
    }
}
