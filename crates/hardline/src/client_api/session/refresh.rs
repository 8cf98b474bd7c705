use hardline_derive::{Request, Response};

use crate::types::{AccessToken, RefreshToken};
use crate::wire::{Endpoint, Operation, SpecVersion};

/// Requests a new access token to replace an expiring one.
///
/// It is safe to repeat: the server keeps the old refresh token until the new access token is first used.
///
/// Errors worth handling: `M_UNKNOWN_TOKEN` (the refresh token is not, or no longer, valid;
/// [`is_soft_logout`](crate::wire::Error::is_soft_logout) says whether the device still exists), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::session::Refresh;
/// use hardline::types::RefreshToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Refresh::new(RefreshToken::from("some_token"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.body(), br#"{"refresh_token":"some_token"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /refresh`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh).
#[doc(alias = "refresh")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Refresh {
    /// The refresh token that came with the access token.
    pub refresh_token: RefreshToken,
}

impl Refresh {
    /// A request with the required fields.
    pub fn new(refresh_token: RefreshToken) -> Self {
        Self { refresh_token }
    }
}

impl Endpoint for Refresh {
    const OPERATION: Operation = Operation::post("refresh", "/_matrix/client/v3/refresh")
        .repeatable()
        .since(SpecVersion::v1(3))
        .unstable(&[(
            "org.matrix.msc2918",
            "/_matrix/client/unstable/org.matrix.msc2918.refresh_token/refresh",
        )]);
    type Response = RefreshResponse;
}

/// A new access token.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RefreshResponse {
    /// The access token for further requests.
    pub access_token: AccessToken,
    /// The refresh token to use next time. `None`: the old one stays in use.
    pub refresh_token: Option<RefreshToken>,
    /// The lifetime of the access token in milliseconds. `None`: the server does not say.
    pub expires_in_ms: Option<u64>,
}

impl RefreshResponse {
    /// A token that replaces the old one, without further details.
    pub fn new(access_token: AccessToken) -> Self {
        Self {
            access_token,
            refresh_token: None,
            expires_in_ms: None,
        }
    }
}
