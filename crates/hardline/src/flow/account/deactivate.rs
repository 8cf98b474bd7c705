//! Deactivates an account.
//!
//! ```text
//! new --> Authenticating --200--> done
//! ```
//!
//! What `Authenticating` goes through stands in `uia.rs`.

use crate::client_api::account::{DeactivateAccount, DeactivateAccountResponse};
use crate::flow::UiaCapabilities;
use crate::flow::engine::{Engine, interactive_flow};
use crate::flow::operation::authenticated_flow::Authenticating;
use crate::types::{Password, Timestamp, UserId};
use crate::wire::UserIdentifier;
use crate::wire::{Homeserver, Target};

/// Deactivates the account that is logged in, after user-interactive authentication: nobody can log in to it any more.
///
/// It brings whether the account's numbers and addresses were unbound from an identity server. A wrong password is asked for
/// again. Deactivating is never sent twice by itself. Where it stalled and is tried again, an access token that is not known
/// any more (`M_UNKNOWN_TOKEN`) means that it worked: [`cancel`](crate::flow::InteractiveFlow::cancel).
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
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it begins with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/deactivate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [account deactivation](https://spec.matrix.org/v1.19/client-server-api/#account-deactivation).
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "persist", serde(transparent))]
pub struct Deactivate(Engine<Authenticating<DeactivateAccount>>);

interactive_flow!(Deactivate, brings: DeactivateAccountResponse);

impl Deactivate {
    /// Begins. The first request is ready at once. `user` is whose account it is; the operation's own `auth` is left empty.
    /// `seed` spreads the waits; any number will do that differs from client to client.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        operation: DeactivateAccount,
        seed: u64,
    ) -> Self {
        let user = UserIdentifier::user(user.as_str());
        let target = Target::Homeserver(homeserver);
        let logic = Authenticating::new(operation, target, Some(user));
        Self(Engine::new(now, logic, seed))
    }

    /// The same with the account's password, so that it need not be asked for. A wrong one is asked for.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.0.logic_mut().uia.password = Some(password);
        self
    }

    /// The same with other means to authenticate.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.0.logic_mut().uia.uia_capabilities = uia_capabilities;
        self
    }
}

#[cfg(test)]
mod tests;
