use crate::types::text::secret_type;
use crate::types::{AccessToken, Base64, InvalidText, RefreshToken};

secret_type! {
    /// What the browser brings back from an authorization, to be exchanged for tokens once.
    ///
    /// ```
    /// use hardline::oauth_api::AuthorizationCode;
    ///
    /// let secret = AuthorizationCode::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "AuthorizationCode(…)");
    /// ```
    ///
    /// Specification: [RFC 6749, section 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2).
    AuthorizationCode, token
}

secret_type! {
    /// What a device that waits for the user's decision asks with. The user types a
    /// [`UserCode`](crate::oauth_api::UserCode) instead.
    ///
    /// ```
    /// use hardline::oauth_api::DeviceCode;
    ///
    /// let secret = DeviceCode::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "DeviceCode(…)");
    /// ```
    ///
    /// Specification: [RFC 8628, section 3.2](https://www.rfc-editor.org/rfc/rfc8628#section-3.2).
    DeviceCode, token
}

secret_type! {
    /// Ties the response to an authorization to its request: what comes back with another value was not asked for.
    /// 1 or more characters of printable ASCII.
    ///
    /// ```
    /// use hardline::oauth_api::AuthorizationState;
    ///
    /// let state = AuthorizationState::from_entropy([7; 32]);
    /// assert_eq!(state.reveal(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
    /// assert_eq!(format!("{state:?}"), "AuthorizationState(…)");
    /// ```
    ///
    /// Specification: [RFC 6749, section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12).
    AuthorizationState, grammar: |text| unguessable(text, "state"), examples: "[ -~]{1,40}"
}

impl AuthorizationState {
    /// Makes a state from 32 random bytes that the caller provides, since the core has no source of randomness.
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        Self(Base64::UrlSafe.encode(entropy))
    }

    /// What came back, whatever it is: it is only compared.
    pub(super) fn received(text: String) -> Self {
        Self(text)
    }
}

secret_type! {
    /// Ties an ID token to the authorization that it was issued for; of no use without the scope `openid`. 1 or more
    /// characters of printable ASCII.
    ///
    /// ```
    /// use hardline::oauth_api::Nonce;
    ///
    /// let nonce = Nonce::from_entropy([7; 32]);
    /// assert_eq!(nonce.reveal(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
    /// assert_eq!(format!("{nonce:?}"), "Nonce(…)");
    /// ```
    ///
    /// Specification: [OpenID Connect Core, section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest).
    Nonce, grammar: |text| unguessable(text, "nonce"), examples: "[ -~]{1,40}"
}

impl Nonce {
    /// Makes a nonce from 32 random bytes that the caller provides, since the core has no source of randomness.
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        Self(Base64::UrlSafe.encode(entropy))
    }
}

secret_type! {
    /// The URL that the user's browser is to open, with the state in its query.
    ///
    /// ```
    /// use hardline::oauth_api::AuthorizationUrl;
    ///
    /// let url = AuthorizationUrl::from("https://account.example.org/authorize?state=abc");
    /// assert_eq!(url.reveal(), "https://account.example.org/authorize?state=abc");
    /// assert_eq!(format!("{url:?}"), "AuthorizationUrl(…)");
    /// ```
    AuthorizationUrl, opaque
}

secret_type! {
    /// The URL that the browser was sent back to, with the code in its query or fragment:
    /// [`AuthorizationResponse::parse`](crate::oauth_api::AuthorizationResponse::parse) reads it. While the user is still
    /// being asked, it is a page of the authorization server, without a host in it perhaps.
    ///
    /// ```
    /// use hardline::oauth_api::RedirectedUrl;
    ///
    /// let url = RedirectedUrl::from("http://127.0.0.1:8080/?code=abc&state=def");
    /// assert_eq!(url.reveal(), "http://127.0.0.1:8080/?code=abc&state=def");
    /// assert_eq!(format!("{url:?}"), "RedirectedUrl(…)");
    /// ```
    RedirectedUrl, examples: "https://[a-z]{1,10}\\.example/[!-~]{0,20}", any_text
}

impl From<String> for RedirectedUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl From<&str> for RedirectedUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

secret_type! {
    /// An access token or a refresh token that is to be revoked.
    ///
    /// ```
    /// use hardline::oauth_api::RevocableToken;
    /// use hardline::types::RefreshToken;
    ///
    /// let secret = RevocableToken::from(RefreshToken::from("abc"));
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "RevocableToken(…)");
    /// ```
    RevocableToken, token
}

impl From<AccessToken> for RevocableToken {
    fn from(token: AccessToken) -> Self {
        Self::from(token.reveal())
    }
}

impl From<RefreshToken> for RevocableToken {
    fn from(token: RefreshToken) -> Self {
        Self::from(token.reveal())
    }
}

fn unguessable(text: &str, what: &'static str) -> Result<(), InvalidText> {
    InvalidText::unless(
        !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')),
        what,
        "it must be printable ASCII",
    )
}
