//! Sets a new password for an account whose old one is forgotten.
//!
//! ```text
//! new --> AwaitingPassword --Password--> Changing --200--> done
//!  |             ^                        ^ |  |^
//!  |             '---- it is too weak ----|-'  |'--- validated, or supposed to be --- Validating
//!  '-- the new password is there ---------'    '-------- 401: whose is it? ------------^ |  ^
//!                                                                        M_UNAUTHORIZED, |  |
//!                                                                M_THREEPID_AUTH_FAILED  '--'
//! ```
//!
//! The server says how one can show whose account it is before a message is sent: a phone number that it does not take costs
//! no text. The states stand in `change_password.rs`, what `Validating` goes through in `validation.rs`, and what asks for
//! it in `uia.rs`.

use std::task::Poll;

use crate::flow::account::change_password::Changing;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Replied, interactive_flow};
use crate::flow::threepid::validation::{Purpose, seed_of};
use crate::flow::uia::{Enrolment, Uia};
use crate::flow::{FlowError, NotAwaited, Prompt, Reply, ThreepidInput, UiaCapabilities};
use crate::types::{ClientSecret, Password, Timestamp};
use crate::wire::{Homeserver, Target};

/// Sets a new password for an account of which an e-mail address or a phone number is known: asks for a message, asks the
/// person for the code in it or waits for its link to be followed, and sets the password.
///
/// A new password that is too weak is asked for again. So is an address that no account has, from a server that says so;
/// one that hides it sends no message. No access token is sent, even where the program has one. When it is done, the
/// account's devices are logged out, unless they are [kept](Self::keeping_devices); the new password logs in.
///
/// Many servers take e-mail addresses only; others end it with
/// [`FlowError::UnknownAuthentication`](crate::flow::FlowError::UnknownAuthentication) before any message is sent.
///
/// ```
/// use hardline::flow::{Flow, Output, ResetPassword, ThreepidInput};
/// use hardline::types::{ClientSecret, Password, Timestamp};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = ResetPassword::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     ThreepidInput::email("alice@example.org"),
///     // 32 bytes from the operating system's random number generator.
///     ClientSecret::from_entropy([7; 32]),
/// )
/// .with_new_password(Password::from("correct horse battery staple"));
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it begins with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/password");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [password management](https://spec.matrix.org/v1.19/client-server-api/#password-management).
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "persist", serde(transparent))]
pub struct ResetPassword(Engine<Resetting>);

#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "persist", serde(transparent))]
struct Resetting(Changing);

interactive_flow!(ResetPassword, brings: ());

impl ResetPassword {
    /// Begins. The secret also seeds the spreading of waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        threepid: ThreepidInput,
        client_secret: ClientSecret,
    ) -> Self {
        let target = Target::Homeserver(homeserver);
        let seed = seed_of(&client_secret);
        let enrolment = Enrolment {
            target: target.clone(),
            purpose: Purpose::Reset,
            client_secret,
        };
        let mut uia = Uia::new(None).with_enrolment(enrolment);
        uia.offer(threepid);
        let logic = Resetting(Changing::new(target, uia, true));
        Self(Engine::new(now, logic, seed))
    }

    /// The same with the new password, so that it need not be asked for. One that is too weak is asked for again.
    #[must_use]
    pub fn with_new_password(mut self, password: Password) -> Self {
        self.0.logic_mut().0.new_password = Some(password);
        self
    }

    /// The same, but the account's devices stay logged in.
    #[must_use]
    pub fn keeping_devices(mut self) -> Self {
        self.0.logic_mut().0.logout_devices = Some(false);
        self
    }

    /// The same with other means to authenticate.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.0.logic_mut().0.uia.uia_capabilities = uia_capabilities;
        self
    }
}

impl FlowLogic for Resetting {
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "ResetPassword";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        self.0.advance(context)
    }

    fn prompt(&self) -> Option<Prompt> {
        self.0.prompt()
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        self.0.reply(reply, is_calling)
    }
}

#[cfg(test)]
mod tests;
