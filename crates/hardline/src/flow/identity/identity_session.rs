//! Starts a session at an identity server.
//!
//! ```text
//! new --> Introducing --OpenID token--> Registering --token--> Checking --200--> Ready --> done
//!              ^                                                ^ | |              |
//!              |                                                | | |              |  an operation is refused:
//!              '-- the token is unknown, the first time --------|-' |  <-----------+-- likewise
//!                                                               |   v              |
//!          Agreeing <--Done-- AwaitingAgreement <--documents-- AskingForTerms <----'-- M_TERMS_NOT_SIGNED
//!             |                                                 | none, or none that is not agreed to
//!             '-------------------------------------------------+--> Checking
//! ```
//!
//! The flow obtains the identity server's access token. This is the only token that flows hold, since nobody else has
//! it: it is sent with the requests to that server, and in the bodies of some requests to the homeserver. The
//! homeserver's own token stays with the code that sends the requests.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::integrations::RequestOpenIdToken;
use crate::flow::engine::called::Called;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::effort::call_limit::CallLimit;
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, TermsDocument};
use crate::identity_api::account::{GetAccount, OpenIdTokenType, RegisterAccount};
use crate::identity_api::terms::{AgreeToTerms, GetTerms};
use crate::types::{AccessToken, ServerName, Timestamp, UserId};
use crate::wire::{
    BaseUrl, Credentials, EncodeError, Endpoint, Error, ErrorCode, ErrorKind, Homeserver, Target,
};

/// Starts a session at an identity server: introduces the user with an OpenID token from the homeserver, and asks them
/// to accept the server's terms if they have not. The result is the identity server's access token.
///
/// [`Reply::Done`] to [`Prompt::Terms`] accepts each document in one language, English if available. A user who
/// accepted before is not asked again.
///
/// ```
/// use hardline::flow::{Flow, IdentitySession, Output};
/// use hardline::types::{Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = IdentitySession::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     UserId::parse("@alice:example.org")?,
///     BaseUrl::parse("https://is.example.org")?,
///     1,
/// );
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/openid/request_token",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [authentication](https://spec.matrix.org/v1.19/identity-service-api/#authentication) and
/// [terms of service](https://spec.matrix.org/v1.19/identity-service-api/#terms-of-service).
#[derive(Debug, Persist)]
pub struct IdentitySession(Engine<Introduction>);

/// The lifetime of an OpenID token in seconds, if the homeserver does not say. Identity servers require the member, and
/// do not depend on it: they use the token at once.
const USUAL_LIFETIME: u64 = 3600;

/// A session at an identity server: a part of the flows that need one.
#[derive(Clone, Debug, Persist)]
pub(crate) struct Introduction {
    homeserver: Target,
    user: UserId,
    identity_server: Target,
    /// A token was replaced already; another one that expires is not.
    is_renewed: bool,
    /// The server has no terms that can be accepted and are not yet, even if it says that they must be.
    has_no_terms: bool,
    /// The texts that the server took the user's agreement to since it last did anything. It is not asked for again.
    agreed: Vec<String>,
    /// How often the terms changed while the user read them.
    changes: u8,
    state: State,
}

#[derive(Clone, Debug, Persist)]
enum State {
    Introducing,
    Registering(RegisterAccount),
    Checking(AccessToken),
    AskingForTerms(AccessToken),
    AwaitingAgreement(AccessToken, Vec<TermsDocument>),
    Agreeing(AccessToken, AgreeToTerms),
    Ready(AccessToken),
}

interactive_flow!(IdentitySession, brings: AccessToken);

impl IdentitySession {
    /// Starts the flow. The first request is ready immediately. `seed` varies the waits; any number that differs
    /// between clients will do.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        identity_server: BaseUrl,
        seed: u64,
    ) -> Self {
        let logic = Introduction::new(homeserver, user, identity_server);
        Self(Engine::new(now, logic, seed))
    }
}

impl Introduction {
    pub(crate) fn new(homeserver: Homeserver, user: UserId, identity_server: BaseUrl) -> Self {
        Self {
            homeserver: Target::Homeserver(homeserver),
            user,
            identity_server: Target::IdentityServer(identity_server),
            is_renewed: false,
            has_no_terms: false,
            agreed: Vec::new(),
            changes: 0,
            state: State::Introducing,
        }
    }

