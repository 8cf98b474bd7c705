//! Logs in.
//!
//! ```text
//! new --> AskingForFlows --offered--> AwaitingPassword, AwaitingToken --reply--> LoggingIn --200--> done
//!             |       |                                  ^                         ^   |
//!             |       |                                  '-- the secret is wrong --|---'
//!             |       '-- password or token are given -----------------------------'
//!             '-- not offered, or no logins at all --> AskingForOAuth --metadata--> RequiresOAuth
//!                                                        '-- none --> NoSuchLogin, Refused
//! ```

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::discovery::AuthMetadata;
use crate::client_api::session::{
    GetLoginFlows, IdentityProvider, Login, LoginFlow, LoginResponse, RedirectToIdp, RedirectToSso,
    SsoAction,
};
use crate::flow::engine::effort::Effort;
use crate::flow::engine::effort::call_limit::CallLimit;
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::session::metadata_search::{MetadataSearch, is_absent};
use crate::flow::uia::refusal::rejects_answer;
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, SignOnPage};
use crate::types::Timestamp;
use crate::wire::{
    self, AuthType, Credentials, EncodeError, Endpoint, Error, ErrorCode, Homeserver, Target,
};

/// Logs in: with a password, or with a token from single sign-on or from another device.
///
/// - `m.login.password`: by user ID, e-mail address or phone number. The flow asks for the password if
///   [`Login::password`](struct@Login) has none.
/// - `m.login.token` with a token: the token is used.
/// - `m.login.token` without one: the flow asks for it ([`Prompt::LoginToken`]). With [a redirect
///   URL](Self::with_redirect_url), the prompt contains the single sign-on pages.
///
/// The flow first asks the server what it offers, so that a server that takes no passwords gets none. If it does not offer
/// this kind of login, or none at all, the flow asks whether an authorization server logs its users in, and fails with
/// [`FlowError::RequiresOAuth`] if so; that takes 10 seconds at most for each of the two paths of the metadata, not
/// counting waits that the server asks for. A server that offers both gets the login that the program wants. If a password is
/// wrong or a token no longer valid, the flow asks again, in whatever form the server or a gateway says so: any 401 or 403
/// that says nothing else, such as `M_USER_DEACTIVATED`, which ends the flow. A login that may have arrived is never
/// resent automatically; one that met a rate limit is, after [the wait](FlowEvent::RetryScheduled).
///
/// If [`LoginResponse::well_known`] is set, the server asks clients to use that URL from now on.
/// [`SessionTokens::of_login`](crate::flow::SessionTokens::of_login) is what a program should store.
///
/// ```
/// use hardline::wire::UserIdentifier;
/// use hardline::client_api::session::Login;
/// use hardline::flow::{Flow, LogIn, Output};
/// use hardline::types::{Password, Timestamp};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut login = Login::password(UserIdentifier::user("alice"), Password::from("hunter2"));
/// login.refresh_token = Some(true);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let mut flow = LogIn::new(Timestamp::from_millis(0), homeserver, login, 1);
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(*request.method(), http::Method::GET);
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/login");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [login](https://spec.matrix.org/v1.19/client-server-api/#login).
#[derive(Debug, Persist)]
pub struct LogIn(Engine<LoggingIn>);

#[derive(Debug, Persist)]
struct LoggingIn {
    target: Target,
    login: Login,
    redirect_url: Option<String>,
    /// Where the user gets a token, as the prompt said.
    pages: Vec<SignOnPage>,
    /// Why the login cannot go on, unless the server requires OAuth 2.0. A saved flow finds it out once more.
    #[serde(skip)]
    obstacle: Option<Obstacle>,
    state: State,
}

#[derive(Debug)]
enum Obstacle {
    NotOffered {
        wanted: AuthType,
        offered: Vec<AuthType>,
    },
    NoLogins(CallError),
}

#[derive(Debug, Persist)]
enum State {
    AskingForFlows,
    AskingForOAuth(MetadataSearch),
    AwaitingPassword,
    AwaitingToken,
    LoggingIn,
}

interactive_flow!(LogIn, brings: LoginResponse);

impl LogIn {
    /// Starts the flow. The first request is ready immediately. The operation says how to log in and as which device;
    /// the flow asks for what is missing. `seed` varies the waits; any number that differs between clients will do.
    pub fn new(now: Timestamp, homeserver: Homeserver, login: Login, seed: u64) -> Self {
        Self::at(now, Target::Homeserver(homeserver), login, seed)
    }

