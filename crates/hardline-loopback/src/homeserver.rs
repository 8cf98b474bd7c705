mod account;
mod data;
mod devices;
mod discovery;
mod errors;
mod guests;
mod identity;
mod integrations;
mod keys;
mod legacy;
mod mask;
mod masquerade;
mod media;
mod moderation;
mod oauth;
mod openid;
mod overview;
mod pages;
mod people;
mod persistence;
mod push;
mod request_context;
mod request_token;
mod rooms;
mod rtc;
mod session;
mod sso;
mod state;
mod switches;
mod sync;
mod threepid;
mod uia;
mod user_identifier;
mod wakers;

use std::fmt;
use std::sync::MutexGuard;
use std::time::Duration;

use bytes::Bytes;
use hardline::client_api;
use hardline::client_api::discovery::{GetWellknownPolicyResponse, GetWellknownSupportResponse};
use hardline::client_api::integrations::GetTurnServerResponse;
use hardline::client_api::unstable::msc4143::RtcTransport;
use hardline::types::{AccessToken, Password, RegistrationToken, ServerName, Timestamp, UserId};
use hardline::wire::server::{ErrorResponse, Router, ServerEndpoint};
use hardline::wire::{AuthType, OperationName};
use http::{Method, Request, Response};
use tokio::sync::watch;

pub(crate) use data::Chores;
use data::HomeserverData;
use state::State;
pub(crate) use state::{IssuedTokens, OAuthSession, OutgoingPush, PusherId};
pub use state::{Report, ReportSubject};
pub(crate) use wakers::Change;

use crate::handlers::{Handlers, MAX_BODY};
use crate::identity_server::Trusted;
use crate::server_info::ServerInfo;
use crate::{ApplicationService, Caller, Inbox};

/// A homeserver without sockets, threads or a clock: a function of the time and a request.
///
/// The same seed and the same requests at the same times give the same responses, tokens and codes included.
///
/// ```
/// use bytes::Bytes;
/// use hardline::types::{ServerName, Timestamp};
/// use hardline_loopback::Homeserver;
///
/// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
/// let request = http::Request::get("/.well-known/matrix/client").body(Bytes::new())?;
/// let response = homeserver.handle(Timestamp::from_millis(0), request);
/// assert_eq!(response.body(), br#"{"m.homeserver":{"base_url":"https://example.org"}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Homeserver {
    data: HomeserverData,
    handlers: Handlers<HomeserverData>,
}

impl Homeserver {
    /// A homeserver without accounts.
    ///
    /// `base_url` is where clients reach it, and what it advertises; if it has a path, the homeserver's own paths begin
    /// after it. Everything random is derived from `seed`.
    pub fn new(server_name: ServerName, base_url: &str, seed: [u8; 32]) -> Self {
        let mut router = Router::new();
        client_api::visit(&mut router);
        let mut handlers = Handlers::new(router);
        discovery::install(&mut handlers);
        session::install(&mut handlers);
        sso::install(&mut handlers);
        account::install(&mut handlers);
        request_token::install(&mut handlers);
        threepid::install(&mut handlers);
        identity::install(&mut handlers);
        devices::install(&mut handlers);
        openid::install(&mut handlers);
        rooms::install(&mut handlers);
        rtc::install(&mut handlers);
        sync::install(&mut handlers);
        keys::install(&mut handlers);
        people::install(&mut handlers);
        push::install(&mut handlers);
        media::install(&mut handlers);
        moderation::install(&mut handlers);
        integrations::install(&mut handlers);
        pages::install(&mut handlers);
        handlers.surround(uia::in_session);
        let info = ServerInfo::new(server_name, base_url);
        Self {
            data: HomeserverData::new(info, State::new(seed)),
            handlers,
        }
    }

    /// Handles an operation with a closure: one that this homeserver does not have, one of your own, or one whose
    /// handler you replace.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use hardline::types::{ServerName, Timestamp};
    /// use hardline::wire::{Endpoint, Operation};
    /// use hardline_loopback::Homeserver;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Greet {
    ///     name: String,
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Greeting {
    ///     text: String,
    /// }
    ///
    /// impl Endpoint for Greet {
    ///     const OPERATION: Operation = Operation::get("greet", "/_example/greet/{name}");
    ///     type Response = Greeting;
    /// }
    ///
    /// let mut homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// homeserver.on(|_caller, greet: Greet| Ok(Greeting { text: format!("hello, {}", greet.name) }));
    /// let request = http::Request::get("/_example/greet/you").body(Bytes::new())?;
    /// let response = homeserver.handle(Timestamp::from_millis(0), request);
    /// assert_eq!(response.body(), br#"{"text":"hello, you"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on<E: ServerEndpoint>(
        &mut self,
        handler: impl Fn(&Caller, E) -> Result<E::Response, ErrorResponse> + Send + Sync + 'static,
    ) {
        self.handlers.route(const { &E::OPERATION });
        self.handlers
            .add(move |_, caller, operation| handler(caller, operation));
    }

