use hardline_derive::{Request, Response};

use crate::types::LoginToken;
use crate::wire::{Auth, AuthData, Endpoint, Operation, SpecVersion};

/// Requests a token that logs in one more device of this account, after user-interactive authentication: for
/// [`Login::token`](super::Login::token) on the other device.
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server gives out none: the capability `m.get_login_token`),
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::session::GenerateLoginToken;
/// use hardline::wire;
///
/// let body = r#"{"login_token": "<opaque>", "expires_in_ms": 120000}"#;
/// let answer = wire::decode::<GenerateLoginToken>(http::Response::new(body))?;
/// assert_eq!(answer.expires_in_ms, Some(120_000));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`POST /login/get_token`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token).
#[doc(alias = "generateLoginToken")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GenerateLoginToken {
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
}

impl GenerateLoginToken {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GenerateLoginToken {
    const OPERATION: Operation =
        Operation::post("generateLoginToken", "/_matrix/client/v1/login/get_token")
            .auth(Auth::Required)
            .uia()
            .since(SpecVersion::v1(7))
            .unstable(&[(
                "org.matrix.msc3882",
                "/_matrix/client/unstable/org.matrix.msc3882/login/get_token",
            )]);
    type Response = GenerateLoginTokenResponse;
}

/// A token for one login.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GenerateLoginTokenResponse {
    /// The token.
    pub login_token: LoginToken,
    /// Its lifetime in milliseconds. `None`: the server does not say.
    pub expires_in_ms: Option<u64>,
}

impl GenerateLoginTokenResponse {
    /// A token that is valid for this many milliseconds.
    pub fn new(login_token: LoginToken, expires_in_ms: u64) -> Self {
        Self {
            login_token,
            expires_in_ms: Some(expires_in_ms),
        }
    }
}
