//! A Matrix user's account at an identity server, which has its own tokens.
//!
//! Specification: [authentication](https://spec.matrix.org/v1.19/identity-service-api/#authentication).

use hardline_derive::{Request, Response};
use serde::de::{Deserialize, Deserializer, Error};
#[cfg(feature = "server")]
use serde::ser::{Serialize, Serializer};

use crate::json::Empty;
#[cfg(any(feature = "by-name", feature = "proptest"))]
use crate::json::{FieldShape, OpenShape, Presence, Shape, Shaped};
use crate::types::text::text_enum;
use crate::types::{AccessToken, ServerName, UserId};
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

crate::wire::operations![RegisterAccount, GetAccount, Logout,];

/// Registers with an identity server, using an OpenID token from the homeserver, and gets an access token for it.
///
/// The identity server asks the homeserver who owns the token. Errors worth handling: `M_UNAUTHORIZED` and `M_UNKNOWN`
/// (the homeserver does not confirm the token: request a new one; Sydent responds with `M_UNKNOWN` and status 500).
///
/// ```
/// use hardline::identity_api::account::{OpenIdTokenType, RegisterAccount};
/// use hardline::types::{AccessToken, ServerName};
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let operation = RegisterAccount::new(
///     AccessToken::from("openid_secret"),
///     OpenIdTokenType::Bearer,
///     ServerName::parse("example.org")?,
///     3600,
/// );
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let request = wire::encode(&operation, &target, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2/account/register");
///
/// let answer = wire::decode::<RegisterAccount>(http::Response::new(r#"{"token": "is_secret"}"#))?;
/// assert_eq!(answer.token, AccessToken::from("is_secret"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/register`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2accountregister).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RegisterAccount {
    /// The OpenID token: the one that the homeserver issued for third parties, not the one that the user is logged in
    /// with.
    pub access_token: AccessToken,
    /// The type of the token.
    pub token_type: OpenIdTokenType,
    /// The homeserver that issued it.
    pub matrix_server_name: ServerName,
    /// Its lifetime in seconds when it was issued.
    pub expires_in: u64,
}

impl RegisterAccount {
    /// A request with the required fields: those of the homeserver's response, one by one.
    pub fn new(
        access_token: AccessToken,
        token_type: OpenIdTokenType,
        matrix_server_name: ServerName,
        expires_in: u64,
    ) -> Self {
        Self {
            access_token,
            token_type,
            matrix_server_name,
            expires_in,
        }
    }
}

impl Endpoint for RegisterAccount {
    const OPERATION: Operation =
        Operation::post("registerAccount", "/_matrix/identity/v2/account/register")
            .since(SpecVersion::r0(3));
    type Response = RegisterAccountResponse;
}

text_enum! {
    /// The type of an OpenID token.
    OpenIdTokenType {
        /// Whoever presents it counts as the user.
        Bearer = "Bearer",
    }
}

/// The token for further requests to the identity server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterAccountResponse {
    /// The identity server's access token. Some servers send it as `access_token`, and some under both names.
    pub token: AccessToken,
}

impl RegisterAccountResponse {
    /// A response with this token.
    pub fn new(token: AccessToken) -> Self {
        Self { token }
    }
}

impl<'de> Deserialize<'de> for RegisterAccountResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An alias would make one member of the two names.
        let EitherToken {
            token,
            access_token,
        } = EitherToken::deserialize(deserializer)?;
        match token.or(access_token) {
            Some(token) => Ok(Self::new(token)),
            None => Err(D::Error::missing_field("token")),
        }
    }
}

#[cfg(feature = "server")]
impl Serialize for RegisterAccountResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        EitherToken {
            token: Some(self.token.clone()),
            access_token: None,
        }
        .serialize(serializer)
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl Shaped for RegisterAccountResponse {
    const SHAPE: &'static Shape = &Shape::Open(&OpenShape {
        expected: "struct RegisterAccountResponse",
        known: &[FieldShape {
            name: "token",
            shape: Option::<AccessToken>::SHAPE,
            presence: Presence::Required,
        }],
        aliases: &[("access_token", "token")],
        others: None,
    });
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(RegisterAccountResponse);

