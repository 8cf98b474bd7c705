//! Starts a session at an identity server.
//!
//! ```text
//! new --> Introducing --OpenID token--> Registering --token--> Checking --200--> Ready --> done
//!              ^                                                ^ | |              |
//!              |                                                | | |              |  an operation is refused:
//!              '-- the token is unknown, the first time --------|-' |  <-----------+-- likewise
//!                                                               |   v              |
//!          Agreeing <--Done-- AwaitingAgreement <--documents-- AskingForTerms <----'-- M_TERMS_NOT_SIGNED
//!             |                                                 | none
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
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, TermsDocument};
use crate::identity_api::account::{GetAccount, OpenIdTokenType, RegisterAccount};
use crate::identity_api::terms::{AgreeToTerms, GetTerms};
use crate::types::{AccessToken, ServerName, Timestamp, UserId};
use crate::wire::{
    BaseUrl, Credentials, EncodeError, Endpoint, Error, ErrorCode, Homeserver, Target,
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
    /// The server has no terms that can be accepted, even if it says that they must be.
    has_no_terms: bool,
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
        loop {
            let token = match ready!(self.advance(context)) {
                Ok(token) => token,
                Err(error) => return Poll::Ready(Called::Failed(error)),
            };
            let credentials = Credentials::Token(token);
            match ready!(context.call_as(operation, &self.identity_server, &credentials)) {
                Err(refusal) if self.takes(&refusal.error) => {}
                result => return Poll::Ready(result.into()),
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
        self.state = match error.errcode() {
            Some(ErrorCode::TermsNotSigned) if !self.has_no_terms => {
                State::AskingForTerms(token.clone())
            }
            Some(ErrorCode::Unauthorized | ErrorCode::UnknownToken | ErrorCode::MissingToken)
                if !self.is_renewed =>
            {
                self.is_renewed = true;
                State::Introducing
            }
            _ => return false,
        };
        true
    }
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
                    let registered = ready!(context.call(register, &self.identity_server))?;
                    self.state = State::Checking(registered.token);
                }
                State::Checking(token) => {
                    let credentials = Credentials::Token(token.clone());
                    let check = GetAccount::new();
                    match ready!(context.call_as(&check, &self.identity_server, &credentials)) {
                        Ok(_) => self.state = State::Ready(token.clone()),
                        Err(refusal) if self.takes(&refusal.error) => {}
                        Err(refusal) => return Poll::Ready(Err(refusal.into())),
                    }
                }
                State::AskingForTerms(token) => {
                    let terms = ready!(context.call(&GetTerms::new(), &self.identity_server))?;
                    let policies = TermsDocument::of_identity_server(terms);
                    if policies.is_empty() {
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
                    match ready!(context.call_as(agree, &self.identity_server, &credentials)) {
                        Ok(_) => self.state = State::Checking(token.clone()),
                        // The documents changed while the user read them.
                        Err(refusal) if refusal.errcode() == Some(&ErrorCode::Unknown) => {
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
                let urls = policies.iter().filter_map(|policy| {
                    let english = policy.languages.get("en");
                    english.or_else(|| policy.languages.values().next())
                });
                let agree = AgreeToTerms::new(urls.map(|text| text.url.clone()).collect());
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
