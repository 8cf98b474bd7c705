//! Logs in a device that has no browser: the user types a code on a page, on any other device.
//!
//! ```text
//!                                         .--- nobody decided, or no response ---.
//!                                         v                                      |
//! new --> Preparing --> RequestingCode --200--> Waiting --the interval--> Polling
//!          ^  ^ registered     |                                           | | |
//!          |  '----------------+-------- forgot the client ----------------' | | 200
//!          |                                                                 | v
//!          '--retry-- Stalled <------------ the code has expired ------------' Granted --> done
//! ```
//!
//! The states inside `Preparing` are in `authorization_server.rs`, those inside `Granted` in `granted.rs`.

use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
use http::StatusCode;

use crate::flow::engine::effort::Effort;
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::oauth::authorization_server::AuthorizationServer;
use crate::flow::oauth::entropy::Entropy;
use crate::flow::oauth::granted::Granted;
use crate::flow::oauth::registration::Grant;
use crate::flow::{FlowError, FlowEvent, LoggedIn, NotAwaited, Prompt, Reply, RetryScheduled};
use crate::oauth_api::{
    AuthorizationError, AuthorizeDevice, AuthorizeDeviceResponse, ExchangeDeviceCode,
    RegisterClient,
};
use crate::types::{DeviceId, Timestamp};
use crate::wire::{
    Credentials, Endpoint, Error, ErrorKind, Failure, FailureClass, Homeserver, OAuthErrorCode,
    Target,
};

/// Logs in a device that has no browser: OAuth 2.0 with a device code.
///
/// The flow finds the authorization server, registers the client there, and shows a code and a page
/// ([`Prompt::DeviceAuthorization`]), where the user types the code on any other device. There is no reply: the flow asks
/// the server from time to time, in the interval that the server wants, whether the user has decided. What goes wrong
/// between is told ([`FlowEvent::RetryScheduled`]), and the flow asks less often for a while.
///
/// - If the code expires, or the server does not know it any more, the flow [stalls](FlowEvent::Stalled). A retry begins
///   with a new code. A server that knows the code no longer may have said in a response that was lost that the user
///   refused, or even have logged in a device that nobody can use.
/// - If the server forgot the client meanwhile, it is registered anew, once, and the flow shows another code.
/// - If the user refuses, or the server for them, the flow ends with [`FlowError::NotAuthorized`].
///
/// How long the code is good is counted in waits: a clock that is set changes nothing. A server that does not say how
/// long is asked for half an hour.
///
/// The tokens and the device ID are as in an [`OAuthLogin`](crate::flow::OAuthLogin).
///
/// ```
/// use hardline::flow::{DeviceLogin, Flow, Output};
/// use hardline::oauth_api::RegisterClient;
/// use hardline::types::Timestamp;
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = DeviceLogin::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     RegisterClient::device("https://app.example.com/".to_owned()),
///     // 32 bytes from the operating system's random number generator.
///     [7; 32],
/// );
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v1/auth_metadata");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [device authorization flow](https://spec.matrix.org/v1.19/client-server-api/#device-authorisation-flow),
/// [RFC 8628](https://www.rfc-editor.org/rfc/rfc8628).
#[derive(Debug, Persist)]
pub struct DeviceLogin(Engine<LoggingIn>);

#[derive(Debug, Persist)]
struct LoggingIn {
    server: AuthorizationServer,
    code: Option<Box<Code>>,
    state: State,
}

/// What the user types and the device asks with.
#[derive(Debug, Persist)]
struct Code {
    response: AuthorizeDeviceResponse,
    expires_at: Option<Timestamp>,
    interval: Duration,
    /// How long the server is still asked, not counting what the clock does meanwhile.
    left: Duration,
    /// How often in a row the server could not be asked.
    failures: u32,
    /// The wait before it is asked next.
    wait: Duration,
}

#[derive(Debug, Persist)]
enum State {
    Preparing,
    RequestingCode,
    Waiting,
    Polling,
    Granted(Box<Granted>),
}

/// How long a code is asked about whose lifetime the server does not say.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// No server is asked more often, whatever it says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

interactive_flow!(DeviceLogin, brings: LoggedIn);

