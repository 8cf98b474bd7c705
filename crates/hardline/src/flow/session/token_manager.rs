//! Keeps the access token of a session valid for any number of flows.
//!
//! ```text
//!                    expires soon, or M_UNKNOWN_TOKEN
//!           .--------------------------------------------.
//!           |                                            v
//! Go (requests are sent) <--200: Refreshed-- Hold (refreshing; requests are held)
//!    |      ^   ^                                |              |
//!    |      |   '-- RefreshFailed: no response, -'              | the server refuses
//!    |      |       5xx (held requests fail, and                v
//!    |      |       may be retried)                        LoggedOut (Refuse)
//!    |      '------------- set_tokens --------------------------'  ^
//!    '-- M_UNKNOWN_TOKEN, and there is no refresh token -----------'
//! ```

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};

use crate::client_api::session::{Refresh, RefreshResponse};
use crate::flow::engine::attempts::{Attempts, FlowState, Progress};
use crate::flow::{Input, Output, RetryPolicy, RetryScheduled, SessionTokens};
use crate::types::Timestamp;
use crate::wire::{
    Auth, Credentials, Error, ErrorCode, ErrorKind, Failure, FailureClass, RequestMeta, Target,
    authorize, declined,
};

/// How long before its expiry a token is refreshed at the latest; for short-lived tokens, a tenth of their lifetime.
const MARGIN: Duration = Duration::from_secs(30);

/// Stands between any number of flows and the network, attaches the access token and refreshes it: when it is about to
/// expire, and when the server says that it is no longer valid. No matter how many requests wait for it, there is one
/// refresh.
///
/// It is not a [`Flow`](crate::flow::Flow) itself. [Admit](TokenManager::admit) each request of a flow: it is sent, or
/// held until [`poll_output`](TokenManager::poll_output) has nothing left to send, and is then admitted again.
/// [Pass](TokenManager::pass) each response: it goes to the flow, or its request is held because its token was no
/// longer valid. Send the refresh itself like a flow's requests. If a flow's wait ends while its request is held,
/// report [`FailureClass::NotAdmitted`] to it instead of the timeout, since nothing was sent that the server may have
/// acted on. [`Client`](crate::client::Client) does all of this.
///
/// A server that is down or sends invalid responses never ends the session: the held requests then fail with
/// [`FailureClass::NotAdmitted`], which flows retry.
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
#[derive(Debug)]
pub struct TokenManager {
    target: Target,
    tokens: Option<SessionTokens>,
    /// Counts the access tokens, to tell a response to an old one from one to the new one.
    generation: u64,
    /// How long before its expiry the current token is refreshed.
    margin: Duration,
    /// After a failed refresh, none is started before this time while the old token is still valid.
    not_before: Timestamp,
    refreshing: Option<Attempts>,
    flow_state: FlowState,
    events: VecDeque<SessionEvent>,
}

/// What to do with a request.
#[derive(Debug)]
#[must_use = "the caller must send, hold or fail the request"]
pub enum RequestDecision {
    /// Send it as it is now. [`pass`](TokenManager::pass) takes the ticket with the response.
    Go(Ticket),
    /// A refresh is in progress: keep the request, and admit it again with this ticket when the refresh is over.
    Hold(Ticket),
    /// The request cannot be sent: report this failure to its flow.
    Refuse(Failure),
    /// The session is over: give the flow the response that was kept.
    Deliver,
}

/// Which token a request was sent with or held for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    generation: u64,
    /// The request was sent with that token.
    sent: bool,
    /// A response was held already: the next one is delivered.
    returned: bool,
}

impl Ticket {
    /// True if the request may have to be sent once more: keep a copy until its response has passed.
    pub fn may_return(&self) -> bool {
        self.sent && !self.returned
    }
}

/// What to do with a response.
#[derive(Debug)]
#[must_use = "the caller must deliver or keep the response"]
pub enum ResponseDecision {
    /// Give it to the flow.
    Deliver(Response<Bytes>),
    /// The token was no longer valid, and a new one exists or is on its way: keep the response, and admit the request
    /// again with its ticket.
    Hold(Response<Bytes>),
}

/// What happened to the session.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionEvent {
    /// There are new tokens: store them. The old ones are, or will be, invalid.
    Refreshed(SessionTokens),
    /// The refresh failed and is retried automatically.
    RetryScheduled(RetryScheduled),
    /// The refresh failed for now. The session is unchanged, and the next request tries again.
    RefreshFailed(Error),
    /// The session is over: log in again.
    LoggedOut {
        /// True if the device and the keys stored for it are still valid: log in with the same device ID.
        soft: bool,
        /// The server's error.
        error: Error,
    },
}

