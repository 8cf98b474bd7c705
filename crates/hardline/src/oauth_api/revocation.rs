use hardline_derive::Request;

use crate::json::Empty;
use crate::oauth_api::RevocableToken;
use crate::types::ClientId;
use crate::types::text::text_enum;
use crate::wire::{Body, Endpoint, Method, Operation, ResponseBody, SpecVersion};

/// Logs out: a token, and the session that it belongs to, become invalid. It is sent to the `revocation_endpoint`.
///
/// Give the refresh token and no hint. Servers respond with status 200 and revoke nothing if the token is an access token
/// that has expired, or if the hint does not fit. A token that is invalid already is no error either.
///
/// Errors worth handling: `invalid_client` (status 401: the server does not know the client, or it was left out).
///
/// ```
/// use hardline::oauth_api::RevokeToken;
/// use hardline::types::{ClientId, RefreshToken};
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/revoke")?;
/// let token = RefreshToken::from("mar_secret");
/// let operation = RevokeToken::new(ClientId::parse("s6BhdRkqt3")?, token.into());
/// let request = wire::encode(&operation, &Target::Url(endpoint), &Credentials::None)?;
/// assert_eq!(request.body(), b"token=mar_secret&client_id=s6BhdRkqt3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [token revocation](https://spec.matrix.org/v1.19/client-server-api/#token-revocation),
/// [RFC 7009, section 2](https://www.rfc-editor.org/rfc/rfc7009#section-2).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RevokeToken {
    /// The token.
    pub token: RevocableToken,
    /// What kind of token it is. It is best left out.
    pub token_type_hint: Option<TokenTypeHint>,
    /// The client that the session belongs to.
    pub client_id: Option<ClientId>,
}

impl RevokeToken {
    /// A request with the required fields. The specification makes the client optional, but servers refuse a request without
    /// it.
    pub fn new(client_id: ClientId, token: RevocableToken) -> Self {
        Self {
            token,
            token_type_hint: None,
            client_id: Some(client_id),
        }
    }
}

impl Endpoint for RevokeToken {
    const OPERATION: Operation = Operation::oauth(Method::Post, "revokeToken")
        .body(Body::Form)
        .response_body(ResponseBody::Ignored)
        .repeatable()
        .since(SpecVersion::v1(15));
    type Response = Empty;
}

text_enum! {
    /// What kind of token is to be revoked.
    TokenTypeHint {
        /// An access token.
        AccessToken = "access_token",
        /// A refresh token.
        RefreshToken = "refresh_token",
    }
}
