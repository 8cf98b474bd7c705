//! Logs in on a page of the authorization server.
//!
//! ```text
//! new --> Preparing --registered--> AwaitingRedirect <-------------------------.
//!             ^                          |      ^                              |
//!             |                Redirected|      | not of this login:           | another page: the server is
//!             |                          v      | the same page                | not ready, or does not take
//!             |                        Reading -+------------------------------+ the code
//!             |                          | code                                |
//!             |                          v                                     |
//!             '- forgot the client - Exchanging -------------------------------'
//!                                        | 200
//!                                        v
//!                                     Granted --> done
//! ```
//!
//! The states inside `Preparing` are in `authorization_server.rs`, those inside `Granted` in `granted.rs`.

use std::error::Error as StdError;
use std::task::{Poll, ready};

use hardline_derive::Persist;
use http::Uri;

use crate::client_api::discovery::AuthMetadata;
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::oauth::authorization_server::{AuthorizationServer, Found};
use crate::flow::oauth::entropy::Entropy;
use crate::flow::oauth::granted::Granted;
use crate::flow::oauth::registration::Grant;
use crate::flow::{FlowError, FlowEvent, LoggedIn, NotAwaited, OAuthGap, Prompt, Reply};
use crate::oauth_api::{
    AuthorizationCode, AuthorizationError, AuthorizationResponse, AuthorizationUrl, Authorize,
    CodeChallenge, ExchangeCode, PromptValue, RedirectedUrl, RegisterClient, ResponseMode,
};
use crate::types::{DeviceId, Timestamp};
use crate::wire::{
    Credentials, EncodeError, Endpoint, Error, Failure, FailureClass, Homeserver, OAuthErrorCode,
    Target, is_loopback,
};

/// Logs in, or registers an account, on a page of the homeserver's authorization server: OAuth 2.0 with a browser.
///
/// The flow finds the authorization server, registers the client there, and asks the program to open a page
/// ([`Prompt::Authorization`]). The URL that the browser ends on is the [`Reply::Redirected`]: the whole of it, or its
/// parts from the path on. What does not belong to this login (another's state or issuer, a URL with neither a code nor
/// an error) is [rejected](FlowEvent::Rejected), and the same page stays good. The error's
/// [cause](Failure::cause) is an [`InvalidAuthorizationResponse`](crate::oauth_api::InvalidAuthorizationResponse) or a
/// [`ForeignResponse`](crate::oauth_api::ForeignResponse).
///
/// - If the server is not ready (`server_error`, `temporarily_unavailable`) or the code was too old (`invalid_grant`),
///   the flow asks with another page, since the first one is used up.
/// - If the server forgot the client meanwhile, it is registered anew, once, and the flow asks with another page.
/// - If the user refuses, or the server for them, the flow ends with [`FlowError::NotAuthorized`].
///
/// **The code is exchanged once.** If the response is lost, the flow [stalls](FlowEvent::Stalled). A retry sends the code
/// again: if the first request did not arrive, that logs in. If it did, the server refuses the code, ends the session
/// that the first request began, and the flow asks with another page.
///
/// **The tokens** are those of the first response; before they are the outcome, the flow asks the homeserver whose they
/// are. If that fails, it stalls, and a retry asks again. If the access token has died by then, it is refreshed, once. A
/// flow that is cancelled then leaves a session behind that nobody can use.
///
/// The device ID is made from the entropy, so a login that is to go on with the keys of an earlier one needs
/// [its ID](Self::with_device_id). There is no nonce, since the scopes bring no ID token.
///
/// ```
/// use hardline::flow::{Flow, OAuthLogin, Output};
/// use hardline::oauth_api::RegisterClient;
/// use hardline::types::Timestamp;
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// // On the loopback without a port: the client is registered for any.
/// let client = RegisterClient::native("https://app.example.com/".to_owned(), "http://127.0.0.1/".to_owned());
/// let mut flow = OAuthLogin::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     client,
///     // 32 bytes from the operating system's random number generator.
///     [7; 32],
/// )
/// // Where this program listens.
/// .with_redirect_uri("http://127.0.0.1:49152/");
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v1/auth_metadata");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [authorization code flow](https://spec.matrix.org/v1.19/client-server-api/#authorisation-code-flow).
#[derive(Debug, Persist)]
pub struct OAuthLogin(Engine<LoggingIn>);

