//! Keeps the access token of a session valid for any number of flows.
//!
//! ```text
//!            the token expires soon, or M_UNKNOWN_TOKEN              loaded: newer tokens
//!   Open -----------------------------------------------> Asking ----------------------> Open
//! (requests are sent)                                     | ^ |
//!   ^  ^                                                  | | '-- loaded: none; nothing to refresh with ----> LoggedOut
//!   |  |                      loaded: none, or 5 s passed | | refused for good      or, if the token was not refused, or
//!   |  |                                                  v |                       nobody answered within 5 s, Open
//!   |  '-------- RefreshFailed: anything else -------- Refreshing
//!   |                                                     | new tokens
//!   '-- saved -- Saving <-- the event was taken -- Telling <'
//! ```
//!
//! Without a store it neither asks nor saves: `Asking` and `Saving` are left at once. Requests are held in every state
//! but `Open`. `LoggedOut` is `Open` without tokens, in which requests that need one are refused; `end_session` leads there
//! from everywhere. `reload` leads to `Asking` too, and back to `Open` whatever the program says.
//!
//! Which requests and responses pass is in `admission.rs`, the way from `Asking` to `Open` in `renewal.rs`, and which
//! method refreshes in `method.rs`.

mod admission;
mod decision;
mod legacy_refresh;
mod method;
mod refresh_method;
mod renewal;
mod session_event;
mod ticket;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use hardline_derive::Persist;
use http::Request;

pub use decision::{RequestDecision, ResponseDecision};
pub use legacy_refresh::LegacyRefresh;
use method::Method;
pub use refresh_method::RefreshMethod;
pub use session_event::SessionEvent;
pub use ticket::Ticket;

use crate::flow::engine::attempts::{Answered, Attempts, FlowState};
use crate::flow::{Input, Output, RetryPolicy, SessionTokens};
use crate::types::{AccessToken, Timestamp};
use crate::wire::{EncodeError, Error, SentSecrets, ServerError, Target};

/// How long before its expiry a token is refreshed at the latest; for short-lived tokens, a tenth of their lifetime.
const MARGIN: Duration = Duration::from_secs(30);

/// How long an access token is fresh: longer than it takes to send again what waited for it.
const FRESHNESS: Duration = Duration::from_secs(60);

/// Stands between any number of flows and the network, attaches the access token and refreshes it: when it is about to
/// expire, and when the server says that it is no longer valid. No matter how many requests wait for it, there is one
/// refresh.
///
/// It is not a [`Flow`](crate::flow::Flow) itself, and seldom used alone: [`Gated`](crate::flow::Gated) puts a flow
/// behind it, [`Hub`](crate::flow::Hub) many, and [`Client`](crate::client::Client) has both. If you need neither:
/// [admit](TokenManager::admit) each request of a flow: it is sent, or held until
/// [`poll_output`](TokenManager::poll_output) has nothing left to do and [`is_holding`](TokenManager::is_holding) is
/// false, and is then admitted again. [Pass](TokenManager::pass) each response: it goes to the flow, or its request is
/// held because its token was no longer valid. Send the refresh itself like a flow's requests.
///
/// # What it attaches the token to
///
/// To requests whose [`RequestMeta`](crate::wire::RequestMeta) asks for it, at the origin of the session's server, which have no `Authorization`
/// yet. It leaves all others alone, and their responses too. A request with neither is refused: what it needs is unknown.
///
/// # How it refreshes
///
/// As the tokens say: those that an [authorization server granted](SessionTokens::oauth) are refreshed at its token endpoint
/// (`OAuthRefresh`, with feature `oauth`), all others by the homeserver's own [`/refresh`](LegacyRefresh). New tokens are of
/// the same kind. Neither server sees the other's: without the feature a refresh fails and says so, and
/// [`Logout`](crate::client_api::session::Logout), which is the homeserver's, is refused for tokens that an authorization
/// server granted: revoke them, with `OAuthLogout`.
///
/// # When a session ends
///
/// When the server answered the *access token* with `M_UNKNOWN_TOKEN`, and there is no refresh token, or the server
/// refused that one for good, or the access token was just refreshed; and the program says that it has no newer tokens:
/// without an answer the session goes on, and a later request tries again. It ends too
/// when the program logs out or deactivates the account. Nothing else ends it: not a server that is down, nor one that
/// does not know `/refresh`, nor a gateway that forbids it; not status 429, nor an authorization server that does not know
/// the client. What refuses for good is `M_UNKNOWN_TOKEN`, or `M_FORBIDDEN` with status 403, from a homeserver, and
/// `invalid_grant` from an authorization server. If the refresh token alone is refused, the access token stays in use.
///
/// # Processes that share a session
///
/// A program that keeps the tokens [in a store](TokenManager::with_store) is asked for newer ones before every refresh
/// and before the session ends, and new ones are used only when it has [saved](TokenManager::saved) them. So two
/// processes refresh once, and a crash loses nothing.
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::flow::{RequestDecision, ResponseDecision, TokenManager, SessionTokens};
/// use hardline::types::{AccessToken, Timestamp};
/// use hardline::wire::{self, Credentials, Target};
///
/// let homeserver = Target::homeserver("https://example.org")?;
/// let tokens = SessionTokens::new(AccessToken::from("syt_secret"));
/// let mut manager = TokenManager::new(homeserver.clone(), Some(tokens), 1);
///
/// let mut request = wire::encode(&GetTokenOwner::new(), &homeserver, &Credentials::Deferred)?;
/// # request.extensions_mut().insert(hardline::wire::RequestMeta::new(
/// #     &<GetTokenOwner as hardline::wire::Endpoint>::OPERATION, std::time::Duration::from_secs(60)));
/// let RequestDecision::Go(ticket) = manager.admit(Timestamp::from_millis(0), None, &mut request) else { panic!() };
/// assert_eq!(request.headers()["authorization"], "Bearer syt_secret");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [refreshing access tokens](https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens),
/// [soft logout](https://spec.matrix.org/v1.19/client-server-api/#soft-logout).
#[derive(Debug, Persist)]
pub struct TokenManager {
    target: Target,
    tokens: Option<SessionTokens>,
    /// The access token that the current one replaced: a store that has it is behind.
    replaced: Option<AccessToken>,
    /// Counts the access tokens, to tell a response to an old one from one to the new one.
    generation: u64,
    /// The generation with which the session began.
    session: u64,
    /// How long before its expiry the current token is refreshed.
    margin: Duration,
    /// After a failed refresh, none is started because of expiry before this time.
    not_before: Timestamp,
    /// The server's refusal of the current access token.
    #[serde(skip)]
    refusal: Option<ServerError>,
    /// The server refused the refresh token for good.
    is_refresh_token_dead: bool,
    /// Until when the current access token, which came from a refresh, counts as fresh. The server has not accepted it yet.
    fresh_until: Option<Timestamp>,
    /// The program is asked for newer tokens.
    asks: bool,
    /// New tokens are used only when the program has saved them.
    awaits_saved: bool,
    #[serde(skip)]
    method: Method,
    #[serde(skip)]
    state: State,
    flow_state: FlowState,
    #[serde(skip)]
    events: VecDeque<SessionEvent>,
}

