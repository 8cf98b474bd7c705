mod account;
mod discovery;
mod openid;
mod password_hash;
mod session;
mod state;
mod threepid;
mod turn;
mod uia;
mod validations;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hardline::client_api;
use hardline::types::{AccessToken, Password, ServerName, Timestamp, UserId};
use hardline::wire::server::Served;
use hardline::wire::server::{Refusal, Router, access_token};
use hardline::wire::{Auth, ErrorCode};
use http::{Request, Response, StatusCode};

use state::State;
use turn::Turn;

use crate::handlers::Handlers;
use crate::{Caller, Inbox};

/// A homeserver without sockets, threads or a clock: a function of the time and a request.
///
/// One seed and the same requests at the same times give the same answers, tokens and codes included.
///
/// ```
/// use bytes::Bytes;
/// use hardline::types::{ServerName, Timestamp};
/// use hardline_loopback::Homeserver;
///
/// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
/// let request = http::Request::get("/_matrix/client/v3/login").body(Bytes::new())?;
/// let response = homeserver.handle(Timestamp::from_millis(0), request);
/// assert_eq!(response.body(), br#"{"flows":[{"type":"m.login.password"}]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Homeserver {
    server_name: ServerName,
    base_url: String,
    inbox: Inbox,
    handlers: Handlers<Self>,
    state: Mutex<State>,
}

impl Homeserver {
    /// A homeserver without accounts.
    ///
    /// `base_url` is where clients reach it, and how it names itself to them; where it has a path, the homeserver's
    /// own paths begin after it. Everything random follows from `seed`.
    pub fn new(server_name: ServerName, base_url: &str, seed: [u8; 32]) -> Self {
        let mut router = Router::new();
        client_api::visit(&mut router);
        let mut homeserver = Self {
            server_name,
            base_url: base_url.trim_end_matches('/').to_owned(),
            inbox: Inbox::default(),
            handlers: Handlers::new(router),
            state: Mutex::new(State::new(seed)),
        };
        discovery::install(&mut homeserver);
        session::install(&mut homeserver);
        account::install(&mut homeserver);
        threepid::install(&mut homeserver);
        openid::install(&mut homeserver);
        homeserver
    }

    /// Answers an operation with a closure: one that this homeserver does not have, your own, or in place of its answer.
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
    pub fn on<E: Served>(
        &mut self,
        handler: impl Fn(&Caller, E) -> Result<E::Response, Refusal> + Send + Sync + 'static,
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
    /// As registering over the wire: `M_USER_IN_USE` or `M_INVALID_USERNAME`.
    pub fn add_account(&self, localpart: &str, password: &Password) -> Result<UserId, Refusal> {
        let mut state = self.state();
        let user_id = state.new_user_id(&self.server_name, localpart)?;
        state.add_account(user_id.clone(), password);
        Ok(user_id)
    }

    /// Whose an OpenID token is that the homeserver gave, for whom it was shown to.
    pub(crate) fn openid_user(&self, now: Timestamp, token: &AccessToken) -> Option<UserId> {
        self.state().openid.user(now, token).cloned()
    }

    /// What it sends to people's phones.
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    /// The name after the colon of its users.
    pub fn server_name(&self) -> &ServerName {
        &self.server_name
    }

    /// Where clients reach it, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Answers a request. Whatever is wrong with it is answered as well, so that there is always a response.
    pub fn handle(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        let path = self.operation_path(request.uri().path());
        self.handlers.answer(self, path, &request, |operation| {
            self.caller(now, operation.auth_mode(), &request)
        })
    }

    /// The path of a request as the operations have it; `None` where it is not this homeserver's.
    pub(crate) fn operation_path<'a>(&self, path: &'a str) -> Option<&'a str> {
        // What stands at the site's root is found there, wherever the homeserver is.
        if path.starts_with("/.well-known/") {
            return Some(path);
        }
        let rest = path.strip_prefix(self.base_path())?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    fn base_path(&self) -> &str {
        let authority = self
            .base_url
            .split_once("://")
            .map_or(&*self.base_url, |(_, rest)| rest);
        authority
            .find('/')
            .map_or("", |position| &authority[position..])
    }

    /// Who sends the request, where the operation asks for that.
    fn caller(
        &self,
        now: Timestamp,
        auth: Auth,
        request: &Request<Bytes>,
    ) -> Result<Caller, Refusal> {
        let anonymous = Caller::anonymous(now);
        let token = match auth {
            Auth::None => return Ok(anonymous),
            Auth::Optional | Auth::Required | Auth::Identity => access_token(request),
        };
        let login = token
            .as_ref()
            .map(|token| self.state().login_of(token).cloned());
        match (login, auth) {
            (Some(Some(login)), _) => Ok(Caller {
                now,
                user_id: Some(login.user_id),
                device_id: Some(login.device_id),
                access_token: Some(login.access_token),
            }),
            (_, Auth::Optional) => Ok(anonymous),
            (Some(None), _) => Err(unauthorized(
                ErrorCode::UnknownToken,
                "the access token is not known here",
            )
            .with("soft_logout", &false)),
            (None, _) => Err(unauthorized(
                ErrorCode::MissingToken,
                "the request has no access token",
            )),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked may have left its own work half done; the others' is still good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Homeserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Homeserver")
            .field("server_name", &self.server_name)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

fn unauthorized(errcode: ErrorCode, message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, errcode, message)
}

#[cfg(test)]
mod tests;