    /// The same at the target of a client, whatever it is: if it is no homeserver, the first request is refused.
    pub(crate) fn at(now: Timestamp, target: Target, login: Login, seed: u64) -> Self {
        let logic = LoggingIn {
            target,
            login,
            redirect_url: None,
            pages: Vec::new(),
            obstacle: None,
            state: State::AskingForFlows,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Uses single sign-on for `m.login.token`. This is the URL that the user's browser is sent to afterwards, with the
    /// token as `loginToken` in its query.
    #[must_use]
    pub fn with_redirect_url(mut self, redirect_url: impl Into<String>) -> Self {
        self.0.logic_mut().redirect_url = Some(redirect_url.into());
        self
    }
}

impl FlowLogic for LoggingIn {
    type Success = LoginResponse;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "LogIn";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<LoginResponse, FlowError>> {
        loop {
            match &mut self.state {
                State::AskingForFlows => {
                    let operation = GetLoginFlows::new();
                    let credentials = Credentials::Deferred;
                    match ready!(context.attempt(&operation, &self.target, &credentials)) {
                        Ok(answer) => self.choose(context, answer.flows)?,
                        Err(refusal) if is_absent(&refusal.error) => {
                            self.ask_for_oauth(Obstacle::NoLogins(refusal));
                        }
                        Err(refusal) => {
                            return settled::<GetLoginFlows>(context, refusal);
                        }
                    }
                }
                State::AskingForOAuth(search) => {
                    let effort = Effort::USUAL.within(&CallLimit::DECISIVE);
                    let found = ready!(search.advance(context, effort, &self.target));
                    self.state = State::AskingForFlows;
                    match (found, self.obstacle.take()) {
                        (Ok(AuthMetadata { issuer, .. }), _) => {
                            return Poll::Ready(Err(FlowError::RequiresOAuth { issuer }));
                        }
                        (Err(_), Some(Obstacle::NotOffered { wanted, offered })) => {
                            return Poll::Ready(Err(FlowError::NoSuchLogin { wanted, offered }));
                        }
                        (Err(_), Some(Obstacle::NoLogins(refusal))) => {
                            return settled::<GetLoginFlows>(context, refusal);
                        }
                        (Err(_), None) => {}
                    }
                }
                State::AwaitingPassword | State::AwaitingToken => return Poll::Pending,
                State::LoggingIn => {
                    let answer = context.attempt(&self.login, &self.target, &Credentials::Deferred);
                    match (ready!(answer), self.awaiting()) {
                        (Ok(response), _) => return Poll::Ready(Ok(response)),
                        (Err(refusal), Some(state)) if self.rejects_secret(&refusal.error) => {
                            self.state = state;
                            if let Some(prompt) = self.prompt() {
                                context.emit(FlowEvent::Rejected {
                                    prompt,
                                    error: refusal.error,
                                });
                            }
                        }
                        (Err(refusal), _) => return settled::<Login>(context, refusal),
                    }
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
            State::AwaitingPassword => Some(Prompt::Password),
            State::AwaitingToken => Some(Prompt::LoginToken {
                pages: self.pages.clone(),
            }),
            State::AskingForFlows | State::AskingForOAuth(_) | State::LoggingIn => None,
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingPassword, Reply::Password(password)) => {
                self.login.password = Some(password);
            }
            (State::AwaitingToken, Reply::LoginToken(token)) => self.login.token = Some(token),
            // After the login stalled, the user may give another secret.
            (State::LoggingIn, reply) if !is_calling => match (self.awaiting(), reply) {
                (Some(State::AwaitingPassword), Reply::Password(password)) => {
                    self.login.password = Some(password);
                }
                (Some(State::AwaitingToken), Reply::LoginToken(token)) => {
                    self.login.token = Some(token);
                }
                _ => return Err(NotAwaited),
            },
            _ => return Err(NotAwaited),
        }
        self.state = State::LoggingIn;
        Ok(Replied::Restart)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::AskingForFlows => "AskingForFlows",
            State::AskingForOAuth(_) => "AskingForOAuth",
            State::AwaitingPassword => "AwaitingPassword",
            State::AwaitingToken => "AwaitingToken",
            State::LoggingIn => "LoggingIn",
        }
    }
}

impl LoggingIn {
    /// What the user can be asked for if the server rejects what it got.
    fn awaiting(&self) -> Option<State> {
        match self.login.login_type {
            AuthType::Password => Some(State::AwaitingPassword),
            AuthType::Token => Some(State::AwaitingToken),
            _ => None,
        }
    }

    /// Whether the password or the token is not the right one, rather than anything else.
    fn rejects_secret(&self, error: &Error) -> bool {
        match error.errcode() {
            Some(ErrorCode::UnknownToken) => self.login.login_type == AuthType::Token,
            // A server that wants stages first has said nothing of the secret.
            None if error.uia().is_some() => false,
            _ => rejects_answer(error),
        }
    }

    /// Chooses the wanted kind of login if the server offers it, and asks for what is missing.
    fn choose(
        &mut self,
        context: &mut FlowContext<'_>,
        flows: Vec<LoginFlow>,
    ) -> Result<(), FlowError> {
        let by_browser = self.login.token.is_none()
            && self.login.login_type == AuthType::Token
            && self.redirect_url.is_some();
        let wanted = if by_browser {
            AuthType::Sso
        } else {
            self.login.login_type.clone()
        };
        let Some(flow) = flows.iter().find(|flow| flow.login_type == wanted) else {
            let offered = flows.into_iter().map(|flow| flow.login_type).collect();
            self.ask_for_oauth(Obstacle::NotOffered { wanted, offered });
            return Ok(());
        };
        let sso = flows.iter().find(|flow| flow.login_type == AuthType::Sso);
        if let (Some(redirect_url), Some(sso)) = (&self.redirect_url, sso) {
            self.pages = self.pages(redirect_url, sso)?;
        }
        let is_given = match flow.login_type {
            AuthType::Password => self.login.password.is_some(),
            AuthType::Token | AuthType::Sso => self.login.token.is_some(),
            _ => true,
        };
        self.state = match self.awaiting() {
            Some(state) if !is_given => state,
            _ => State::LoggingIn,
        };
        if let Some(prompt) = self.prompt() {
            context.emit(FlowEvent::Asks(prompt));
        }
        Ok(())
    }

    fn ask_for_oauth(&mut self, obstacle: Obstacle) {
        self.obstacle = Some(obstacle);
        self.state = State::AskingForOAuth(MetadataSearch::default());
    }

    /// The single sign-on pages, one for each provider.
    fn pages(&self, redirect_url: &str, flow: &LoginFlow) -> Result<Vec<SignOnPage>, FlowError> {
        let mut pages = Vec::new();
        for provider in flow.identity_providers.iter().flatten() {
            let mut operation = RedirectToIdp::new(provider.id.clone(), redirect_url.to_owned());
            operation.action = Some(SsoAction::Login);
            // Servers from before there were several providers have one page for all of them.
            if let Ok(url) = self.url(&operation) {
                pages.push(page(url, Some(provider)));
            }
        }
        if pages.is_empty() {
            let mut operation = RedirectToSso::new(redirect_url.to_owned());
            operation.action = Some(SsoAction::Login);
            let url = self.url(&operation).map_err(|error| FlowError::Refused {
                operation: RedirectToSso::OPERATION.name(),
                source: error.into(),
            })?;
            pages.push(page(url, None));
        }
        Ok(pages)
    }

    /// The URL of an operation, for a browser.
    fn url<E: Endpoint>(&self, operation: &E) -> Result<String, EncodeError> {
        let request = wire::encode(operation, &self.target, &Credentials::None)?;
        Ok(request.uri().to_string())
    }
}

/// The flow ends with the refusal, or stalls if it may pass.
fn settled<E: Endpoint>(
    context: &mut FlowContext<'_>,
    refusal: CallError,
) -> Poll<Result<LoginResponse, FlowError>> {
    let operation = const { &E::OPERATION };
    let refusal = ready!(context.settle(operation, refusal, &Credentials::Deferred));
    Poll::Ready(Err(refusal.into()))
}

fn page(url: String, provider: Option<&IdentityProvider>) -> SignOnPage {
    SignOnPage {
        url,
        provider: provider.map(|provider| provider.id.clone()),
        name: provider.map(|provider| provider.display_name().to_owned()),
        icon: provider.and_then(|provider| provider.icon.clone()),
        brand: provider.and_then(|provider| provider.brand.clone()),
    }
}

#[cfg(test)]
mod tests;
