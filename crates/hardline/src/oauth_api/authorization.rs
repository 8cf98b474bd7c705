use hardline_derive::{Request, Response};

use crate::oauth_api::{
    AuthorizationState, AuthorizationUrl, CodeChallenge, Nonce, RedirectedUrl, Scopes,
};
use crate::types::ClientId;
use crate::types::text::text_enum;
use crate::wire::{
    self, AbsoluteUrl, Credentials, EncodeError, Endpoint, Method, Operation, ResponseBody,
    SpecVersion, Target,
};

/// Asks the user, in their browser, to let a client act for them. It begins at the `authorization_endpoint`.
///
/// This is for a browser, which is to open [`url`](Self::url). In the end, the browser is sent to
/// [`redirect_uri`](Self::redirect_uri) with an
/// [`AuthorizationResponse`](crate::oauth_api::AuthorizationResponse). If the client or the redirect URI is wrong, the
/// browser shows a page and never comes back.
///
/// ```
/// use hardline::oauth_api::{AuthorizationState, Authorize, CodeChallenge, Scopes};
/// use hardline::types::{ClientId, CodeVerifier, DeviceId};
/// use hardline::wire::{AbsoluteUrl, BaseUrl};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/authorize?lang=en")?;
/// // Whoever has the code needs the verifier too.
/// let verifier = CodeVerifier::from_entropy([7; 32]);
/// let operation = Authorize::new(
///     ClientId::parse("s6BhdRkqt3")?,
///     "https://app.example.com/callback".to_owned(),
///     Scopes::of_device(DeviceId::parse("AAABBBCCCDDD")?)?,
///     AuthorizationState::parse("abcdef")?,
///     CodeChallenge::s256(&verifier),
/// );
/// assert_eq!(
///     operation.url(&endpoint)?.reveal(),
///     "https://account.example.org/authorize?lang=en&response_type=code&code_challenge_method=S256\
///      &client_id=s6BhdRkqt3&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback\
///      &scope=urn%3Amatrix%3Aclient%3Aapi%3A%2A%20urn%3Amatrix%3Aclient%3Adevice%3AAAABBBCCCDDD\
///      &state=abcdef&response_mode=fragment&code_challenge=3Ev4DHdHPRMPoN6GukAY_pi7IUAF5qWJHRK6kURvnoE",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [authorization request](https://spec.matrix.org/v1.19/client-server-api/#authorisation-code-flow),
/// [RFC 6749, section 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Authorize {
    /// The client.
    pub client_id: ClientId,
    /// Where the browser is sent in the end: one of those that were registered. On the loopback, any port will do.
    #[hardline(examples = "https://[a-z]{1,10}\\.example/[!-~]{0,20}")]
    pub redirect_uri: String,
    /// What the tokens are to be used for.
    pub scope: Scopes,
    /// What comes back with the response.
    pub state: AuthorizationState,
    /// How the response comes back. Left out, it is in the query.
    pub response_mode: Option<ResponseMode>,
    /// The hash of the verifier that the code is exchanged with.
    pub code_challenge: CodeChallenge,
    /// What the user is shown first: [`Create`](PromptValue::Create) if the user has no account yet.
    pub prompt: Option<PromptValue>,
    /// What comes back in an ID token, with the scope `openid`.
    pub nonce: Option<Nonce>,
}

impl Authorize {
    /// A request with the required fields. The response comes back in the fragment, which the browser sends to no server;
    /// a client that listens on the loopback needs [`ResponseMode::Query`].
    pub fn new(
        client_id: ClientId,
        redirect_uri: String,
        scope: Scopes,
        state: AuthorizationState,
        code_challenge: CodeChallenge,
    ) -> Self {
        Self {
            client_id,
            redirect_uri,
            scope,
            state,
            response_mode: Some(ResponseMode::Fragment),
            code_challenge,
            prompt: None,
            nonce: None,
        }
    }

    /// The URL that the browser is to open, at this `authorization_endpoint`. What the endpoint has in its query stays
    /// there.
    ///
    /// # Errors
    /// [`EncodeError`] if a scope cannot be sent, or if the URL is too long.
    pub fn url(
        &self,
        authorization_endpoint: &AbsoluteUrl,
    ) -> Result<AuthorizationUrl, EncodeError> {
        let target = Target::Url(authorization_endpoint.clone());
        let request = wire::encode(self, &target, &Credentials::None)?;
        Ok(AuthorizationUrl::from(request.uri().to_string()))
    }
}

impl Endpoint for Authorize {
    const OPERATION: Operation = Operation::oauth(Method::Get, "authorize")
        .query(&[
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "response_mode",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "nonce",
        ])
        .fixed_fields(&[("response_type", "code"), ("code_challenge_method", "S256")])
        .statuses(&[303, 302])
        .response_headers(&[("location", "location")])
        .response_body(ResponseBody::Ignored)
        .since(SpecVersion::v1(15));
    type Response = AuthorizeResponse;

    fn check(&self) -> Result<(), EncodeError> {
        self.scope.check()
    }
}

/// Where the browser goes next: the header field `Location`.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct AuthorizeResponse {
    /// A page of the authorization server or, in the end, the client's redirect URI with the response.
    pub location: RedirectedUrl,
}

impl AuthorizeResponse {
    /// Sends the browser to this URL.
    pub fn new(location: RedirectedUrl) -> Self {
        Self { location }
    }
}

text_enum! {
    /// How the response to an authorization comes back.
    ResponseMode {
        /// In the query of the redirect URI, which a server behind it sees: one on the loopback, for example.
        Query = "query",
        /// In the fragment of the redirect URI, which only the page behind it sees.
        Fragment = "fragment",
    }
}

text_enum! {
    /// What the user is shown first.
    PromptValue {
        /// The form to register an account.
        Create = "create",
        /// The form to log in, even if the user is logged in.
        Login = "login",
        /// The question whether the client may act for the user, even if that was answered before.
        Consent = "consent",
        /// Nothing: it is an error if the user would have to be asked.
        None = "none",
    }
}
