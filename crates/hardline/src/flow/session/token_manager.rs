//! Keeps a session alive under any number of flows.
//!
//! ```text
//!                    expires soon, or M_UNKNOWN_TOKEN
//!           .--------------------------------------------.
//!           |                                            v
//! Open (requests go) <--200, new tokens-- Refreshing (requests are held)
//!    |      ^   ^                                |              |
//!    |      |   '-- no answer, 5xx: gave up -----'              | the server refuses
//!    |      |       (held requests fail, and may be             v
//!    |      |        tried again)                           LoggedOut (requests are refused)
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

/// How long before it expires a token is refreshed at the latest; a tenth of that where it lives for a short time.
const MARGIN: Duration = Duration::from_secs(30);

/// A gate between any number of flows and the wire, which attaches the access token and refreshes it: when it is about
/// to expire, and when the server says that it is dead. However many requests wait for it, there is one refresh.
///
/// It is not a [`Flow`](crate::flow::Flow) itself. Each request of a flow is [admitted](TokenManager::admit): it goes, or is
/// held until [`poll_output`](TokenManager::poll_output) has nothing left to send and it is admitted again. Each response
/// [passes](TokenManager::pass): it is for the flow, or the request is held once more, since its token had died. The
/// refresh itself is sent and answered as a flow's requests are. Where a flow's wait is over while its request is held, it
/// is told [`FailureClass::NotAdmitted`] and not the timeout, since nothing was sent that the server may have acted on.
/// [`Client`](crate::client::Client) does all of this.
///
/// A server that is down or answers nonsense never ends the session: what was held then fails with
/// [`FailureClass::NotAdmitted`], which flows try again.
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
    /// Counts the access tokens, so that an answer to an old one is told from one to the new.
    generation: u64,
    /// How long before it expires the present token is refreshed.
    margin: Duration,
    /// After a refresh came to nothing, none is begun before this while the old token is still good.
    not_before: Timestamp,
    refreshing: Option<Attempts>,
    flow_state: FlowState,
    events: VecDeque<SessionEvent>,
}

/// What becomes of a request at the gate.
#[derive(Debug)]
#[must_use = "a request is sent, held or failed"]
pub enum RequestDecision {
    /// It goes out as it is now. The ticket is shown again when its response [passes](TokenManager::pass).
    Go(Ticket),
    /// A refresh is under way: keep the request and admit it again, with this ticket, when that is over.
    Hold(Ticket),
    /// It cannot be sent, and this is what its flow is told.
    Refuse(Failure),
    /// The session is over: the response that was kept is what its flow is told.
    Deliver,
}

/// Which token a request went out with, or was held for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    generation: u64,
    /// It went out with that token.
    sent: bool,
    /// It came back already: a second time its response is delivered.
    returned: bool,
}

impl Ticket {
    /// True where the request may have to go out once more: keep a copy of it until its response has passed.
    pub fn may_return(&self) -> bool {
        self.sent && !self.returned
    }
}

/// What becomes of a response at the gate.
#[derive(Debug)]
#[must_use = "a response is delivered or kept"]
pub enum ResponseDecision {
    /// It is for the flow.
    Deliver(Response<Bytes>),
    /// Its token had died, and a new one is had or on its way: keep it, and admit the request again with its ticket.
    Hold(Response<Bytes>),
}

/// What became of the session.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionEvent {
    /// There are new tokens: store them, the old ones are dead or will be.
    Refreshed(SessionTokens),
    /// The refresh did not work and is tried again by itself.
    RetryScheduled(RetryScheduled),
    /// The refresh did not work for now. The session is as it was, and the next request tries again.
    RefreshFailed(Error),
    /// The session is over: log in again.
    LoggedOut {
        /// True where the device, and the keys stored for it, are still good: log in with the same device ID.
        soft: bool,
        /// What the server said.
        error: Error,
    },
}

impl TokenManager {
    /// A gate before this server. `seed` spreads the waits between attempts to refresh.
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

    /// The tokens of the session, where there is one.
    pub fn tokens(&self) -> Option<&SessionTokens> {
        self.tokens.as_ref()
    }

    /// Sets the tokens after a login, or forgets them. A refresh that is under way is left.
    pub fn set_tokens(&mut self, tokens: Option<SessionTokens>) {
        self.abandon_refresh();
        self.replace(tokens);
    }

    /// Sets the server whose the session is. A refresh that is under way at another one is left: its token is not sent here.
    pub fn set_target(&mut self, target: Target) {
        if target.base_url() != self.target.base_url() {
            self.abandon_refresh();
        }
        self.target = target;
    }

    /// Attaches the access token where the operation takes one, and never for another server than the target.
    ///
    /// `ticket` is that of a request that was held, or whose response was.
    pub fn admit(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<Vec<u8>>,
    ) -> RequestDecision {
        self.flow_state.now = now;
        // A clock that was set back must not make the wait longer.
        self.not_before = self
            .not_before
            .min(now + self.flow_state.policy.longest_wait);
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
            // Whoever made the request has the token for it.
            _ if request.headers().contains_key(AUTHORIZATION) && !admitted.returned => {
                return RequestDecision::Go(admitted);
            }
            (_, None) if admitted.returned => return RequestDecision::Deliver,
            (Auth::None, _) | (Auth::Optional, None) => return RequestDecision::Go(admitted),
            // It goes without, as it would for somebody who is not logged in.
            (Auth::Optional, Some(_)) if !is_ours => return RequestDecision::Go(admitted),
            (Auth::Required | Auth::Identity, None) => {
                return refuse(format!("{name} needs an access token: log in first"));
            }
            (_, Some(_)) if !is_ours => {
                return refuse(format!(
                    "{name} would send the access token to another server than the client's"
                ));
            }
            (_, Some(_)) => {}
        }
        let was_held = ticket.is_some_and(|ticket| ticket.generation == self.generation);
        // What was held goes with the new token, however short that lives: refreshing again would not end.
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

    /// Looks at a response before its flow does: whether the token died that its request went out with.
    pub fn pass(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision {
        self.flow_state.now = now;
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
        // Where even the new token is refused, asking for another would not end.
        if ticket.returned || self.tokens.is_none() {
            return ResponseDecision::Deliver(response);
        }
        if is_present && self.refreshing.is_none() {
            self.refreshing = Some(Attempts::new());
        }
        ResponseDecision::Hold(response)
    }

    /// What is to be done for the session itself; drain it as a flow's. It is never done.
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

    /// Tells what happened to the refresh.
    pub fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.flow_state.now = now;
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
        // Where nobody told the time yet, the lifetime is not known; the longest margin is then kept.
        self.margin = lifetime.map_or(MARGIN, |at| ((at - self.flow_state.now) / 10).min(MARGIN));
        self.tokens = tokens;
    }

    fn log_out(&mut self, error: Error) {
        let event = self.lost(error);
        self.events.push_back(event);
    }

    /// The session is over. Only where the server says that it does not know the token and that the device is gone,
    /// it is: what is stored for a device is not to be lost over less.
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