#[derive(Debug, Persist)]
struct LoggingIn {
    server: AuthorizationServer,
    entropy: Entropy,
    redirect_uri: Option<String>,
    response_mode: Option<ResponseMode>,
    is_registering: bool,
    /// The latest one.
    authorization: Option<Authorization>,
    state: State,
}

/// What the user's browser is sent out with.
#[derive(Debug, Persist)]
struct Authorization {
    /// It tells the secrets of this one from those of the login's other ones.
    number: u32,
    page: AuthorizationUrl,
    redirect_uri: String,
}

#[derive(Debug, Persist)]
enum State {
    Preparing,
    AwaitingRedirect,
    Reading(RedirectedUrl),
    Exchanging(AuthorizationCode),
    Granted(Box<Granted>),
}

interactive_flow!(OAuthLogin, brings: LoggedIn);

impl OAuthLogin {
    /// Starts the flow. The first request is ready immediately. All secrets of the login, the ID of its device and the
    /// jitter of the waits are made from the entropy: 32 random bytes that were used for nothing else.
    ///
    /// The client is registered as it is described, with what the login needs: the grants that the server has, `code`, no
    /// secret. The pictures and documents that are not on the host of its page or below, which servers refuse, are left
    /// out.
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
        let seed = entropy.seed();
        let grant = Grant::AuthorizationCode;
        let logic = LoggingIn {
            server: AuthorizationServer::new(target, grant, client, entropy.device_id()),
            entropy,
            redirect_uri: None,
            response_mode: None,
            is_registering: false,
            authorization: None,
            state: State::Preparing,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Sets where the browser comes back: on the loopback with the port, for example. The first of the client's redirect
    /// URIs if it is not set. If the client has none, this one is registered.
    #[must_use]
    pub fn with_redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.0.logic_mut().redirect_uri = Some(redirect_uri.into());
        self
    }

    /// Sets how the response comes back. If it is not set, it is in the fragment for a redirect URI that is `https`, which
    /// is a page, and in the query for others, which a listener on the loopback can read; or else in the one of the two
    /// that the server supports. A server that does not support what is set ends the flow
    /// ([`OAuthGap::ResponseMode`]).
    #[must_use]
    pub fn with_response_mode(mut self, response_mode: ResponseMode) -> Self {
        self.0.logic_mut().response_mode = Some(response_mode);
        self
    }

    /// Logs in again as this device, whose session has ended.
    #[must_use]
    pub fn with_device_id(mut self, device_id: DeviceId) -> Self {
        self.0.logic_mut().server.set_device_id(device_id);
        self
    }

    /// Has the page begin with the form to register an account, if the server has one. Others show their usual page, which
    /// leads to whatever way of registering they have.
    #[must_use]
    pub fn registering(mut self) -> Self {
        self.0.logic_mut().is_registering = true;
        self
    }
}

