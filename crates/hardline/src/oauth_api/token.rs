use hardline_derive::{Request, Response};

use crate::oauth_api::{AuthorizationCode, DeviceCode, Scopes};
use crate::types::{AccessToken, ClientId, CodeVerifier, RefreshToken};
use crate::wire::{Body, Endpoint, Method, Operation, SpecVersion};

/// Exchanges the code that the browser brought back for tokens. It is sent to the `token_endpoint`.
///
/// It is not safe to repeat: a code works once, and the server may end the whole session if it comes a second time. If the
/// response is lost, the user has to log in again.
///
/// Errors worth handling: `invalid_grant` (the code is unknown, used or too old, or the redirect URI or the verifier is
/// not the one of the authorization), `invalid_client` and `unauthorized_client` (the registration is gone: register
/// anew).
///
/// ```
/// use hardline::oauth_api::{AuthorizationCode, ExchangeCode};
/// use hardline::types::{ClientId, CodeVerifier};
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let token_endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/token")?;
/// let operation = ExchangeCode::new(
///     ClientId::parse("s6BhdRkqt3")?,
///     AuthorizationCode::from("iuB7Eiz9heengah1joh2ioy9ahChuP6R"),
///     "https://app.example.com/callback".to_owned(),
///     CodeVerifier::from_entropy([7; 32]),
/// );
/// let request = wire::encode(&operation, &Target::Url(token_endpoint), &Credentials::None)?;
/// assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
/// assert!(request.body().starts_with(b"grant_type=authorization_code&client_id=s6BhdRkqt3&code=iuB7Eiz9"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [token request](https://spec.matrix.org/v1.19/client-server-api/#authorisation-code-flow),
/// [RFC 6749, section 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ExchangeCode {
    /// The client that asked for the authorization.
    pub client_id: ClientId,
    /// The code.
    pub code: AuthorizationCode,
    /// The same redirect URI as in the authorization.
    #[hardline(examples = "https://[a-z]{1,10}\\.example/[!-~]{0,20}")]
    pub redirect_uri: String,
    /// The verifier whose hash the authorization carried.
    pub code_verifier: CodeVerifier,
}

impl ExchangeCode {
    /// A request with the required fields, which are all.
    pub fn new(
        client_id: ClientId,
        code: AuthorizationCode,
        redirect_uri: String,
        code_verifier: CodeVerifier,
    ) -> Self {
        Self {
            client_id,
            code,
            redirect_uri,
            code_verifier,
        }
    }
}

impl Endpoint for ExchangeCode {
    const OPERATION: Operation = Operation::oauth(Method::Post, "exchangeCode")
        .body(Body::Form)
        .fixed_fields(&[("grant_type", "authorization_code")])
        .since(SpecVersion::v1(15));
    type Response = TokenResponse;
}

/// Requests a new access token to replace an expiring one. It is sent to the `token_endpoint`.
///
/// It is safe to repeat: the server keeps the old refresh token until one of the new tokens is first used. After that, the
/// old one may end the session.
///
/// Errors worth handling: `invalid_grant` (the refresh token is not, or no longer, valid: log in again with the same
/// device ID). Nothing else ends a session: not `invalid_client`, not status 429, and no error that is not in OAuth's terms.
///
/// ```
/// use hardline::oauth_api::RefreshAccessToken;
/// use hardline::types::{ClientId, RefreshToken};
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let token_endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/token")?;
/// let operation = RefreshAccessToken::new(ClientId::parse("s6BhdRkqt3")?, RefreshToken::from("mar_secret"));
/// let request = wire::encode(&operation, &Target::Url(token_endpoint), &Credentials::None)?;
/// assert_eq!(request.body(), b"grant_type=refresh_token&client_id=s6BhdRkqt3&refresh_token=mar_secret");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [token refresh](https://spec.matrix.org/v1.19/client-server-api/#refresh-token-grant),
/// [RFC 6749, section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RefreshAccessToken {
    /// The client that the session belongs to.
    pub client_id: ClientId,
    /// The refresh token that came with the access token.
    pub refresh_token: RefreshToken,
}