#[derive(Debug, Default)]
enum State {
    /// Requests are sent.
    #[default]
    Open,
    /// The program looks for newer tokens.
    Asking { until: Timestamp, then: Then },
    /// The refresh is on its way.
    Refreshing {
        attempts: Attempts,
        /// How many addresses it was sent to.
        addresses: u32,
    },
    /// The event with the new tokens is not taken yet.
    Telling,
    /// The program saves the new tokens.
    Saving,
}

/// What follows if the program has no newer tokens.
#[derive(Debug)]
enum Then {
    /// The tokens are refreshed.
    Refresh,
    /// Nothing is left to try: the refresh was refused for good.
    GiveUp(Error),
    /// Nothing: the program wanted to know.
    Nothing,
}

impl TokenManager {
    /// A token manager for this server. `seed` varies the waits between attempts to refresh.
    pub fn new(target: Target, tokens: Option<SessionTokens>, seed: u64) -> Self {
        let mut manager = Self {
            target,
            tokens: None,
            replaced: None,
            generation: 0,
            session: 0,
            margin: MARGIN,
            not_before: Timestamp::default(),
            refusal: None,
            is_refresh_token_dead: false,
            fresh_until: None,
            asks: false,
            awaits_saved: false,
            method: Method::default(),
            state: State::Open,
            flow_state: FlowState::new(Timestamp::default(), RetryPolicy::default(), seed),
            events: VecDeque::new(),
        };
        manager.set_tokens(tokens);
        manager
    }

    /// Says that the program keeps the tokens in a store, and answers [`SessionEvent::LoadTokens`] with
    /// [`loaded`](TokenManager::loaded) and [`SessionEvent::Refreshed`] with [`saved`](TokenManager::saved).
    #[must_use]
    pub fn with_store(mut self) -> Self {
        self.set_store();
        self
    }

    pub(crate) fn set_store(&mut self) {
        self.asks = true;
        self.awaits_saved = true;
    }

    /// New tokens are used only after [`saved`](TokenManager::saved), though the program is not asked for newer ones.
    pub(crate) fn await_saved(&mut self) {
        self.awaits_saved = true;
    }

    /// Sets how the tokens are refreshed, whatever they say themselves. Without this, it is their own way: that of the
    /// authorization server which granted them (`OAuthRefresh`, with feature `oauth`), or else [`LegacyRefresh`].
    #[must_use]
    pub fn with_refresh_method(mut self, method: impl RefreshMethod + 'static) -> Self {
        self.set_refresh_method(method);
        self
    }

