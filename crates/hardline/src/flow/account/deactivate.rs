//! Deactivates an account.
//!
//! ```text
//! new --> Beginning --> AwaitingDecision --Done--> Authenticating --200--> done
//!             |                                          ^
//!             '---- the program has asked already -------'
//! ```
//!
//! The states inside `Authenticating` are in `uia.rs`.

use std::task::Poll;

use hardline_derive::Persist;

use crate::client_api::account::{DeactivateAccount, DeactivateAccountResponse};
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::uia::Uia;
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, UiaCapabilities};
use crate::types::{Password, Timestamp, UserId};
use crate::wire::{Homeserver, Target, UserIdentifier};

/// Deactivates the account that is logged in, after user-interactive authentication: nobody can log in to it any more.
///
/// A server that has just authenticated the user may not ask for anything, so the flow asks first:
/// [`Prompt::Deactivation`], unless the program [has done so](Self::confirmed).
///
/// The result says whether the account's phone numbers and addresses were unbound from an identity server. If the
/// password is wrong, the flow asks again. Deactivation is never resent automatically. If it stalled and is retried,
/// and the access token is then unknown (`M_UNKNOWN_TOKEN`), the first request worked:
/// [`cancel`](crate::flow::InteractiveFlow::cancel).
///
/// ```
/// use hardline::client_api::account::DeactivateAccount;
/// use hardline::flow::{Deactivate, Flow, FlowEvent, InteractiveFlow, Output, Prompt, Reply};
/// use hardline::types::{Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut operation = DeactivateAccount::new();
/// operation.erase = Some(true);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let alice = UserId::parse("@alice:example.org")?;
/// let now = Timestamp::from_millis(0);
/// let mut flow = Deactivate::new(now, homeserver, alice, operation, 1);
/// let Output::Event(FlowEvent::Asks(Prompt::Deactivation)) = flow.poll_output() else { panic!("it asks") };
/// flow.reply(now, Reply::Done)?;
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it continues with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/deactivate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [account deactivation](https://spec.matrix.org/v1.19/client-server-api/#account-deactivation).
#[derive(Debug, Persist)]
pub struct Deactivate(Engine<Deactivating>);

#[derive(Debug, Persist)]
struct Deactivating {
    operation: DeactivateAccount,
    target: Target,
    uia: Uia,
    /// The program asked the user itself.
    is_confirmed: bool,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    Beginning,
    AwaitingDecision,
    Authenticating,
}

interactive_flow!(Deactivate, brings: DeactivateAccountResponse);

impl Deactivate {
    /// Starts the flow. `user` is the account's owner; leave the operation's `auth` empty. `seed` varies the waits; any
    /// number that differs between clients will do.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        operation: DeactivateAccount,
        seed: u64,
    ) -> Self {
        let user = UserIdentifier::user(user.as_str());
        let target = Target::Homeserver(homeserver);
        let logic = Deactivating {
            operation,
            target,
            uia: Uia::new(Some(user)),
            is_confirmed: false,
            state: State::Beginning,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Goes on without asking: the user has told the program that they want this.
    #[must_use]
    pub fn confirmed(mut self) -> Self {
        self.0.logic_mut().is_confirmed = true;
        self
    }

    /// Sets the account's password, so that the flow need not ask for it. It asks again if the password is wrong.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.0.logic_mut().uia.password = Some(password);
        self
    }

    /// Sets which stages of authentication the program can complete.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.0.logic_mut().uia.uia_capabilities = uia_capabilities;
        self
    }
}

impl FlowLogic for Deactivating {
    type Success = DeactivateAccountResponse;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Deactivate";

    fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
    ) -> Poll<Result<DeactivateAccountResponse, FlowError>> {
        loop {
            match self.state {
                State::Beginning if self.is_confirmed => self.state = State::Authenticating,
                State::Beginning => {
                    context.emit(FlowEvent::Asks(Prompt::Deactivation));
                    self.state = State::AwaitingDecision;
                }
                State::AwaitingDecision => return Poll::Pending,
                State::Authenticating => {
                    return self.uia.call(context, &self.operation, &self.target);
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        match self.state {
            State::Authenticating => &self.uia,
            State::Beginning | State::AwaitingDecision => self,
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        match self.state {
            State::Authenticating => &mut self.uia,
            State::Beginning | State::AwaitingDecision => self,
        }
    }
}

impl Part for Deactivating {
    fn prompt(&self) -> Option<Prompt> {
        matches!(self.state, State::AwaitingDecision).then_some(Prompt::Deactivation)
    }

    fn reply(&mut self, reply: Reply, _: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingDecision, Reply::Done) => {
                self.state = State::Authenticating;
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Beginning => "Beginning",
            State::AwaitingDecision => "AwaitingDecision",
            State::Authenticating => "Authenticating",
        }
    }
}

#[cfg(test)]
mod tests;