impl DeviceLogin {
    /// Starts the flow. The first request is ready immediately. The ID of the device and the jitter of the waits are made
    /// from the entropy: 32 random bytes that were used for nothing else. The client is registered as it is described,
    /// with what the login needs, as by [`OAuthLogin::new`](crate::flow::OAuthLogin::new).
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        client: RegisterClient,
        entropy: [u8; 32],
    ) -> Self {
        Self::at(now, Target::Homeserver(homeserver), client, entropy)
    }

    /// The same at the target of a client, whatever it is: if it is no homeserver, the first request is refused.
    pub(crate) fn at(
        now: Timestamp,
        target: Target,
        client: RegisterClient,
        entropy: [u8; 32],
    ) -> Self {
        let entropy = Entropy::new(entropy);
        let device_id = entropy.device_id();
        let logic = LoggingIn {
            server: AuthorizationServer::new(target, Grant::DeviceCode, client, device_id),
            code: None,
            state: State::Preparing,
        };
        Self(Engine::new(now, logic, entropy.seed()))
    }

    /// Logs in again as this device, whose session has ended.
    #[must_use]
    pub fn with_device_id(mut self, device_id: DeviceId) -> Self {
        self.0.logic_mut().server.set_device_id(device_id);
        self
    }
}

impl FlowLogic for LoggingIn {
    type Success = LoggedIn;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "DeviceLogin";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<LoggedIn, FlowError>> {
        loop {
            let registered = self.server.registered();
            match (&mut self.state, registered, &mut self.code) {
                (State::RequestingCode, Some((found, client_id)), _) => {
                    let sent_at = context.sent_at().unwrap_or(context.now());
                    let authorize = AuthorizeDevice::new(client_id.clone(), found.scopes.clone());
                    let target = Target::Url(found.authorization.clone());
                    match ready!(context.attempt(&authorize, &target, &Credentials::None)) {
                        Ok(response) => {
                            let code = Code::new(response, sent_at, &self.server)?;
                            context.emit(FlowEvent::Asks(code.prompt()));
                            self.code = Some(Box::new(code));
                            self.state = State::Waiting;
                        }
                        Err(refusal) if self.server.register_anew(&refusal.error) => {
                            self.state = State::Preparing;
                        }
                        Err(refusal) => {
                            let operation = const { &AuthorizeDevice::OPERATION };
                            let refusal =
                                ready!(context.settle(operation, refusal, &Credentials::None));
                            return Poll::Ready(Err(refusal.into()));
                        }
                    }
                }
                (State::Waiting, Some(_), Some(code)) => {
                    let until = context.now() + code.wait;
                    ready!(context.pause_until(until, code.wait));
                    code.left = code.left.saturating_sub(code.wait);
                    self.state = State::Polling;
                }
                (State::Polling, Some((found, client_id)), Some(code)) => {
                    let sent_at = context.sent_at().unwrap_or(context.now());
                    let device_code = code.response.device_code.clone();
                    let poll = ExchangeDeviceCode::new(client_id.clone(), device_code);
                    let answer = context.attempt_with(
                        Effort::ONCE,
                        &poll,
                        &found.token_endpoint,
                        &Credentials::None,
                    );
                    match ready!(answer) {
                        Ok(response) => {
                            let session = found.session(client_id);
                            let device_id = self.server.device_id();
                            let granted = Granted::new(&response, sent_at, device_id, session)?;
                            self.state = State::Granted(Box::new(granted));
                        }
                        Err(refusal) => ready!(self.not_granted(context, refusal))?,
                    }
                }
                (State::Granted(granted), Some((found, _)), _) => {
                    let homeserver = self.server.homeserver();
                    return granted.advance(context, homeserver, &found.token_endpoint);
                }
                // Without a client and a code there is nothing else to do.
                _ => {
                    ready!(self.server.advance(context))?;
                    self.state = State::RequestingCode;
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Part for LoggingIn {
    fn prompt(&self) -> Option<Prompt> {
        match self.state {
            State::Waiting | State::Polling => Some(self.code.as_ref()?.prompt()),
            _ => None,
        }
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        match &self.state {
            State::Preparing => self.server.state(),
            State::RequestingCode => "RequestingCode",
            State::Waiting => "Waiting",
            State::Polling => "Polling",
            State::Granted(granted) => granted.state(),
        }
    }
}

impl LoggingIn {
    /// Handles an answer without tokens, or that there was none.
    fn not_granted(
        &mut self,
        context: &mut FlowContext<'_>,
        refusal: CallError,
    ) -> Poll<Result<(), FlowError>> {
        use OAuthErrorCode::{
            AccessDenied, AuthorizationPending, ExpiredToken, InvalidGrant, SlowDown,
        };

        let Some(code) = &mut self.code else {
            return Poll::Ready(Ok(()));
        };
        let error = refusal.error;
        let asked = error.retry_after(context.now()).unwrap_or_default();
        let is_waited_for = match error.oauth_error() {
            Some(AccessDenied) => {
                return Poll::Ready(Err(FlowError::NotAuthorized(declined(&error))));
            }
            // What became of the code may have been said in a response that was lost.
            Some(ExpiredToken | InvalidGrant) => return self.expire(context, error),
            Some(AuthorizationPending) => code.wait_for_user(asked),
            Some(SlowDown) => {
                let longer = AuthorizeDeviceResponse::SLOW_DOWN;
                code.interval = code.interval.saturating_add(longer);
                code.wait_for_user(asked)
            }
            _ if may_pass(&error) => {
                if !code.wait_for_server(asked, context.longest_wait()) {
                    return self.expire(context, error);
                }
                let until = context.now() + code.wait;
                context.emit(FlowEvent::RetryScheduled(RetryScheduled { error, until }));
                true
            }
            _ if self.server.register_anew(&error) => {
                self.state = State::Preparing;
                return Poll::Ready(Ok(()));
            }
            // Only somebody who changes something can help; the code is good meanwhile.
            _ if error.failure().is_some() => {
                context.stall(error);
                return Poll::Pending;
            }
            _ => {
                let operation = refusal.operation;
                return Poll::Ready(Err(CallError { operation, error }.into()));
            }
        };
        if !is_waited_for {
            let why = "nobody typed the code in time: begin with a new one";
            return self.expire(context, Failure::new(FailureClass::Unsendable, why).into());
        }
        self.state = State::Waiting;
        Poll::Ready(Ok(()))
    }

    /// The code is of no use any more: on a retry, everything begins anew.
    fn expire(
        &mut self,
        context: &mut FlowContext<'_>,
        error: Error,
    ) -> Poll<Result<(), FlowError>> {
        self.code = None;
        self.server.begin_anew();
        self.state = State::Preparing;
        context.stall(error);
        Poll::Pending
    }
}

impl Code {
    fn new(
        mut response: AuthorizeDeviceResponse,
        sent_at: Timestamp,
        server: &AuthorizationServer,
    ) -> Result<Self, FlowError> {
        // A page of one's own may be chosen by a fragment.
        let page = |uri: &str| server.url(uri.split('#').next().unwrap_or_default());
        page(&response.verification_uri)?;
        response
            .verification_uri_complete
            .take_if(|uri| page(uri).is_err());
        let lifetime = response.expires_in.map(Duration::from_secs);
        let left = lifetime.unwrap_or(LIFETIME);
        let interval = response.interval().min(left).max(SHORTEST_INTERVAL);
        Ok(Self {
            response,
            expires_at: lifetime.map(|lifetime| sent_at + lifetime),
            interval,
            left,
            failures: 0,
            wait: interval,
        })
    }

    fn prompt(&self) -> Prompt {
        Prompt::DeviceAuthorization {
            user_code: self.response.user_code.clone(),
            verification_uri: self.response.verification_uri.clone(),
            verification_uri_complete: self.response.verification_uri_complete.clone(),
            expires_at: self.expires_at,
        }
    }

    /// The user has not decided. False if the code has expired before the server may be asked again.
    fn wait_for_user(&mut self, asked: Duration) -> bool {
        self.failures = 0;
        self.wait = self.interval.max(asked);
        self.is_good_after(asked)
    }

    /// The server could not be asked. False if the code has expired before it may be.
    fn wait_for_server(&mut self, asked: Duration, longest: Duration) -> bool {
        self.failures = self.failures.saturating_add(1);
        let doubled = 2_u32.saturating_pow(self.failures);
        let longer = self.interval.saturating_mul(doubled).min(longest);
        self.wait = self.interval.max(longer).max(asked);
        self.is_good_after(asked)
    }

    /// The last time is the first after the code's lifetime.
    fn is_good_after(&self, asked: Duration) -> bool {
        asked < self.left
    }
}

/// What the server says of a login that it does not let through.
fn declined(error: &Error) -> AuthorizationError {
    let code = error.oauth_error().cloned();
    let mut declined = AuthorizationError::new(code.unwrap_or(OAuthErrorCode::AccessDenied));
    if let ErrorKind::Server(error) = error.kind() {
        declined.error_description.clone_from(&error.message);
        declined.error_uri = error.error_uri();
    }
    declined
}

/// Whether the server may answer later: what lies between may be broken, and so may the server.
fn may_pass(error: &Error) -> bool {
    use OAuthErrorCode::{ServerError, TemporarilyUnavailable};

    let is_passing = matches!(
        error.oauth_error(),
        Some(ServerError | TemporarilyUnavailable)
    );
    let is_broken = matches!(error.kind(), ErrorKind::Server(_))
        && (error.status()).is_some_and(|status| {
            status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
        });
    match error.kind() {
        ErrorKind::Transport(failure) => failure.class().is_transient(),
        ErrorKind::UnexpectedResponse(_) => true,
        _ => is_passing || is_broken || error.is_rate_limited(),
    }
}

#[cfg(test)]
mod tests;
