use hardline_derive::{Request, Response};

use crate::types::ClientId;
use crate::types::text::text_enum;
use crate::wire::{Endpoint, Method, Operation, SpecVersion};

/// Registers a client with an authorization server. It is sent to the `registration_endpoint`, at the beginning of every
/// login: a server may drop registrations that have no session. The client ID has to be kept with the session.
///
/// Servers are strict: `client_uri` is `https`, the other URIs are on its host or below, and a redirect URI is one of
/// `https` (`web`), or of a reversed domain name or the loopback without a port (`native`).
///
/// Errors worth handling: `invalid_redirect_uri` and `invalid_client_metadata`, whose description says which rule was
/// broken; status 403 where registration is closed.
///
/// ```
/// use hardline::oauth_api::RegisterClient;
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Endpoint, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/registration")?;
/// let operation = RegisterClient::native("https://app.example.com/".to_owned(), "http://127.0.0.1/".to_owned())
///     .with(|client| client.client_name = Some("my bot".to_owned()));
/// let request = wire::encode(&operation, &Target::Url(endpoint), &Credentials::None)?;
/// assert_eq!(
///     std::str::from_utf8(request.body())?,
///     "{\"client_uri\":\"https://app.example.com/\",\"client_name\":\"my bot\",\
///      \"redirect_uris\":[\"http://127.0.0.1/\"],\"response_types\":[\"code\"],\
///      \"grant_types\":[\"authorization_code\",\"refresh_token\"],\
///      \"token_endpoint_auth_method\":\"none\",\"application_type\":\"native\"}",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Names and URIs in other languages are members such as `client_name#fr`, which a
/// [`WithOptions`](crate::wire::WithOptions) adds.
///
/// Specification: [client registration](https://spec.matrix.org/v1.19/client-server-api/#client-registration),
/// [RFC 7591, section 3](https://www.rfc-editor.org/rfc/rfc7591#section-3).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RegisterClient {
    /// A page about the client: `https`.
    pub client_uri: String,
    /// The name that the user is shown.
    pub client_name: Option<String>,
    /// The picture that the user is shown.
    pub logo_uri: Option<String>,
    /// The client's terms of service.
    pub tos_uri: Option<String>,
    /// The client's privacy policy.
    pub policy_uri: Option<String>,
    /// Where the browser may be sent back to. None is needed without a browser.
    pub redirect_uris: Option<Vec<String>>,
    /// The kinds of authorization: `code`. Left out, it is that one; without a browser it has to be an empty list.
    pub response_types: Option<Vec<ResponseType>>,
    /// The grants that the client uses. Left out, it is the authorization code alone: the session then cannot be
    /// refreshed.
    pub grant_types: Option<Vec<GrantType>>,
    /// How the client proves who it is. Left out, it is by a secret; clients of Matrix have none.
    pub token_endpoint_auth_method: Option<TokenEndpointAuthMethod>,
    /// What redirect URIs may look like. Left out, the client is a web page.
    pub application_type: Option<ApplicationType>,
}

impl RegisterClient {
    /// A request with the required fields. [`web`](Self::web), [`native`](Self::native) and [`device`](Self::device) also
    /// fill in what a client of Matrix needs.
    pub fn new(client_uri: String) -> Self {
        Self {
            client_uri,
            client_name: None,
            logo_uri: None,
            tos_uri: None,
            policy_uri: None,
            redirect_uris: None,
            response_types: None,
            grant_types: None,
            token_endpoint_auth_method: None,
            application_type: None,
        }
    }

    /// A client in the browser, which logs in there.
    pub fn web(client_uri: String, redirect_uri: String) -> Self {
        Self::with_browser(client_uri, redirect_uri, ApplicationType::Web)
    }

    /// A client that opens a browser to log in, which comes back to the loopback or to a scheme of the client's own.
    pub fn native(client_uri: String, redirect_uri: String) -> Self {
        Self::with_browser(client_uri, redirect_uri, ApplicationType::Native)
    }

