mod account_page;
mod authorize;
mod data;
mod device;
mod device_page;
mod metadata;
mod origin;
mod pages;
mod paths;
mod registration;
mod request_context;
mod revocation;
mod scopes;
mod state;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hardline::oauth_api::{AuthorizationUrl, RedirectedUrl, UserCode};
use hardline::types::Timestamp;
use hardline::wire::OperationName;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method, Request, Response};
use serde_json::value::RawValue;

use data::AuthorizationServerData;
use request_context::RequestContext;
use state::State;

use crate::handlers::Handlers;
use crate::person::{Decision, PageError};
use crate::snapshot::{SnapshotError, raw, read};
use crate::{Caller, Homeserver};

/// An authorization server without sockets, threads or a clock, for the users of one homeserver and at the same base URL.
///
/// It registers clients, asks the homeserver's users for their passwords and their consent on its pages, and gives tokens
/// that the homeserver takes: for a code that a browser brings back, and for the code of a device without one. Its issuer is
/// the homeserver's base URL with a slash. Its clients are public: they have no secrets.
///
/// A test plays the user without a browser: [`follow_authorization`](Self::follow_authorization) and
/// [`decide_device`](Self::decide_device). So does any HTTP client that sends the forms of the pages.
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use hardline::types::{ServerName, Timestamp};
/// use hardline_loopback::{AuthorizationServer, Homeserver};
///
/// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
/// let authorization_server = AuthorizationServer::new(Arc::new(homeserver), [8; 32]);
/// let request = http::Request::get("/.well-known/openid-configuration").body(Bytes::new())?;
/// let response = authorization_server.handle(Timestamp::from_millis(0), request);
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AuthorizationServer {
    data: AuthorizationServerData,
    handlers: Handlers<AuthorizationServerData>,
}

impl AuthorizationServer {
    /// An authorization server without clients. Everything random is derived from `seed`.
    ///
    /// The homeserver advertises it from now on, beside its own login:
    /// [`Homeserver::set_legacy_authentication`] ends that.
    pub fn new(homeserver: Arc<Homeserver>, seed: [u8; 32]) -> Self {
        homeserver.delegate(metadata::document(homeserver.base_url()));
        let mut handlers = Handlers::new(paths::router());
        metadata::install(&mut handlers);
        registration::install(&mut handlers);
        authorize::install(&mut handlers);
        device::install(&mut handlers);
        device_page::install(&mut handlers);
        token::install(&mut handlers);
        revocation::install(&mut handlers);
        account_page::install(&mut handlers);
        Self {
            data: AuthorizationServerData::new(homeserver, State::new(seed)),
            handlers,
        }
    }

    /// What it remembers, as JSON.
    pub(crate) fn remembered(&self) -> Box<RawValue> {
        raw(&*self.data.state())
    }

    /// Remembers what it remembered when that was written.
    pub(crate) fn remember(&self, remembered: &RawValue) -> Result<(), SnapshotError> {
        *self.data.state() = read(remembered)?;
        Ok(())
    }

    /// Replaces the handler of one of its operations. Pages are no operations.
    ///
    /// ```
    /// use hardline::oauth_api::RegisterClient;
    /// use hardline::wire::OAuthErrorCode;
    /// use hardline::wire::server::ErrorResponse;
    /// use hardline_loopback::Loopback;
    ///
    /// let closed = |_: &hardline_loopback::Caller, _: RegisterClient| {
    ///     let message = "registration is closed";
    ///     Err(ErrorResponse::oauth(http::StatusCode::FORBIDDEN, OAuthErrorCode::AccessDenied, message))
    /// };
    /// let loopback = Loopback::builder().oauth().on(closed).start()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on<E: ServerEndpoint>(
        &mut self,
        handler: impl Fn(&Caller, E) -> Result<E::Response, ErrorResponse> + Send + Sync + 'static,
    ) {
        self.handlers
            .add(move |_, caller, operation| handler(caller, operation));
    }

    /// Sets how long future access tokens are valid: initially five minutes.
    pub fn set_access_token_lifetime(&self, lifetime: Duration) {
        self.data.state().lifetimes.access_token = lifetime;
    }

    /// Sets how long the codes that browsers bring back are valid from now on: initially a minute.
    pub fn set_code_lifetime(&self, lifetime: Duration) {
        self.data.state().lifetimes.code = lifetime;
    }

    /// Sets how long users have to decide on a device from now on: initially twenty minutes.
    pub fn set_device_code_lifetime(&self, lifetime: Duration) {
        self.data.state().lifetimes.device_code = lifetime;
    }

    /// Sets how long devices have to wait before they ask again, in whole seconds: initially five.
    pub fn set_polling_interval(&self, interval: Duration) {
        self.data.state().lifetimes.interval = interval;
    }

    /// Follows an authorization URL as the user's browser does, and gives the URL that it is sent back to in the end: see
    /// [`Loopback::follow_authorization`](crate::Loopback::follow_authorization).
    ///
    /// # Errors
    /// [`PageError`] if the browser ends on a page instead.
    pub fn follow_authorization(
        &self,
        now: Timestamp,
        url: &AuthorizationUrl,
        decision: &Decision,
    ) -> Result<RedirectedUrl, PageError> {
        authorize::follow(&mut self.context(now), url.reveal(), decision)
    }

    /// Types a user code as the user does on another device: see
    /// [`Loopback::decide_device`](crate::Loopback::decide_device).
    ///
    /// # Errors
    /// [`PageError`] if no device waits with this code, or if there is no such user.
    pub fn decide_device(
        &self,
        now: Timestamp,
        user_code: &UserCode,
        decision: &Decision,
    ) -> Result<(), PageError> {
        device_page::decide_in_process(&mut self.context(now), user_code, decision)
    }

    /// Whether a path, as a request has it, is one of this server's.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().oauth().base_path("matrix").start()?;
    /// let authorization_server = loopback.authorization_server().unwrap();
    /// assert!(authorization_server.serves("/matrix/oauth2/token"));
    /// assert!(!authorization_server.serves("/matrix/_matrix/client/versions"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn serves(&self, path: &str) -> bool {
        self.path(path).is_some()
    }

    /// Responds to a request. There is always a response, whatever is wrong with the request.
    pub fn handle(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        let path = self.path(request.uri().path());
        let who = |_: &_| Ok(Caller::anonymous(now));
        let mut response = if path.is_some_and(paths::is_page) {
            // No other page may read these, so that they have no header fields for that.
            let mut page = self
                .handlers
                .call(&self.data, path, &request, who)
                .unwrap_or_else(pages::refused);
            if request.method() == Method::HEAD {
                page.body_mut().clear();
            }
            pages::protect(&mut page);
            page
        } else {
            self.handlers.answer(&self.data, path, &request, who)
        };
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// The name of the operation that a request is taken for.
    pub(crate) fn operation(&self, request: &Request<Bytes>) -> Option<OperationName> {
        let path = self.path(request.uri().path());
        self.handlers.operation(path, request)
    }

    fn path<'a>(&self, path: &'a str) -> Option<&'a str> {
        paths::below(self.data.homeserver.info().base_path(), path)
    }

    fn context(&self, now: Timestamp) -> RequestContext<'_> {
        RequestContext {
            state: self.data.state(),
            homeserver: &self.data.homeserver,
            now,
        }
    }
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("homeserver", &self.data.homeserver)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