impl TokenManager {
    /// A token manager for this server. `seed` varies the waits between attempts to refresh.
    pub fn new(target: Target, tokens: Option<SessionTokens>, seed: u64) -> Self {
        let mut manager = Self {
            target,
            tokens: None,
            generation: 0,
            margin: MARGIN,
            not_before: Timestamp::default(),
            refreshing: None,
            flow_state: FlowState::new(Timestamp::default(), RetryPolicy::default(), seed),
            events: VecDeque::new(),
        };
        manager.replace(tokens);
        manager
    }

    /// The tokens of the session, if there is one.
    pub fn tokens(&self) -> Option<&SessionTokens> {
        self.tokens.as_ref()
    }

    /// Sets the tokens after a login, or forgets them. A refresh in progress is abandoned.
    pub fn set_tokens(&mut self, tokens: Option<SessionTokens>) {
        self.abandon_refresh();
        self.replace(tokens);
    }

    /// Sets the session's server. A refresh in progress at another server is abandoned, and its token is not sent here.
    pub fn set_target(&mut self, target: Target) {
        if target.base_url() != self.target.base_url() {
            self.abandon_refresh();
        }
        self.target = target;
    }

    /// Attaches the access token if the operation takes one, but never for another server than the target.
    ///
    /// `ticket` is the ticket of a request that was held, or whose response was.
    pub fn admit(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<Vec<u8>>,
    ) -> RequestDecision {
        self.set_now(now);
        let mut admitted = Ticket {
            generation: self.generation,
            sent: false,
            returned: ticket.is_some_and(|ticket| ticket.sent),
        };
        let Some(dispatch) = request.extensions().get::<RequestMeta>() else {
            return RequestDecision::Go(admitted);
        };
        let (auth, name) = (dispatch.operation.auth, dispatch.operation.name());
        let refuse =
            |why: String| RequestDecision::Refuse(Failure::new(FailureClass::Unsendable, why));
        let is_ours = self
            .target
            .base_url()
            .is_some_and(|base_url| base_url.is_origin_of(request.uri()));
        match (auth, &self.tokens) {
            // The caller attached a token already.
            _ if request.headers().contains_key(AUTHORIZATION) && !admitted.returned => {
                return RequestDecision::Go(admitted);
            }
            (_, None) if admitted.returned => return RequestDecision::Deliver,
            (Auth::None, _) | (Auth::Optional, None) => return RequestDecision::Go(admitted),
            // It is sent without a token, as for somebody who is not logged in.
            (Auth::Optional, Some(_)) if !is_ours => return RequestDecision::Go(admitted),
            (Auth::Required | Auth::Identity, None) => {
                return refuse(format!("{name} needs an access token: log in first"));
            }
            (_, Some(_)) if !is_ours => {
                return refuse(format!(
                    "{name} would send the access token to a server other than the client's: use a client for that server"
                ));
            }
            (_, Some(_)) => {}
        }
        let was_held = ticket.is_some_and(|ticket| ticket.generation == self.generation);
        // Held requests use the new token even if it is short-lived: refreshing again would never end.
        if self.refreshing.is_none() && ticket.is_none() && self.expires_soon() {
            self.refreshing = Some(Attempts::new());
        }
        if self.refreshing.is_some() {
            return RequestDecision::Hold(ticket.unwrap_or(admitted));
        }
        if was_held && (admitted.returned || self.is_expired()) {
            return RequestDecision::Refuse(Failure::not_admitted());
        }
        let Some(tokens) = &self.tokens else {
            return RequestDecision::Go(admitted);
        };
        admitted.sent = true;
        match authorize(request, &tokens.access_token) {
            Ok(()) => RequestDecision::Go(admitted),
            Err(error) => refuse(error.to_string()),
        }
    }