    /// Takes the token of an earlier session. If it is no longer valid, the session gets another one.
    pub(crate) fn set_token(&mut self, token: AccessToken) {
        self.state = State::Ready(token);
    }

    /// Calls an operation of the identity server, dealing with whatever the session needs first.
    pub(crate) fn call<E: Endpoint>(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &E,
    ) -> Poll<Called<E::Response>> {
        self.call_with(context, Effort::USUAL, operation)
    }

    /// The same with an effort of its own.
    pub(crate) fn call_with<E: Endpoint>(
        &mut self,
        context: &mut FlowContext<'_>,
        effort: Effort,
        operation: &E,
    ) -> Poll<Called<E::Response>> {
        match ready!(self.attempt(context, effort, operation)) {
            Called::Refused(refusal) => context
                .settle(const { &E::OPERATION }, refusal, &Credentials::None)
                .map(Called::Refused),
            called => Poll::Ready(called),
        }
    }

    /// The same with an error, good or bad, handed to the caller: only what the session needs first stalls.
    pub(crate) fn attempt<E: Endpoint>(
        &mut self,
        context: &mut FlowContext<'_>,
        effort: Effort,
        operation: &E,
    ) -> Poll<Called<E::Response>> {
        loop {
            let token = match ready!(self.advance(context)) {
                Ok(token) => token,
                Err(error) => return Poll::Ready(Called::Failed(error)),
            };
            let (target, credentials) = (&self.identity_server, Credentials::Token(token));
            match ready!(context.attempt_with(effort, operation, target, &credentials)) {
                Err(refusal) if self.takes(&refusal.error) => {}
                // A token that was good for an answer may be replaced once it has expired.
                Err(refusal) => {
                    let is_answer = matches!(refusal.error.kind(), ErrorKind::Server(_));
                    self.is_renewed &= !is_answer || is_about_token(&refusal.error);
                    return Poll::Ready(Called::Refused(refusal));
                }
                Ok(response) => {
                    self.is_renewed = false;
                    self.has_no_terms = false;
                    self.agreed.clear();
                    return Poll::Ready(Called::Done(response));
                }
            }
        }
    }

    /// Whether it waits for the user.
    pub(crate) fn is_asking(&self) -> bool {
        matches!(self.state, State::AwaitingAgreement(..))
    }

    /// Whether it has a token that the server has not refused.
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self.state, State::Ready(_))
    }

    /// Whether the session can resolve this error; if so, the operation may be called again.
    pub(crate) fn takes(&mut self, error: &Error) -> bool {
        let (State::Ready(token) | State::Checking(token)) = &self.state else {
            return false;
        };
        let errcode = error.errcode();
        // ma1sd's word for a token it does not know, where the account is asked for.
        let is_absent = matches!(self.state, State::Checking(_))
            && matches!(error.kind(), ErrorKind::Server(_))
            && errcode == Some(&ErrorCode::NotFound);
        self.state = if errcode == Some(&ErrorCode::TermsNotSigned) && !self.has_no_terms {
            State::AskingForTerms(token.clone())
        } else if (is_about_token(error) || is_absent) && !self.is_renewed {
            self.is_renewed = true;
            State::Introducing
        } else {
            return false;
        };
        true
    }

    /// Calls an operation of the session's own, with this token. A server that does not answer is reported in seconds.
    fn call_in_session<E: Endpoint>(
        &self,
        context: &mut FlowContext<'_>,
        limit: &'static CallLimit,
        operation: &E,
        credentials: &Credentials,
    ) -> Poll<Result<E::Response, CallError>> {
        let (effort, target) = (Effort::USUAL.within(limit), &self.identity_server);
        match ready!(context.attempt_with(effort, operation, target, credentials)) {
            Ok(response) => Poll::Ready(Ok(response)),
            Err(refusal) => context
                .settle(const { &E::OPERATION }, refusal, credentials)
                .map(Err),
        }
    }
}

/// How often the terms may change while the user reads them.
const CHANGES: u8 = 3;

fn is_about_token(error: &Error) -> bool {
    matches!(
        error.errcode(),
        Some(ErrorCode::Unauthorized | ErrorCode::UnknownToken | ErrorCode::MissingToken)
    )
}

