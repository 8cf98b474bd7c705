mod account;
mod association;
mod data;
mod invitation;
mod keys;
mod lookup;
mod request_context;
mod state;
mod terms;
mod trusted;
mod validation;

use std::fmt;
use std::sync::{Arc, MutexGuard};

use bytes::Bytes;
use hardline::identity_api;
use hardline::identity_api::lookup::Pepper;
use hardline::identity_api::terms::Policy;
use hardline::json::JsonMap;
use hardline::types::Timestamp;
use hardline::wire::server::{ErrorResponse, Router, ServerEndpoint, access_token};
use hardline::wire::{Auth, Method, Operation, OperationName};
use http::{Request, Response};
use serde_json::value::RawValue;

use data::IdentityServerData;
use state::State;
pub(crate) use trusted::Trusted;

use crate::handlers::Handlers;
use crate::snapshot::{SnapshotError, raw, read};
use crate::{Caller, Homeserver, Inbox};

/// What the paths of an identity server begin with.
const ROOT: &str = "/_matrix/identity";

/// An identity server without sockets, threads or a clock, for the users of one homeserver and at the same base URL.
///
/// It accepts the OpenID tokens of that homeserver, validates phone numbers and e-mail addresses by messages in the
/// homeserver's [`Inbox`], binds them, finds them by their hashes, and stores invitations. Its signatures are real:
/// ed25519 with a key derived from the seed. It forgets only what expires, and contacts nobody outside this process.
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use hardline::types::{ServerName, Timestamp};
/// use hardline_loopback::{Homeserver, IdentityServer};
///
/// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
/// let identity_server = IdentityServer::new(Arc::new(homeserver), [8; 32]);
/// let request = http::Request::get("/_matrix/identity/v2").body(Bytes::new())?;
/// assert_eq!(identity_server.handle(Timestamp::from_millis(0), request).body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct IdentityServer {
    data: IdentityServerData,
    handlers: Handlers<IdentityServerData>,
}

impl IdentityServer {
    /// An identity server without bindings and without terms. Everything random is derived from `seed`.
    ///
    /// The homeserver trusts the first identity server that is made for it, and no other: it advertises that one in
    /// `.well-known`, and binds and unbinds there for its users.
    pub fn new(homeserver: Arc<Homeserver>, seed: [u8; 32]) -> Self {
        let mut router = Router::new();
        identity_api::visit(&mut router);
        let trusted = Trusted::new(State::new(seed));
        homeserver.trust(trusted.clone());
        let mut handlers = Handlers::new(router);
        account::install(&mut handlers);
        terms::install(&mut handlers);
        keys::install(&mut handlers);
        lookup::install(&mut handlers);
        validation::install(&mut handlers);
        association::install(&mut handlers);
        invitation::install(&mut handlers);
        Self {
            data: IdentityServerData {
                homeserver,
                trusted,
            },
            handlers,
        }
    }

    /// Like [`Homeserver::on`].
    pub fn on<E: ServerEndpoint>(
        &mut self,
        handler: impl Fn(&Caller, E) -> Result<E::Response, ErrorResponse> + Send + Sync + 'static,
    ) {
        self.handlers.route(const { &E::OPERATION });
        self.handlers
            .add(move |_, caller, operation| handler(caller, operation));
    }

    /// Requires every user to agree to these policies from now on: to one URL of each policy. Earlier agreement to the
    /// same URL still counts.
    ///
    /// ```
    /// use hardline::identity_api::terms::{Policy, PolicyTranslation};
    /// use hardline::json::JsonMap;
    /// use hardline_loopback::Loopback;
    ///
    /// let mut policy = Policy::default();
    /// let english = PolicyTranslation::new("Privacy".to_owned(), "https://example.org/privacy".to_owned());
    /// policy.translations.insert("en".to_owned(), english);
    /// let loopback = Loopback::start()?;
    /// loopback.identity_server().set_terms(JsonMap::from([("privacy_policy".to_owned(), policy)]));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn set_terms(&self, policies: JsonMap<String, Policy>) {
        self.state().policies = policies;
    }

    /// Changes the pepper of lookups and returns the new one: lookups with the old one are refused with
    /// `M_INVALID_PEPPER`.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// let before = loopback.identity_server().rotate_pepper();
    /// assert_ne!(loopback.identity_server().rotate_pepper(), before);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn rotate_pepper(&self) -> Pepper {
        self.state().rotate_pepper()
    }

    /// What it remembers, as JSON.
    pub(crate) fn remembered(&self) -> Box<RawValue> {
        raw(&*self.state())
    }

    /// Remembers what it remembered when that was written.
    pub(crate) fn remember(&self, remembered: &RawValue) -> Result<(), SnapshotError> {
        *self.state() = read(remembered)?;
        Ok(())
    }

    /// The messages that it sends to people: the homeserver's inbox.
    pub fn inbox(&self) -> Inbox {
        self.data.homeserver.inbox()
    }

    /// Responds to a request. There is always a response, whatever is wrong with the request.
    pub fn handle(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        let path = self
            .data
            .homeserver
            .info()
            .operation_path(request.uri().path());
        let answer = self
            .handlers
            .answer(&self.data, path, &request, |operation| {
                self.caller(now, operation, &request)
            });
        // Whoever has bound an address is invited to where the address was.
        self.data.homeserver.accept_invitations(now);
        answer
    }

    /// The name of the operation that a request is taken for.
    pub(crate) fn operation(&self, request: &Request<Bytes>) -> Option<OperationName> {
        let info = self.data.homeserver.info();
        let path = info.operation_path(request.uri().path());
        self.handlers.operation(path, request)
    }

    /// Whether a path, as the operations have it, is an identity server's.
    pub(crate) fn has_path(path: &str) -> bool {
        path.strip_prefix(ROOT)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Who sends the request, if the operation requires that.
    fn caller(
        &self,
        now: Timestamp,
        operation: &Operation,
        request: &Request<Bytes>,
    ) -> Result<Caller, ErrorResponse> {
        let mut caller = Caller::anonymous(now);
        if operation.auth == Auth::None || is_link(operation) {
            return Ok(caller);
        }
        let state = self.state();
        let token = access_token(request);
        let user_id = match operation.id {
            // Users who have not agreed can still agree, or leave.
            "agreeToTerms" | "logout" => state.user_of(token.as_ref())?,
            _ => state.user_in_good_standing(token.as_ref())?,
        };
        caller.user_id = Some(user_id.clone());
        caller.access_token = token;
        Ok(caller)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.data.state()
    }
}

/// A link in a message: the specification requires a token, and the user's browser has none.
fn is_link(operation: &Operation) -> bool {
    operation.method == Method::Get && operation.path.ends_with("/submitToken")
}

impl fmt::Debug for IdentityServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityServer")
            .field("homeserver", &self.data.homeserver)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
