//! OAuth 2.0, as Matrix uses it: the endpoints of a homeserver's authorization server, a struct for each request.
//!
//! A homeserver that delegates its logins to an authorization server says so with
//! [`GetAuthMetadata`](crate::client_api::discovery::GetAuthMetadata), and the metadata has the URLs of the endpoints. So
//! each operation here is sent to a [`Target::Url`](crate::wire::Target::Url), and none takes an access token:
//!
//! ```
//! use hardline::oauth_api::RefreshAccessToken;
//! use hardline::types::{ClientId, RefreshToken};
//! use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
//!
//! let homeserver = BaseUrl::parse("https://matrix.example.org")?;
//! let token_endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/token")?;
//! let operation = RefreshAccessToken::new(ClientId::parse("s6BhdRkqt3")?, RefreshToken::from("mar_secret"));
//! let request = wire::encode(&operation, &Target::Url(token_endpoint), &Credentials::None)?;
//! assert_eq!(request.uri(), "https://account.example.org/oauth2/token");
//! assert_eq!(request.body(), b"grant_type=refresh_token&client_id=s6BhdRkqt3&refresh_token=mar_secret");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Errors are in OAuth's terms, which [`Error::oauth_error`](crate::wire::Error::oauth_error) reads, with whatever status
//! they come. A proxy, or a homeserver that serves these endpoints itself, may decline in Matrix's terms instead:
//! [`Error::errcode`](crate::wire::Error::errcode), which counts where both are there. Everything else, an HTML page for
//! example, is an [`UnexpectedResponse`](crate::wire::UnexpectedResponse) and says nothing about a token.
//!
//! To log in with a browser: [`RegisterClient`], [`Authorize`], [`AuthorizationResponse`], [`ExchangeCode`]. On a device
//! without one: [`RegisterClient`], [`AuthorizeDevice`], and [`ExchangeDeviceCode`] until the user has decided. To stay
//! logged in: [`RefreshAccessToken`]. To log out: [`RevokeToken`]. Devices and the account itself have no operations here:
//! an [`AccountManagementLink`] leads to the page for them.
//!
//! Specification: [OAuth 2.0 API](https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api).

mod account_management;
mod authorization;
mod authorization_response;
mod code_challenge;
mod device;
mod metadata;
mod registration;
mod revocation;
mod scope;
mod secrets;
mod token;

pub use account_management::AccountManagementLink;
pub use authorization::{Authorize, AuthorizeResponse, PromptValue, ResponseMode};
pub use authorization_response::{
    AuthorizationError, AuthorizationResponse, ForeignResponse, InvalidAuthorizationResponse,
};
pub use code_challenge::CodeChallenge;
pub use device::{AuthorizeDevice, AuthorizeDeviceResponse, UserCode};
pub use metadata::{GetAuthorizationServerMetadata, GetOpenIdConfiguration};
pub use registration::{
    ApplicationType, GrantType, RegisterClient, RegisterClientResponse, ResponseType,
    TokenEndpointAuthMethod,
};
pub use revocation::{RevokeToken, TokenTypeHint};
pub use scope::{Scope, Scopes};
pub use secrets::{
    AuthorizationCode, AuthorizationState, AuthorizationUrl, DeviceCode, Nonce, RedirectedUrl,
    RevocableToken,
};
pub use token::{ExchangeCode, ExchangeDeviceCode, RefreshAccessToken, TokenResponse};

use crate::wire::EndpointVisitor;
#[cfg(feature = "by-name")]
use crate::wire::ShapedEndpointVisitor;
#[cfg(feature = "proptest")]
use crate::wire::server::ArbitraryEndpointVisitor;
#[cfg(feature = "server")]
use crate::wire::server::ServerEndpointVisitor;

/// The operations. They have no paths of their own, so a router does not find them until it is told where they are:
/// [`Router::add_at`](crate::wire::server::Router::add_at).
mod registry {
    use super::{
        Authorize, AuthorizeDevice, ExchangeCode, ExchangeDeviceCode,
        GetAuthorizationServerMetadata, GetOpenIdConfiguration, RefreshAccessToken, RegisterClient,
        RevokeToken,
    };

    crate::wire::operations![
        GetAuthorizationServerMetadata,
        GetOpenIdConfiguration,
        RegisterClient,
        Authorize,
        AuthorizeDevice,
        ExchangeCode,
        RefreshAccessToken,
        ExchangeDeviceCode,
        RevokeToken,
    ];
}

/// Shows a visitor every operation of an authorization server.
///
/// This is the only list of them: the checks against the specification and the tests use it. They have no paths of their
/// own: a server chooses them, and tells its router with `Router::add_at`.
///
/// ```
/// use hardline::oauth_api;
/// use hardline::wire::{RegisteredEndpoint, EndpointVisitor};
///
/// struct Names(Vec<String>);
///
/// impl EndpointVisitor for Names {
///     fn visit<E: RegisteredEndpoint>(&mut self) {
///         self.0.push(E::OPERATION.name().to_string());
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// oauth_api::visit(&mut names);
/// assert!(names.0.contains(&"oauth:revokeToken".to_owned()));
/// ```
pub fn visit(visitor: &mut impl EndpointVisitor) {
    registry::visit(visitor);
}

/// The same, with the shape of each operation's JSON.
///
/// ```
/// use hardline::by_name::Operations;
/// use hardline::oauth_api;
///
/// let mut operations = Operations::new();
/// oauth_api::visit_shaped(&mut operations);
/// assert!(operations.find("oauth:registerClient").is_ok());
/// ```
#[cfg(feature = "by-name")]
pub fn visit_shaped(visitor: &mut impl ShapedEndpointVisitor) {
    registry::visit_shaped(visitor);
}

/// The same, with the server's side of each operation: a [`ServerEndpointVisitor`] has an example.
///
/// A server of its own puts them where it likes, and the three token requests at one URL:
///
/// ```
/// use hardline::Endpoint;
/// use hardline::oauth_api::{ExchangeCode, ExchangeDeviceCode, RefreshAccessToken};
/// use hardline::wire::server::{Router, decode_request};
///
/// let mut router = Router::new();
/// router.add_at("/token", const { &ExchangeCode::OPERATION });
/// router.add_at("/token", const { &RefreshAccessToken::OPERATION });
/// router.add_at("/token", const { &ExchangeDeviceCode::OPERATION });
/// let body = "grant_type=refresh_token&client_id=s6BhdRkqt3&refresh_token=mar_secret";
/// let request = http::Request::post("/token").body(body)?;
/// let route = router.route(&request).unwrap();
/// assert_eq!(route.operation.name().to_string(), "oauth:refreshAccessToken");
/// let operation = decode_request::<RefreshAccessToken>(&route, &request).unwrap();
/// assert_eq!(operation.client_id, "s6BhdRkqt3");
/// # Ok::<(), http::Error>(())
/// ```
#[cfg(feature = "server")]
pub fn visit_server(visitor: &mut impl ServerEndpointVisitor) {
    registry::visit_server(visitor);
}

/// The same, for generating arbitrary requests and responses: an [`ArbitraryEndpointVisitor`] has an example.
#[cfg(feature = "proptest")]
pub fn visit_arbitrary(visitor: &mut impl ArbitraryEndpointVisitor) {
    registry::visit_arbitrary(visitor);
}

#[cfg(test)]
mod tests;