    /// Sets how the tokens are refreshed from now on, as [`with_refresh_method`](TokenManager::with_refresh_method).
    pub fn set_refresh_method(&mut self, method: impl RefreshMethod + 'static) {
        self.abandon();
        self.method = Method::own(method);
    }

    /// The tokens of the session, if there is one.
    pub fn tokens(&self) -> Option<&SessionTokens> {
        self.tokens.as_ref()
    }

    /// Sets the tokens after a login, or forgets them. A refresh in progress is abandoned.
    pub fn set_tokens(&mut self, tokens: Option<SessionTokens>) {
        self.abandon();
        self.state = State::Open;
        self.events
            .retain(|event| !matches!(event, SessionEvent::Refreshed(_)));
        self.replace(tokens);
        self.replaced = None;
        self.session = self.generation;
    }

    /// Sets the session's server. A session belongs to one server: with another URL of the same origin it goes on; at any
    /// other origin, or at an identity server in place of a homeserver, its tokens are forgotten. If the new URL is the same
    /// server's, set them again after this. A refresh in progress at another URL is abandoned.
    pub fn set_target(&mut self, target: Target) {
        if !self.target.is_same_server(&target) {
            self.set_tokens(None);
        } else if target.base_url() != self.target.base_url() {
            self.abandon();
        }
        self.target = target;
    }

    /// The session's server.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Answers [`SessionEvent::LoadTokens`] with the tokens in the program's store, which may be the ones in use. An
    /// answer that comes too late is ignored, since the question comes again before the session ends.
    pub fn loaded(&mut self, now: Timestamp, tokens: Option<SessionTokens>) {
        self.set_now(now);
        if !matches!(self.state, State::Asking { .. }) {
            return;
        }
        match tokens.filter(|tokens| self.is_newer(tokens)) {
            Some(tokens) => {
                self.abandon();
                self.replace(Some(tokens));
            }
            None => self.go_on(true),
        }
    }

    /// Says that the tokens of [`SessionEvent::Refreshed`] are in the program's store: requests are sent with them now.
    pub fn saved(&mut self, now: Timestamp) {
        self.set_now(now);
        if matches!(self.state, State::Saving) {
            self.state = State::Open;
        }
    }

    /// Looks for newer tokens in the program's store, without refreshing. Before a logout, so that the newest refresh token
    /// is the one that is revoked: then wait until requests are no longer [held](TokenManager::is_holding). Without a store,
    /// or while a refresh is under way, it does nothing.
    pub fn reload(&mut self, now: Timestamp) {
        self.set_now(now);
        if self.asks && self.tokens.is_some() && !self.is_holding() {
            self.ask(Then::Nothing);
        }
    }

    /// Ends the session because the program logs out, and returns its tokens, to be revoked. They are forgotten, a refresh
    /// in progress is abandoned, and [`SessionEvent::LoggedOut`] tells the program to delete the stored ones. The server
    /// is not told: `OAuthLogout` does that for tokens that an authorization server granted. For the homeserver's own, send
    /// [`Logout`](crate::client_api::session::Logout) in place of this: the session ends when it has succeeded.
    pub fn end_session(&mut self) -> Option<SessionTokens> {
        let tokens = self.tokens.clone()?;
        self.log_out(None);
        Some(tokens)
    }

    /// What to do for the session itself; poll it like a flow. It is never done.
    pub fn poll_output(&mut self) -> Output<SessionEvent, Infallible> {
        if let Some(id) = self.flow_state.cancelled.pop_front() {
            return Output::Cancel(id);
        }
        if let Some(event) = self.events.pop_front() {
            if matches!(event, SessionEvent::Refreshed(_)) {
                self.told();
            }
            return Output::Event(event);
        }
        match &mut self.state {
            State::Refreshing { attempts, .. } if attempts.is_due() => {
                let method = self.method.chosen();
                match encode(method, &self.target, self.tokens.as_ref()) {
                    Ok(request) => {
                        let operation = method.operation();
                        let flow_state = &mut self.flow_state;
                        let (id, request) = attempts.sent(flow_state, operation, None, request);
                        Output::Send(id, request)
                    }
                    Err(error) => {
                        self.fail(error.into());
                        self.poll_output()
                    }
                }
            }
            State::Refreshing { attempts, .. } => Output::Wait(attempts.deadline()),
            State::Asking { until, .. } => Output::Wait(Some(*until)),
            State::Open | State::Telling | State::Saving => Output::Wait(None),
        }
    }

