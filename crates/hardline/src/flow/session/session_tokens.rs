use std::time::Duration;

use hardline_derive::Wire;

use crate::client_api::account::RegisterResponse;
use crate::client_api::session::LoginResponse;
use crate::flow::OAuthSession;
#[cfg(feature = "oauth")]
use crate::oauth_api::TokenResponse;
use crate::types::{AccessToken, RefreshToken, Timestamp};

/// The tokens of a session, for a program to store: the access token and, if the server supports refreshing, the
/// refresh token. They are secrets: store them where nobody else can read them.
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
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SessionTokens {
    /// The token to send requests with.
    pub access_token: AccessToken,
    /// The token that gets a new access token. `None` if the access token cannot be refreshed.
    pub refresh_token: Option<RefreshToken>,
    /// When the access token expires. `None` if the server did not say.
    pub expires_at: Option<Timestamp>,
    /// The session that an authorization server granted. `None`: the tokens are the homeserver's own, from `/login` or
    /// `/register`.
    pub oauth: Option<OAuthSession>,
}

impl SessionTokens {
    /// What must not be shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let refresh_token = self.refresh_token.as_ref().map(RefreshToken::reveal);
        [self.access_token.reveal()]
            .into_iter()
            .chain(refresh_token)
    }

    /// An access token without a refresh token.
    pub fn new(access_token: AccessToken) -> Self {
        Self {
            access_token,
            refresh_token: None,
            expires_at: None,
            oauth: None,
        }
    }

    /// The tokens from a login response that arrived at the time `now`.
    ///
    /// ```
    /// use hardline::client_api::session::Login;
    /// use hardline::flow::SessionTokens;
    /// use hardline::types::Timestamp;
    /// use hardline::wire;
    ///
    /// let body = r#"{"user_id": "@alice:example.org", "access_token": "syt_secret", "device_id": "ABC",
    ///     "refresh_token": "syr_secret", "expires_in_ms": 300000}"#;
    /// let login = wire::decode::<Login>(http::Response::new(body))?;
    /// let tokens = SessionTokens::of_login(Timestamp::from_millis(1_000), &login);
    /// assert_eq!(tokens.expires_at, Some(Timestamp::from_millis(301_000)));
    /// # Ok::<(), wire::Error>(())
    /// ```
    pub fn of_login(now: Timestamp, login: &LoginResponse) -> Self {
        Self {
            access_token: login.access_token.clone(),
            refresh_token: login.refresh_token.clone(),
            expires_at: expiry(now, login.expires_in_ms),
            oauth: None,
        }
    }

    /// The tokens from a registration response that arrived at the time `now`; `None` if the account was registered
    /// without logging in.
    ///
    /// ```
    /// use hardline::client_api::account::Register;
    /// use hardline::flow::SessionTokens;
    /// use hardline::types::Timestamp;
    /// use hardline::wire;
    ///
    /// let registered = wire::decode::<Register>(http::Response::new(r#"{"user_id": "@alice:example.org"}"#))?;
    /// assert_eq!(SessionTokens::of_registration(Timestamp::from_millis(0), &registered), None);
    /// # Ok::<(), wire::Error>(())
    /// ```
    pub fn of_registration(now: Timestamp, registered: &RegisterResponse) -> Option<Self> {
        Some(Self {
            access_token: registered.access_token.clone()?,
            refresh_token: registered.refresh_token.clone(),
            expires_at: expiry(now, registered.expires_in_ms),
            oauth: None,
        })
    }

    /// The tokens from an authorization server's response to a request that was sent at the time `sent`: their lifetime
    /// counts from then on, since the response may have been on its way for a while. Say which session they belong to
    /// with [`granted_by`](Self::granted_by).
    ///
    /// ```
    /// use hardline::flow::SessionTokens;
    /// use hardline::oauth_api::ExchangeCode;
    /// use hardline::types::Timestamp;
    /// use hardline::wire;
    ///
    /// let body = r#"{"access_token": "mat_secret", "token_type": "Bearer", "expires_in": 300}"#;
    /// let granted = wire::decode::<ExchangeCode>(http::Response::new(body))?;
    /// let tokens = SessionTokens::of_grant(Timestamp::from_millis(1_000), &granted);
    /// assert_eq!(tokens.expires_at, Some(Timestamp::from_millis(301_000)));
    /// # Ok::<(), wire::Error>(())
    /// ```
    #[cfg(feature = "oauth")]
    pub fn of_grant(sent: Timestamp, granted: &TokenResponse) -> Self {
        let expires_in_ms = granted
            .expires_in
            .map(|seconds| seconds.saturating_mul(1_000));
        Self {
            access_token: granted.access_token.clone(),
            refresh_token: granted.refresh_token.clone(),
            expires_at: expiry(sent, expires_in_ms),
            oauth: None,
        }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn refreshed_with(mut self, refresh_token: RefreshToken) -> Self {
        self.refresh_token = Some(refresh_token);
        self
    }

    /// Sets for how long the access token is valid: a response's `expires_in_ms`.
    #[must_use]
    pub fn expiring_in(mut self, now: Timestamp, lifetime: Duration) -> Self {
        self.expires_at = Some(now + lifetime);
        self
    }

    /// Says that an authorization server granted the tokens, in this session.
    #[must_use]
    pub fn granted_by(mut self, session: OAuthSession) -> Self {
        self.oauth = Some(session);
        self
    }
}

/// When a token expires that lives for so long from this time on. Nothing could be done with one that lives for no time at all: the server means
/// that it does not say.
pub(super) fn expiry(since: Timestamp, expires_in_ms: Option<u64>) -> Option<Timestamp> {
    let lifetime = expires_in_ms.filter(|millis| *millis > 0)?;
    Some(since + Duration::from_millis(lifetime))
}
