//! Proving a user's identity to a third party.
//!
//! Specification: [OpenID](https://spec.matrix.org/v1.19/client-server-api/#openid).

use hardline_derive::{Request, Response};

use crate::types::{AccessToken, ServerName, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Requests a token that proves to a third party (such as an identity server) who owns this account, and allows nothing
/// else.
///
/// Errors worth handling: `M_FORBIDDEN` (another user's ID), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::integrations::RequestOpenIdToken;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestOpenIdToken::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/openid/request_token",
/// );
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /user/{userId}/openid/request_token`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridopenidrequest_token).
#[doc(alias = "requestOpenIdToken")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestOpenIdToken {
    /// The owner of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
}

impl RequestOpenIdToken {
    /// Requests a token for this user.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

impl Endpoint for RequestOpenIdToken {
    const OPERATION: Operation = Operation::post(
        "requestOpenIdToken",
        "/_matrix/client/v3/user/{userId}/openid/request_token",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/openid/request_token",
    )]);
    type Response = RequestOpenIdTokenResponse;
}

const BEARER: &str = "Bearer";

/// The proof, in the form that third parties take.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RequestOpenIdTokenResponse {
    /// The token. It is not an access token for the homeserver.
    pub access_token: AccessToken,
    /// `Bearer`, also if the server leaves it out: see [`token_type`](Self::token_type).
    pub token_type: Option<String>,
    /// The homeserver that the third party asks who owns the token. If the server leaves it out, it is that of the user
    /// ID.
    pub matrix_server_name: Option<ServerName>,
    /// The lifetime of the token in seconds. `None`: the server does not say.
    pub expires_in: Option<u64>,
}

impl RequestOpenIdTokenResponse {
    /// A token from a homeserver, valid for this many seconds.
    pub fn new(access_token: AccessToken, matrix_server_name: ServerName, expires_in: u64) -> Self {
        Self {
            access_token,
            token_type: Some(BEARER.to_owned()),
            matrix_server_name: Some(matrix_server_name),
            expires_in: Some(expires_in),
        }
    }

    /// How the token is used: `Bearer`, the only way that the specification has, unless the server says something else.
    pub fn token_type(&self) -> &str {
        self.token_type.as_deref().unwrap_or(BEARER)
    }
}