    /// Registers an account.
    ///
    /// ```
    /// use hardline::types::{Password, ServerName};
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// let alice = homeserver.add_account("alice", &Password::from("secret")).unwrap();
    /// assert_eq!(alice.as_str(), "@alice:example.org");
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// # Errors
    /// The same as registering over the wire: `M_USER_IN_USE` or `M_INVALID_USERNAME`.
    pub fn add_account(
        &self,
        localpart: &str,
        password: &Password,
    ) -> Result<UserId, ErrorResponse> {
        let mut state = self.state();
        let user_id = state.accounts.new_user_id(self.server_name(), localpart)?;
        state.add_account(user_id.clone(), password);
        Ok(user_id)
    }

    /// Adds an application service.
    ///
    /// ```
    /// use hardline::types::ServerName;
    /// use hardline_loopback::{ApplicationService, Homeserver};
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// let bridge = ApplicationService::new("irc", "the service's token").users("irc_");
    /// homeserver.add_application_service(bridge).unwrap();
    /// // Its names are its own.
    /// assert!(homeserver.add_account("irc", &"secret".into()).is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// # Errors
    /// `M_USER_IN_USE` or `M_INVALID_USERNAME`: its own user cannot be registered.
    pub fn add_application_service(
        &self,
        service: ApplicationService,
    ) -> Result<(), ErrorResponse> {
        let mut state = self.state();
        state.add_application_service(self.server_name(), service)
    }