impl RefreshAccessToken {
    /// A request with the required fields, which are all.
    pub fn new(client_id: ClientId, refresh_token: RefreshToken) -> Self {
        Self {
            client_id,
            refresh_token,
        }
    }
}

impl Endpoint for RefreshAccessToken {
    const OPERATION: Operation = Operation::oauth(Method::Post, "refreshAccessToken")
        .body(Body::Form)
        .fixed_fields(&[("grant_type", "refresh_token")])
        .repeatable()
        .since(SpecVersion::v1(15));
    type Response = TokenResponse;
}

/// Asks whether the user has decided on a device, for tokens if they have. It is sent to the `token_endpoint`, again and
/// again: see [`AuthorizeDeviceResponse::interval`](crate::oauth_api::AuthorizeDeviceResponse::interval).
///
/// Errors worth handling: `authorization_pending` (ask again after the interval), `slow_down` (the same, and from now on
/// five seconds later), `access_denied` (the user, or the server, refused), `expired_token` (begin anew). They come with
/// status 400 or 403. Some servers say `access_denied` once, and then `invalid_grant`.
///
/// ```
/// use hardline::oauth_api::{DeviceCode, ExchangeDeviceCode};
/// use hardline::types::ClientId;
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let token_endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/token")?;
/// let operation = ExchangeDeviceCode::new(ClientId::parse("s6BhdRkqt3")?, DeviceCode::from("abc"));
/// let request = wire::encode(&operation, &Target::Url(token_endpoint), &Credentials::None)?;
/// assert_eq!(
///     request.body(),
///     b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=s6BhdRkqt3&device_code=abc",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [RFC 8628, section 3.4](https://www.rfc-editor.org/rfc/rfc8628#section-3.4). Since v1.18.
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ExchangeDeviceCode {
    /// The client that asked for the authorization.
    pub client_id: ClientId,
    /// The code of the device.
    pub device_code: DeviceCode,
}

impl ExchangeDeviceCode {
    /// A request with the required fields, which are all.
    pub fn new(client_id: ClientId, device_code: DeviceCode) -> Self {
        Self {
            client_id,
            device_code,
        }
    }
}

impl Endpoint for ExchangeDeviceCode {
    const OPERATION: Operation = Operation::oauth(Method::Post, "exchangeDeviceCode")
        .body(Body::Form)
        .fixed_fields(&[("grant_type", "urn:ietf:params:oauth:grant-type:device_code")])
        .repeatable()
        .since(SpecVersion::v1(18));
    type Response = TokenResponse;
}

const BEARER: &str = "Bearer";

/// Tokens.
///
/// ```
/// use hardline::oauth_api::RefreshAccessToken;
/// use hardline::wire;
///
/// let body = r#"{"access_token": "mat_secret", "token_type": "bearer", "expires_in": "299"}"#;
/// let tokens = wire::decode::<RefreshAccessToken>(http::Response::new(body))?;
/// assert!(tokens.is_bearer());
/// assert_eq!(tokens.expires_in, Some(299));
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The access token for further requests to the homeserver.
    pub access_token: AccessToken,
    /// How the token is used: see [`is_bearer`](Self::is_bearer).
    pub token_type: Option<String>,
    /// The lifetime of the access token in seconds, from the moment on that the server responded. `None`: the server does
    /// not say.
    pub expires_in: Option<u64>,
    /// The refresh token to use next time. If a refresh brings none, the old one stays in use. If a login brings none, the
    /// session ends with the access token; the client may not have registered for refreshing.
    pub refresh_token: Option<RefreshToken>,
    /// What the token may be used for. `None`: what was asked for.
    pub scope: Option<Scopes>,
}

impl TokenResponse {
    /// A token for the header field `Authorization`, without further details.
    pub fn new(access_token: AccessToken) -> Self {
        Self {
            access_token,
            token_type: Some(BEARER.to_owned()),
            expires_in: None,
            refresh_token: None,
            scope: None,
        }
    }

    /// Whether the token goes into the header field `Authorization`, as Matrix wants it. True as well if the server leaves
    /// the type out. A token of another type cannot be used.
    pub fn is_bearer(&self) -> bool {
        self.token_type
            .as_ref()
            .is_none_or(|token_type| token_type.eq_ignore_ascii_case(BEARER))
    }
}
