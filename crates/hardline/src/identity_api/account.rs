//! A Matrix user's account at an identity server, which has its own tokens.
//!
//! Specification: [authentication](https://spec.matrix.org/v1.19/identity-service-api/#authentication).

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::json::Empty;
use crate::json::lenient::{Member, read_member, required};
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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
        // An alias would treat the second name as a duplicate `token`.
        deserializer.deserialize_struct(
            "RegisterAccountResponse",
            &["token", "access_token"],
            EitherToken,
        )
    }
}

struct EitherToken;

impl<'de> Visitor<'de> for EitherToken {
    type Value = RegisterAccountResponse;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut token: Member<Option<AccessToken>> = None;
        let mut access_token: Member<Option<AccessToken>> = None;
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "token" => read_member(&mut members, &mut token)?,
                "access_token" => read_member(&mut members, &mut access_token)?,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        let either = token.flatten().flatten();
        let token = either.or(access_token.flatten().flatten());
        required(Some(token), "token").map(RegisterAccountResponse::new)
    }
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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
            r#"{"access_token": "is", "token": 5}"#,
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
