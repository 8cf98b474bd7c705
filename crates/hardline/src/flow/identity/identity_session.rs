//! Begins a session at an identity server.
//!
//! ```text
//! new --> Introducing --OpenID token--> Registering --token--> Checking --200--> Ready --> done
//!              ^                                                ^ | |              |
//!              |                                                | | |              |  an operation is refused:
//!              '-- the token is not known, the first time ------|-' |  <-----------+-- the same
//!                                                               |   v              |
//!          Agreeing <--Done-- AwaitingAgreement <--documents-- AskingForTerms <----'-- M_TERMS_NOT_SIGNED
//!             |                                                 | none
//!             '-------------------------------------------------+--> Checking
//! ```
//!
//! The access token that it negotiates is the identity server's. It is the one token that conversations hold, since only
//! they have it: it goes out with the requests to that server, and in the bodies of some to the homeserver. The
//! homeserver's own token stays where the requests are sent.

use std::task::{Poll, ready};

use crate::client_api::integrations::RequestOpenIdToken;
use crate::flow::engine::{CallError, Engine, FlowContext, FlowLogic, Replied, interactive_flow};
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, TermsDocument};
use crate::identity_api::account::{GetAccount, OpenIdTokenType, RegisterAccount};
use crate::identity_api::terms::{AgreeToTerms, GetTerms};
use crate::types::{AccessToken, Timestamp, UserId};
use crate::wire::{BaseUrl, Credentials, Endpoint, Error, ErrorCode, Homeserver, Target};

/// Begins a session at an identity server: introduces the user by an OpenID token of the homeserver, and has the person
/// agree to the server's terms where they have not. It brings the identity server's access token.
///
/// Agreeing is [`Reply::Done`] to [`Prompt::Terms`]: to each document in one language, English where it is there. A
/// person who agreed before is not asked again.
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
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it begins with a request") };
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/openid/request_token",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [authentication](https://spec.matrix.org/v1.19/identity-service-api/#authentication) and
/// [terms of service](https://spec.matrix.org/v1.19/identity-service-api/#terms-of-service).
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "persist", serde(transparent))]
pub struct IdentitySession(Engine<Introduction>);

/// A session at an identity server: a part of the flows that have something to ask there.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Introduction {
    homeserver: Target,
    user: UserId,
    identity_server: Target,
    /// A token died already: another that dies is not replaced.
    is_renewed: bool,
    /// The server has no terms, whatever it says.
    has_no_terms: bool,
    state: State,
}

#[derive(Clone, Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
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
    /// Begins. The first request is ready at once. `seed` spreads the waits; any number will do that differs from client
    /// to client.
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

    /// Takes a token of an earlier session. Should it be dead, another is asked for.
    pub(crate) fn set_token(&mut self, token: AccessToken) {
        self.state = State::Ready(token);
    }

    /// Calls an operation of the identity server until nothing of the session is in its way.
    pub(crate) fn call<E: Endpoint>(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &E,
    ) -> Poll<Result<Result<E::Response, CallError>, FlowError>> {
        loop {
            let token = ready!(self.advance(context))?;
            let credentials = Credentials::Token(token);
            match ready!(context.call_as(operation, &self.identity_server, &credentials)) {
                Err(refusal) if self.takes(&refusal.error) => {}
                result => return Poll::Ready(Ok(result)),
            }
        }
    }

    /// Whether a refusal is for the session to deal with: afterwards, the operation may be called again.
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
                    self.state = State::Registering(RegisterAccount::new(
                        token.access_token,
                        OpenIdTokenType::from(token.token_type.as_str()),
                        token.matrix_server_name,
                        token.expires_in,
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
                        // The documents changed while they were read.
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
}

#[cfg(test)]
mod tests;
