//! Deactivates an account.
//!
//! ```text
//! new --> Authenticating --200--> done
//! ```
//!
//! The states inside `Authenticating` are in `uia.rs`.

use std::task::Poll;

use hardline_derive::Persist;

use crate::client_api::account::{DeactivateAccount, DeactivateAccountResponse};
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, interactive_flow};
use crate::flow::uia::Uia;
use crate::flow::{FlowError, UiaCapabilities};
use crate::types::{Password, Timestamp, UserId};
use crate::wire::{Homeserver, Target, UserIdentifier};

/// Deactivates the account that is logged in, after user-interactive authentication: nobody can log in to it any more.
///
/// The result says whether the account's phone numbers and addresses were unbound from an identity server. If the
/// password is wrong, the flow asks again. Deactivation is never resent automatically. If it stalled and is retried,
/// and the access token is then unknown (`M_UNKNOWN_TOKEN`), the first request worked:
/// [`cancel`](crate::flow::InteractiveFlow::cancel).
///
/// ```
/// use hardline::client_api::account::DeactivateAccount;
/// use hardline::flow::{Deactivate, Flow, Output};
/// use hardline::types::{Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut operation = DeactivateAccount::new();
/// operation.erase = Some(true);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let alice = UserId::parse("@alice:example.org")?;
/// let mut flow = Deactivate::new(Timestamp::from_millis(0), homeserver, alice, operation, 1);
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/deactivate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [account deactivation](https://spec.matrix.org/v1.19/client-server-api/#account-deactivation).
#[derive(Debug, Persist)]
pub struct Deactivate(Engine<Deactivating>);

#[derive(Debug, Persist)]
struct Deactivating {
    target: Target,
    operation: DeactivateAccount,
    uia: Uia,
}

interactive_flow!(Deactivate, brings: DeactivateAccountResponse);

impl Deactivate {
    /// Starts the flow. The first request is ready immediately. `user` is the account's owner; leave the operation's
    /// `auth` empty. `seed` varies the waits; any number that differs between clients will do.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        operation: DeactivateAccount,
        seed: u64,
    ) -> Self {
        let logic = Deactivating {
            target: Target::Homeserver(homeserver),
            operation,
            uia: Uia::new(Some(UserIdentifier::user(user.as_str()))),
        };
        Self(Engine::new(now, logic, seed))
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

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Self::Success, FlowError>> {
        self.uia.call(context, &self.operation, &self.target)
    }

    fn active(&self) -> &dyn Part {
        &self.uia
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        &mut self.uia
    }
}

#[cfg(test)]
mod tests;