    /// Inspects a response before its flow does: whether the token of its request was no longer valid.
    pub fn pass(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision {
        self.set_now(now);
        if !ticket.sent || response.status() != StatusCode::UNAUTHORIZED {
            return ResponseDecision::Deliver(response);
        }
        let error = match declined(&response) {
            Some(error) if error.errcode == Some(ErrorCode::UnknownToken) => error,
            _ => return ResponseDecision::Deliver(response),
        };
        let is_present = ticket.generation == self.generation;
        if is_present && self.refreshing.is_none() && self.refresh_operation().is_none() {
            self.log_out(ErrorKind::Server(error).into());
            return ResponseDecision::Deliver(response);
        }
        // If even the new token is refused, getting another one would never end.
        if ticket.returned || self.tokens.is_none() {
            return ResponseDecision::Deliver(response);
        }
        if is_present && self.refreshing.is_none() {
            self.refreshing = Some(Attempts::new());
        }
        ResponseDecision::Hold(response)
    }

    /// What to do for the session itself; poll it like a flow. It is never done.
    pub fn poll_output(&mut self) -> Output<SessionEvent, Infallible> {
        if let Some(id) = self.flow_state.cancelled.pop_front() {
            return Output::Cancel(id);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        let operation = self.refresh_operation();
        let (Some(attempts), Some(operation)) = (&mut self.refreshing, operation) else {
            return Output::Wait(None);
        };
        if !attempts.is_due() {
            return Output::Wait(attempts.deadline());
        }
        match attempts.send(
            &mut self.flow_state,
            &operation,
            &self.target,
            &Credentials::Deferred,
        ) {
            Ok((id, request)) => Output::Send(id, request),
            Err(error) => {
                self.refreshing = None;
                Output::Event(self.lost(error.into()))
            }
        }
    }

    /// Reports what happened to the refresh.
    pub fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.set_now(now);
        let Some(attempts) = &mut self.refreshing else {
            return;
        };
        match attempts.handle::<Refresh>(&mut self.flow_state, input) {
            Progress::None => {}
            Progress::Again(waiting) => {
                self.events.push_back(SessionEvent::RetryScheduled(waiting))
            }
            Progress::Finished(result) => {
                self.refreshing = None;
                match result {
                    Ok(answer) => self.refreshed(answer.value),
                    Err(error) if is_final(&error) => self.log_out(error),
                    Err(error) => {
                        self.not_before = now + self.flow_state.policy.longest_wait;
                        self.events.push_back(SessionEvent::RefreshFailed(error));
                    }
                }
            }
        }
    }

    /// Whether requests are held now.
    pub fn is_refreshing(&self) -> bool {
        self.refreshing.is_some()
    }

    fn set_now(&mut self, now: Timestamp) {
        let deadline = self.refreshing.as_mut().and_then(Attempts::deadline_mut);
        let pending = deadline.into_iter().chain([&mut self.not_before]);
        self.flow_state.set_now(now, pending);
    }

    fn abandon_refresh(&mut self) {
        if let Some(attempts) = self.refreshing.take() {
            attempts.abandon(&mut self.flow_state);
        }
    }

    fn refreshed(&mut self, answer: RefreshResponse) {
        let mut tokens = SessionTokens::new(answer.access_token);
        let old = self.tokens.take().and_then(|tokens| tokens.refresh_token);
        tokens.refresh_token = answer.refresh_token.or(old);
        if let Some(millis) = answer.expires_in_ms {
            tokens = tokens.expiring_in(self.flow_state.now, Duration::from_millis(millis));
        }
        self.events
            .push_back(SessionEvent::Refreshed(tokens.clone()));
        self.replace(Some(tokens));
    }

    fn replace(&mut self, tokens: Option<SessionTokens>) {
        self.generation += 1;
        self.not_before = Timestamp::default();
        let lifetime = tokens.as_ref().and_then(|tokens| tokens.expires_at);
        // If no input has told the time yet, the lifetime is unknown, and the longest margin is used.
        self.margin = lifetime.map_or(MARGIN, |at| ((at - self.flow_state.now) / 10).min(MARGIN));
        self.tokens = tokens;
    }

    fn log_out(&mut self, error: Error) {
        let event = self.lost(error);
        self.events.push_back(event);
    }

    /// The session is over. It is a hard logout only if the server says that it does not know the token and that the
    /// device is gone: what is stored for a device must not be lost over less.
    fn lost(&mut self, error: Error) -> SessionEvent {
        self.replace(None);
        SessionEvent::LoggedOut {
            soft: error.errcode() != Some(&ErrorCode::UnknownToken) || error.is_soft_logout(),
            error,
        }
    }

    fn refresh_operation(&self) -> Option<Refresh> {
        let refresh_token = self.tokens.as_ref()?.refresh_token.clone()?;
        matches!(self.target, Target::Homeserver(_)).then(|| Refresh::new(refresh_token))
    }

    fn expires_soon(&self) -> bool {
        let now = self.flow_state.now;
        let Some(expires_at) = self.tokens.as_ref().and_then(|tokens| tokens.expires_at) else {
            return false;
        };
        self.refresh_operation().is_some()
            && expires_at <= now + self.margin
            && (self.is_expired() || self.not_before <= now)
    }

    fn is_expired(&self) -> bool {
        let expires_at = self.tokens.as_ref().and_then(|tokens| tokens.expires_at);
        expires_at.is_some_and(|expires_at| expires_at <= self.flow_state.now)
    }
}

/// Whether the server refused to refresh, as opposed to being unable to.
fn is_final(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Server(refused) => !error.is_rate_limited() && !refused.status.is_server_error(),
        ErrorKind::Encode(_) => true,
        ErrorKind::Transport(_) | ErrorKind::Uia(_) | ErrorKind::UnexpectedResponse(_) => false,
    }
}

#[cfg(test)]
mod tests;