/// The token under both names.
#[derive(Debug, Response)]
struct EitherToken {
    token: Option<AccessToken>,
    access_token: Option<AccessToken>,
}

/// Asks who owns the identity server's access token.
///
/// Errors worth handling: `M_TERMS_NOT_SIGNED`, `M_UNAUTHORIZED`.
///
/// ```
/// use hardline::identity_api::account::GetAccount;
/// use hardline::wire;
///
/// let owner = wire::decode::<GetAccount>(http::Response::new(r#"{"user_id": "@alice:example.org"}"#))?;
/// assert_eq!(owner.user_id.localpart(), "alice");
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /account`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2account).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAccount {}

impl GetAccount {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetAccount {
    const OPERATION: Operation = Operation::get("getAccount", "/_matrix/identity/v2/account")
        .auth(Auth::Identity)
        .since(SpecVersion::r0(3));
    type Response = GetAccountResponse;
}

/// The owner of an identity server's access token.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetAccountResponse {
    /// The user.
    pub user_id: UserId,
}

impl GetAccountResponse {
    /// The owner of a token.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

/// Logs out: the identity server forgets the access token.
///
/// Errors worth handling: `M_UNKNOWN_TOKEN` (it was already forgotten), `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::account::Logout;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&Logout::new(), &target, &credentials)?;
/// assert!(request.body().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/logout`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2accountlogout).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct Logout {}

impl Logout {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for Logout {
    const OPERATION: Operation = Operation::post("logout", "/_matrix/identity/v2/account/logout")
        .auth(Auth::Identity)
        .body(Body::Empty)
        .since(SpecVersion::r0(3));
    type Response = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::WarningReason;
    use crate::wire::{self, ErrorCode};

    #[test]
    fn the_token_is_accepted_under_either_name() {
        for body in [
            r#"{"token": "is"}"#,
            r#"{"access_token": "is"}"#,
            r#"{"access_token": "is", "token": "is"}"#,
            r#"{"access_token": "is", "token": null, "expires_in": {}}"#,
            r#"{"token": "is", "access_token": "other"}"#,
            r#"{"access_token": "other", "token": "is"}"#,
            r#"{"access_token": "is", "token": ""}"#,
        ] {
            let answer = wire::decode::<RegisterAccount>(http::Response::new(body)).unwrap();
            assert_eq!(answer.token, AccessToken::from("is"), "{body}");
        }
    }

    #[test]
    fn a_token_sent_twice_causes_no_warning() {
        let body = r#"{"access_token": "is", "token": "is"}"#;
        let answer = wire::decode_response::<RegisterAccount>(http::Response::new(body)).unwrap();
        assert!(answer.warnings.is_empty());
    }

    #[test]
    fn a_response_without_a_token_is_an_error() {
        let error = wire::decode::<RegisterAccount>(http::Response::new("{}")).unwrap_err();
        let wire::ErrorKind::UnexpectedResponse(answer) = error.kind() else {
            panic!("{error}")
        };
        let wire::DecodeError::Shape(warning) = &answer.error else {
            panic!("{error}")
        };
        assert_eq!(warning.reason, WarningReason::Missing("token".to_owned()));
    }

    #[test]
    fn an_openid_token_that_the_homeserver_rejects_is_a_status_500() {
        let body = r#"{"errcode": "M_UNKNOWN", "error": "The Matrix homeserver did not include 'sub' in its response"}"#;
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        let error = wire::decode::<RegisterAccount>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::Unknown));
    }

    #[test]
    fn secrets_are_not_shown() {
        let token = AccessToken::from("secret");
        let server = ServerName::parse("example.org").unwrap();
        let request = RegisterAccount::new(token.clone(), OpenIdTokenType::Bearer, server, 1);
        let shown = format!("{request:?} {:?}", RegisterAccountResponse::new(token));
        assert!(!shown.contains("secret"), "{shown}");
    }
}