impl FlowLogic for Introduction {
    type Success = AccessToken;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "IdentitySession";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<AccessToken, FlowError>> {
        loop {
            match &self.state {
                State::Introducing => {
                    let request = RequestOpenIdToken::new(self.user.clone());
                    let token = ready!(context.call(&request, &self.homeserver))?;
                    let token_type = OpenIdTokenType::from(token.token_type());
                    let server = match token.matrix_server_name {
                        Some(server) => server,
                        None => server_of(&self.user)?,
                    };
                    self.state = State::Registering(RegisterAccount::new(
                        token.access_token,
                        token_type,
                        server,
                        token.expires_in.unwrap_or(USUAL_LIFETIME),
                    ));
                }
                State::Registering(register) => {
                    // The server asks the homeserver first.
                    let (limit, credentials) = (&CallLimit::DECISIVE, Credentials::None);
                    let registered =
                        ready!(self.call_in_session(context, limit, register, &credentials))?;
                    self.state = State::Checking(registered.token);
                }
                State::Checking(token) => {
                    let credentials = Credentials::Token(token.clone());
                    let (limit, check) = (&CallLimit::OPTIONAL, GetAccount::new());
                    match ready!(self.call_in_session(context, limit, &check, &credentials)) {
                        Ok(_) => self.state = State::Ready(token.clone()),
                        Err(refusal) if self.takes(&refusal.error) => {}
                        Err(refusal) => return Poll::Ready(Err(refusal.into())),
                    }
                }
                State::AskingForTerms(token) => {
                    let (limit, credentials) = (&CallLimit::OPTIONAL, Credentials::None);
                    let request = GetTerms::new();
                    let terms =
                        ready!(self.call_in_session(context, limit, &request, &credentials))?;
                    let policies = TermsDocument::of_identity_server(terms);
                    let is_agreed = texts(&policies).all(|url| self.agreed.contains(url));
                    if is_agreed {
                        self.has_no_terms = true;
                        self.state = State::Checking(token.clone());
                    } else {
                        context.emit(FlowEvent::Asks(Prompt::Terms(policies.clone())));
                        self.state = State::AwaitingAgreement(token.clone(), policies);
                    }
                }
                State::AwaitingAgreement(..) => return Poll::Pending,
                State::Agreeing(token, agree) => {
                    let credentials = Credentials::Token(token.clone());
                    let limit = &CallLimit::OPTIONAL;
                    match ready!(self.call_in_session(context, limit, agree, &credentials)) {
                        Ok(_) => {
                            self.agreed.extend(agree.user_accepts.iter().cloned());
                            self.state = State::Checking(token.clone());
                        }
                        // The documents changed while the user read them.
                        Err(refusal)
                            if refusal.errcode() == Some(&ErrorCode::Unknown)
                                && self.changes < CHANGES =>
                        {
                            self.changes += 1;
                            self.state = State::AskingForTerms(token.clone());
                        }
                        Err(refusal) => return Poll::Ready(Err(refusal.into())),
                    }
                }
                State::Ready(token) => return Poll::Ready(Ok(token.clone())),
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

impl Part for Introduction {
    fn prompt(&self) -> Option<Prompt> {
        match &self.state {
            State::AwaitingAgreement(_, policies) => Some(Prompt::Terms(policies.clone())),
            _ => None,
        }
    }

    fn reply(&mut self, reply: Reply, _: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingAgreement(token, policies), Reply::Done) => {
                let agree = AgreeToTerms::new(texts(policies).cloned().collect());
                self.state = State::Agreeing(token.clone(), agree);
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Introducing => "Introducing",
            State::Registering(_) => "Registering",
            State::Checking(_) => "Checking",
            State::AskingForTerms(_) => "AskingForTerms",
            State::AwaitingAgreement(..) => "AwaitingAgreement",
            State::Agreeing(..) => "Agreeing",
            State::Ready(_) => "Ready",
        }
    }
}

/// The URLs of the texts that are agreed to: each document in one language.
fn texts(documents: &[TermsDocument]) -> impl Iterator<Item = &String> {
    let texts = documents.iter().filter_map(|document| {
        let english = document.languages.get("en");
        english.or_else(|| document.languages.values().next())
    });
    texts.map(|text| &text.url)
}

/// The homeserver that a user ID names.
fn server_of(user: &UserId) -> Result<ServerName, FlowError> {
    let (_, server) = user.as_str().split_once(':').unwrap_or_default();
    ServerName::parse(server).map_err(|error| FlowError::Refused {
        operation: RegisterAccount::OPERATION.name(),
        source: EncodeError::from(error).into(),
    })
}

#[cfg(test)]
mod tests;