impl FlowLogic for LoggingIn {
    type Success = LoggedIn;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "OAuthLogin";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<LoggedIn, FlowError>> {
        loop {
            let registered = self.server.registered();
            match (&mut self.state, registered, &self.authorization) {
                (State::AwaitingRedirect, Some(_), Some(_)) => return Poll::Pending,
                (State::Reading(url), Some((found, _)), Some(authorization)) => {
                    match authorization.read(url, found, &self.entropy) {
                        Ok(Ok(code)) => self.state = State::Exchanging(code),
                        Ok(Err(declined)) if is_passing(&declined.error) => {
                            self.ask_afresh(context, Some(not_taken(declined)))?;
                        }
                        Ok(Err(declined)) => {
                            return Poll::Ready(Err(FlowError::NotAuthorized(declined)));
                        }
                        Err(error) => {
                            let prompt = authorization.prompt();
                            context.emit(FlowEvent::Rejected { prompt, error });
                            self.state = State::AwaitingRedirect;
                        }
                    }
                }
                (State::Exchanging(code), Some((found, client_id)), Some(authorization)) => {
                    let sent_at = context.sent_at().unwrap_or(context.now());
                    let exchange = ExchangeCode::new(
                        client_id.clone(),
                        code.clone(),
                        authorization.redirect_uri.clone(),
                        self.entropy.code_verifier(authorization.number),
                    );
                    let target = &found.token_endpoint;
                    match ready!(context.attempt(&exchange, target, &Credentials::None)) {
                        Ok(response) => {
                            let session = found.session(client_id);
                            let device_id = self.server.device_id();
                            let granted = Granted::new(&response, sent_at, device_id, session)?;
                            self.state = State::Granted(Box::new(granted));
                        }
                        Err(refusal) => ready!(self.refused(context, refusal))?,
                    }
                }
                (State::Granted(granted), Some((found, _)), _) => {
                    let homeserver = self.server.homeserver();
                    return granted.advance(context, homeserver, &found.token_endpoint);
                }
                // Without a client and a page there is nothing else to do.
                _ => {
                    ready!(self.prepare(context))?;
                    self.ask_afresh(context, None)?;
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
            State::AwaitingRedirect => Some(self.authorization.as_ref()?.prompt()),
            _ => None,
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        let Reply::Redirected(url) = reply else {
            return Err(NotAwaited);
        };
        match (&self.state, self.server.registered(), &self.authorization) {
            (State::AwaitingRedirect, ..) => self.state = State::Reading(url),
            // After the exchange stalled, the user may log in on the same page again.
            (State::Exchanging(_), Some((found, _)), Some(authorization)) if !is_calling => {
                let response = authorization.read(&url, found, &self.entropy);
                let Ok(Ok(code)) = response else {
                    return Err(NotAwaited);
                };
                self.state = State::Exchanging(code);
            }
            _ => return Err(NotAwaited),
        }
        Ok(Replied::Restart)
    }

    fn state(&self) -> &'static str {
        match &self.state {
            State::Preparing => self.server.state(),
            State::AwaitingRedirect => "AwaitingRedirect",
            State::Reading(_) => "Reading",
            State::Exchanging(_) => "Exchanging",
            State::Granted(granted) => granted.state(),
        }
    }
}

impl LoggingIn {
    /// Gets a client for the login.
    fn prepare(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        let redirect_uri = self.redirect_uri.clone();
        let redirect_uris = self
            .server
            .client_mut()
            .redirect_uris
            .get_or_insert_default();
        match (redirect_uris.first(), redirect_uri) {
            (None, Some(redirect_uri)) => redirect_uris.push(registered_form(&redirect_uri)),
            (None, None) => {
                let why = "there is no redirect URI: say where the browser comes back";
                let source = EncodeError::unencodable(why).into();
                let operation = RegisterClient::OPERATION.name();
                return Poll::Ready(Err(FlowError::Refused { operation, source }));
            }
            (Some(_), _) => {}
        }
        self.server.advance(context)
    }

    /// Begins an authorization that nothing of an earlier one fits, and asks the user for it.
    fn ask_afresh(
        &mut self,
        context: &mut FlowContext<'_>,
        error: Option<Error>,
    ) -> Result<(), FlowError> {
        let Some((found, client_id)) = self.server.registered() else {
            return Ok(());
        };
        let number = self
            .authorization
            .as_ref()
            .map_or(0, |last| last.number + 1);
        let client = self.server.client();
        let first = client.redirect_uris.iter().flatten().next();
        let redirect_uri = self.redirect_uri.as_ref().or(first).cloned();
        let redirect_uri = redirect_uri.unwrap_or_default();
        let mut authorize = Authorize::new(
            client_id.clone(),
            redirect_uri.clone(),
            found.scopes.clone(),
            self.entropy.state(number),
            CodeChallenge::s256(&self.entropy.code_verifier(number)),
        );
        authorize.response_mode = Some(self.response_mode(&found.metadata, &redirect_uri)?);
        let prompts = found.metadata.prompt_values_supported.iter().flatten();
        let create = PromptValue::Create;
        if self.is_registering && prompts.into_iter().any(|prompt| prompt == create.as_str()) {
            authorize.prompt = Some(create);
        }
        let page = authorize.url(&found.authorization);
        let authorization = Authorization {
            number,
            page: page.map_err(|error| FlowError::Refused {
                operation: Authorize::OPERATION.name(),
                source: error.into(),
            })?,
            redirect_uri,
        };
        let prompt = authorization.prompt();
        context.emit(match error {
            Some(error) => FlowEvent::Rejected { prompt, error },
            None => FlowEvent::Asks(prompt),
        });
        self.authorization = Some(authorization);
        self.state = State::AwaitingRedirect;
        Ok(())
    }

    /// How the response comes back.
    fn response_mode(
        &self,
        metadata: &AuthMetadata,
        redirect_uri: &str,
    ) -> Result<ResponseMode, FlowError> {
        let offered = &metadata.response_modes_supported;
        let is_offered = |mode: &ResponseMode| {
            offered.is_empty() || offered.iter().any(|offered| offered == mode.as_str())
        };
        let usual = match redirect_uri.split_once("://") {
            Some(("https", _)) => [ResponseMode::Fragment, ResponseMode::Query],
            _ => [ResponseMode::Query, ResponseMode::Fragment],
        };
        let mode = match &self.response_mode {
            Some(wanted) => Some(wanted.clone()).filter(is_offered),
            None => usual.into_iter().find(is_offered),
        };
        mode.ok_or(FlowError::NoOAuth(OAuthGap::ResponseMode))
    }

    /// Handles a refusal of the exchange.
    fn refused(
        &mut self,
        context: &mut FlowContext<'_>,
        refusal: CallError,
    ) -> Poll<Result<(), FlowError>> {
        let error = refusal.error.oauth_error();
        if error == Some(&OAuthErrorCode::InvalidGrant) {
            return Poll::Ready(self.ask_afresh(context, Some(refusal.error)));
        }
        if error.is_some_and(is_passing) {
            context.stall(refusal.error);
            return Poll::Pending;
        }
        if self.server.register_anew(&refusal.error) {
            self.state = State::Preparing;
            return Poll::Ready(Ok(()));
        }
        let operation = const { &ExchangeCode::OPERATION };
        let refusal = ready!(context.settle(operation, refusal, &Credentials::None));
        Poll::Ready(Err(refusal.into()))
    }
}

impl Authorization {
    fn prompt(&self) -> Prompt {
        Prompt::Authorization {
            url: self.page.clone(),
            redirect_uri: self.redirect_uri.clone(),
        }
    }

    /// What the browser brings back.
    ///
    /// # Errors
    /// Why it does not belong to this authorization.
    fn read(
        &self,
        url: &RedirectedUrl,
        found: &Found,
        entropy: &Entropy,
    ) -> Result<Result<AuthorizationCode, AuthorizationError>, Error> {
        let response = AuthorizationResponse::parse(url.reveal()).map_err(not_taken)?;
        let state = entropy.state(self.number);
        response.check(&state, &found.metadata).map_err(not_taken)?;
        Ok(response.result)
    }
}

/// The error of a reply that was not accepted.
fn not_taken(why: impl StdError + Send + Sync + 'static) -> Error {
    Failure::new(FailureClass::Unsendable, why).into()
}

/// Whether the authorization server may do later what it does not do now.
fn is_passing(error: &OAuthErrorCode) -> bool {
    use OAuthErrorCode::{ServerError, TemporarilyUnavailable};

    matches!(error, ServerError | TemporarilyUnavailable)
}

/// A redirect URI as it is registered: on the loopback without the port, which the system chooses each time.
fn registered_form(redirect_uri: &str) -> String {
    match redirect_uri.parse::<Uri>() {
        Ok(uri) if is_loopback(&uri) && uri.scheme_str() == Some("http") => {
            let host = uri.host().unwrap_or_default();
            let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
            format!("http://{host}{rest}")
        }
        _ => redirect_uri.to_owned(),
    }
}

#[cfg(test)]
mod tests;