    /// Sets the TURN server for calls, which users are told of; initially there is none.
    ///
    /// ```
    /// use hardline::client_api::integrations::GetTurnServerResponse;
    /// use hardline::types::ServerName;
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// let uris = vec!["turn:turn.example.org?transport=udp".to_owned()];
    /// homeserver.set_turn_server(GetTurnServerResponse::new("user".to_owned(), "secret".into(), uris, 3600));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn set_turn_server(&self, turn_server: GetTurnServerResponse) {
        self.state().turn_server = Some(turn_server);
    }

    /// The user whose OpenID token this is, for the service that it was shown to.
    pub(crate) fn openid_user(&self, now: Timestamp, token: &AccessToken) -> Option<UserId> {
        self.state().openid_tokens.user(now, token).cloned()
    }

    /// Sets the stages of registration: each list is a flow, and one of them has to be completed. Initially there is
    /// only `m.login.dummy`.
    ///
    /// Users complete `m.login.recaptcha` and `m.login.sso` on pages in a browser
    /// (`/_matrix/client/v3/auth/STAGE/fallback/web?session=SESSION`). `m.login.terms` has such a page too.
    ///
    /// ```
    /// use hardline::types::{RegistrationToken, ServerName};
    /// use hardline::wire::AuthType;
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// homeserver.require_to_register(vec![vec![AuthType::RegistrationToken, AuthType::Terms]]);
    /// homeserver.add_registration_token(&RegistrationToken::from("fBVFdqVE"), 1);
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn require_to_register(&self, flows: Vec<Vec<AuthType>>) {
        self.state().registration.flows = flows;
    }

    /// Adds a registration token for this number of accounts, or changes the number.
    pub fn add_registration_token(&self, token: &RegistrationToken, accounts: u32) {
        self.state().registration.add_token(token, accounts);
    }

    /// Sets how long future access tokens are valid, for clients that can refresh them: initially five minutes. Those
    /// of other clients are valid until they log out.
    pub fn set_access_token_lifetime(&self, lifetime: Duration) {
        self.state().devices.token_lifetime = lifetime;
    }

    /// Sets the contacts of this server, in `/.well-known/matrix/support`.
    pub fn set_support(&self, support: GetWellknownSupportResponse) {
        self.state().support = Some(support);
    }

    /// Makes it a policy server with these keys, in `/.well-known/matrix/policy_server`.
    pub fn set_policy(&self, policy: GetWellknownPolicyResponse) {
        self.state().policy = Some(policy);
    }

    /// Makes a user an administrator of the server, or one no more: initially there is none. Administrators see where users
    /// were, and suspend and lock accounts.
    ///
    /// ```
    /// use hardline::types::{Password, ServerName};
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// let alice = homeserver.add_account("alice", &Password::from("secret")).unwrap();
    /// homeserver.set_administrator(&alice, true);
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn set_administrator(&self, user_id: &UserId, is_administrator: bool) {
        let administrators = &mut self.state().moderation.administrators;
        if is_administrator {
            administrators.insert(user_id.clone());
        } else {
            administrators.remove(user_id);
        }
    }

    /// Sets the ways to make calls by, the preferred one first: initially there is none.
    ///
    /// ```
    /// use hardline::client_api::unstable::msc4143::RtcTransport;
    /// use hardline::json::JsonObject;
    /// use hardline_loopback::Loopback;
    ///
    /// let mut livekit = JsonObject::new();
    /// livekit.insert("type", "livekit")?;
    /// livekit.insert("livekit_service_url", "https://livekit.example.org")?;
    /// let loopback = Loopback::start()?;
    /// loopback.homeserver().set_rtc_transports(vec![RtcTransport::new(livekit)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_rtc_transports(&self, transports: Vec<RtcTransport>) {
        self.state().rtc_transports = transports;
    }

    /// What users reported to the administrators, oldest first: 10 000 reports at most, after which further ones are
    /// refused with `M_RESOURCE_LIMIT_EXCEEDED`.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// assert!(loopback.homeserver().reports().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn reports(&self) -> Vec<Report> {
        self.state().moderation.reports().to_vec()
    }

    /// The messages that it sends to people's phones and mailboxes.
    pub fn inbox(&self) -> Inbox {
        self.data.info.inbox().clone()
    }

    /// The server name in its user IDs.
    pub fn server_name(&self) -> &ServerName {
        self.data.info.server_name()
    }

    /// Where clients reach it, without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.data.info.base_url()
    }

    /// Responds to a request. There is always a response, whatever is wrong with the request.
    ///
    /// It responds at once: a `/sync` that has nothing to say does not wait for its `timeout`.
    pub fn handle(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        let personality = self.data.unchanged_state().switches.personality;
        match personality {
            Some(family) => self.handle_as(family, now, request),
            None => self.handle_plainly(now, request),
        }
    }

    fn handle_plainly(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        let path = self.info().operation_path(request.uri().path());
        self.handlers
            .answer(&self.data, path, &request, |operation| {
                self.data.caller(now, operation, &request)
            })
    }

    pub(crate) fn info(&self) -> &ServerInfo {
        &self.data.info
    }

    /// The name of the operation that a request is taken for.
    pub(crate) fn operation(&self, request: &Request<Bytes>) -> Option<OperationName> {
        let path = self.info().operation_path(request.uri().path());
        self.handlers.operation(path, request)
    }

    /// The size of the largest body that a request may have.
    pub(crate) fn largest_body(&self, method: &Method, path: &str) -> usize {
        let path = self.info().operation_path(path);
        path.map_or(MAX_BODY, |path| self.handlers.largest_body(method, path))
    }

    /// The changes that concern a user from now on.
    pub(crate) fn changes(&self, user_id: &UserId) -> watch::Receiver<Change> {
        self.data.wakers.changes(user_id)
    }

    /// What it has to do by itself from now on.
    pub(crate) fn chores(&self) -> watch::Receiver<Chores> {
        self.data.chores.subscribe()
    }

    /// Does what is due. Each request does so too, before it is handled.
    pub(crate) fn pass_time(&self, now: Timestamp) {
        self.data.change(|state| state.pass_time(now));
    }

    /// What is to be sent to push gateways since the last call.
    pub(crate) fn take_pushes(&self) -> Vec<OutgoingPush> {
        self.data
            .change(|state| state.push.outgoing.drain(..).collect())
    }

    /// Forgets a pusher whose gateway does not know it any more.
    pub(crate) fn remove_pusher(&self, pusher: &PusherId) {
        self.state().push.pushers.remove(pusher);
    }

    /// Trusts an identity server at its own base URL, unless it trusts one already.
    pub(crate) fn trust(&self, identity_server: Trusted) {
        self.data.identity_server.get_or_init(|| identity_server);
    }

    /// Invites the users whom the identity server has found to have an address that was invited.
    pub(crate) fn accept_invitations(&self, now: Timestamp) {
        if let Some(trusted) = self.data.identity_server.get() {
            self.data
                .change(|state| rooms::accept_invitations(state, trusted, now));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.data.state()
    }
}

impl fmt::Debug for Homeserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Homeserver")
            .field("server_name", self.server_name())
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