    /// Reports what happened to the refresh, or that the time of the last [`Output::Wait`] has come.
    pub fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.set_now(now);
        match &mut self.state {
            State::Asking { until, .. } => {
                if matches!(input, Input::Timeout) && *until <= now {
                    self.go_on(false);
                }
            }
            State::Refreshing { attempts, .. } => {
                let sent = attempts.sent_at().unwrap_or(now);
                match attempts.on_input(&mut self.flow_state, Some(input)) {
                    Answered::Nothing | Answered::Received(_) => {}
                    Answered::Response(response) => {
                        match self.method.chosen().decode(sent, response) {
                            Ok(tokens) => self.refreshed(tokens),
                            Err(error) => {
                                let secrets = self.tokens.iter().flat_map(SessionTokens::secrets);
                                let error = error.hiding(&SentSecrets::new(secrets));
                                self.refresh_failed(error);
                            }
                        }
                    }
                    Answered::Failure(error) => self.try_again(error),
                }
            }
            State::Open | State::Telling | State::Saving => {}
        }
    }

    /// Whether there is something that was not polled.
    #[cfg(feature = "persist")]
    pub(crate) fn has_output(&self) -> bool {
        let is_due = matches!(&self.state, State::Refreshing { attempts, .. } if attempts.is_due());
        is_due || !self.events.is_empty() || !self.flow_state.cancelled.is_empty()
    }

    /// The time of the last input.
    pub(crate) fn now(&self) -> Timestamp {
        self.flow_state.now
    }

    /// Whether requests are held now.
    pub fn is_holding(&self) -> bool {
        !matches!(self.state, State::Open)
    }

    fn log_out(&mut self, error: Option<Error>) {
        self.set_tokens(None);
        self.events.push_back(SessionEvent::LoggedOut { error });
    }

    fn replace(&mut self, tokens: Option<SessionTokens>) {
        self.generation += 1;
        self.refusal = None;
        self.not_before = Timestamp::default();
        self.is_refresh_token_dead = false;
        self.fresh_until = None;
        let lifetime = tokens.as_ref().and_then(|tokens| tokens.expires_at);
        // If no input has told the time yet, the lifetime is unknown, and the longest margin is used.
        self.margin = lifetime.map_or(MARGIN, |at| ((at - self.flow_state.now) / 10).min(MARGIN));
        let old = std::mem::replace(&mut self.tokens, tokens);
        self.replaced = old.map(|old| old.access_token);
    }

    fn is_newer(&self, tokens: &SessionTokens) -> bool {
        let is_used = self.tokens.as_ref().is_some_and(|used| {
            used.access_token == tokens.access_token && used.refresh_token == tokens.refresh_token
        });
        let is_old = self.replaced.as_ref() == Some(&tokens.access_token);
        !is_used && !is_old && !tokens.access_token.reveal().trim_ascii().is_empty()
    }

    fn can_refresh(&self) -> bool {
        let tokens = self.tokens.as_ref();
        !self.is_refresh_token_dead && tokens.is_some_and(|tokens| tokens.refresh_token.is_some())
    }

    fn expires_soon(&self) -> bool {
        let now = self.flow_state.now;
        let expires_at = self.tokens.as_ref().and_then(|tokens| tokens.expires_at);
        let is_soon = expires_at.is_some_and(|expires_at| expires_at <= now + self.margin);
        is_soon && self.can_refresh() && self.not_before <= now
    }

    fn is_expired(&self) -> bool {
        let expires_at = self.tokens.as_ref().and_then(|tokens| tokens.expires_at);
        expires_at.is_some_and(|expires_at| expires_at <= self.flow_state.now)
    }

    /// Whether the access token is one that the server just gave. One that lay unused for a while may have died since.
    fn is_fresh(&self) -> bool {
        let now = self.flow_state.now;
        self.fresh_until.is_some_and(|until| now < until)
    }

    /// Takes over the time. If the clock was set back, what is pending comes as much earlier.
    fn set_now(&mut self, now: Timestamp) {
        let waits = match &mut self.state {
            State::Asking { until, .. } => Some(until),
            State::Refreshing { attempts, .. } => attempts.deadline_mut(),
            State::Open | State::Telling | State::Saving => None,
        };
        let tokens = self.tokens.as_mut();
        let expires_at = tokens.and_then(|tokens| tokens.expires_at.as_mut());
        let pending = waits
            .into_iter()
            .chain(expires_at)
            .chain(&mut self.fresh_until);
        self.flow_state
            .set_now(now, pending.chain([&mut self.not_before]));
    }
}

fn encode(
    method: &dyn RefreshMethod,
    target: &Target,
    tokens: Option<&SessionTokens>,
) -> Result<Request<Vec<u8>>, EncodeError> {
    let refresh_token = tokens.and_then(|tokens| tokens.refresh_token.as_ref());
    let refresh_token = refresh_token.ok_or(EncodeError::MissingToken {
        operation: method.operation().name(),
    })?;
    method.encode(target, refresh_token)
}

#[cfg(test)]
mod tests;