    /// A client that cannot open a browser.
    ///
    /// ```
    /// use hardline::oauth_api::{GrantType, RegisterClient};
    ///
    /// let client = RegisterClient::device("https://app.example.com/".to_owned());
    /// assert_eq!(client.grant_types, Some(vec![GrantType::DeviceCode, GrantType::RefreshToken]));
    /// assert_eq!(client.response_types, Some(Vec::new()));
    /// ```
    pub fn device(client_uri: String) -> Self {
        let mut client = Self::new(client_uri);
        client.response_types = Some(Vec::new());
        client.grant_types = Some(vec![GrantType::DeviceCode, GrantType::RefreshToken]);
        client.public(ApplicationType::Native)
    }

    fn with_browser(
        client_uri: String,
        redirect_uri: String,
        application_type: ApplicationType,
    ) -> Self {
        let mut client = Self::new(client_uri);
        client.redirect_uris = Some(vec![redirect_uri]);
        client.response_types = Some(vec![ResponseType::Code]);
        client.grant_types = Some(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]);
        client.public(application_type)
    }

    fn public(mut self, application_type: ApplicationType) -> Self {
        self.token_endpoint_auth_method = Some(TokenEndpointAuthMethod::None);
        self.application_type = Some(application_type);
        self
    }
}

impl Endpoint for RegisterClient {
    const OPERATION: Operation = Operation::oauth(Method::Post, "registerClient")
        .statuses(&[201, 200])
        .repeatable()
        .since(SpecVersion::v1(15));
    type Response = RegisterClientResponse;
}

/// The registered client. Besides its ID, the server says what it has registered, which may be less than was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RegisterClientResponse {
    /// What the server calls the client.
    pub client_id: ClientId,
    /// When the client was registered, in seconds since 1970.
    pub client_id_issued_at: Option<u64>,
    /// A page about the client.
    pub client_uri: Option<String>,
    /// The name that the user is shown.
    pub client_name: Option<String>,
    /// The picture that the user is shown.
    pub logo_uri: Option<String>,
    /// The client's terms of service.
    pub tos_uri: Option<String>,
    /// The client's privacy policy.
    pub policy_uri: Option<String>,
    /// Where the browser may be sent back to.
    pub redirect_uris: Option<Vec<String>>,
    /// The kinds of authorization.
    pub response_types: Option<Vec<ResponseType>>,
    /// The grants that the client may use. One that the server does not offer is missing.
    pub grant_types: Option<Vec<GrantType>>,
    /// How the client proves who it is.
    pub token_endpoint_auth_method: Option<TokenEndpointAuthMethod>,
    /// What redirect URIs may look like.
    pub application_type: Option<ApplicationType>,
}

impl RegisterClientResponse {
    /// A client, without further details.
    pub fn new(client_id: ClientId) -> Self {
        Self {
            client_id,
            client_id_issued_at: None,
            client_uri: None,
            client_name: None,
            logo_uri: None,
            tos_uri: None,
            policy_uri: None,
            redirect_uris: None,
            response_types: None,
            grant_types: None,
            token_endpoint_auth_method: None,
            application_type: None,
        }
    }
}

text_enum! {
    /// How a client gets tokens.
    GrantType {
        /// With a code that a browser brings back.
        AuthorizationCode = "authorization_code",
        /// With a refresh token.
        RefreshToken = "refresh_token",
        /// With a code that the user types on another device.
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
    }
}

text_enum! {
    /// What a browser brings back.
    ResponseType {
        /// A code.
        Code = "code",
    }
}

text_enum! {
    /// How a client proves to the authorization server who it is.
    TokenEndpointAuthMethod {
        /// Not at all: whoever has a client of Matrix has its secrets.
        None = "none",
        /// By a secret in the header field `Authorization`.
        ClientSecretBasic = "client_secret_basic",
        /// By a secret in the body.
        ClientSecretPost = "client_secret_post",
    }
}

text_enum! {
    /// The kind of a client, which decides what its redirect URIs may look like.
    ApplicationType {
        /// A web page.
        Web = "web",
        /// An application on the user's device.
        Native = "native",
    }
}
