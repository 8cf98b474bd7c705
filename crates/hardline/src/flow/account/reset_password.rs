//! Sets a new password for an account whose old one was forgotten.
//!
//! ```text
//! new --> AwaitingPassword --Password--> Changing --200--> done
//!  |             ^                        ^ |  |^
//!  |             '---- it is too weak ----|-'  |'--- Validated or Supposed ---------- Validating
//!  '-- the new password is given ---------'    '-------- 401: whose is it? ------------^ |  ^
//!                                                                        M_UNAUTHORIZED, |  |
//!                                                                M_THREEPID_AUTH_FAILED  '--'
//! ```
//!
//! The server says how to prove ownership of the account before any message is sent, so that a phone number it does not
//! accept costs no text message. The states are in `change_password.rs`, those inside `Validating` in `validation.rs`,
//! and what leads there in `uia.rs`.

use std::task::Poll;

use hardline_derive::Persist;

use crate::flow::account::change_password::Changing;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, interactive_flow};
use crate::flow::threepid::validation::{Purpose, seed_of};
use crate::flow::uia::{Enrolment, Uia};
use crate::flow::{FlowError, ThreepidInput, UiaCapabilities};
use crate::types::{ClientSecret, Password, Timestamp};
use crate::wire::{Homeserver, Target};

/// Sets a new password for an account with a known e-mail address or phone number: requests a message, asks the user
/// for its code or waits until they follow its link, and sets the password.
///
/// If the new password is too weak, the flow asks for another one. It also asks for another address if the server says
/// that no account has this one; a server that hides it just sends no message. No access token is sent, even if the
/// program has one. When the flow is done, the account's devices are logged out unless they are
/// [kept](Self::keeping_devices), and the new password logs in.
///
/// Many servers accept e-mail addresses only; with a phone number, they end the flow with
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
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/password");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [password management](https://spec.matrix.org/v1.19/client-server-api/#password-management).
#[derive(Debug, Persist)]
pub struct ResetPassword(Engine<Resetting>);

#[derive(Debug, Persist)]
struct Resetting(Changing);

interactive_flow!(ResetPassword, brings: ());

impl ResetPassword {
    /// Starts the flow. The secret also seeds the jitter of the waits.
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

    /// Sets the new password, so that the flow need not ask for it. It asks again if the password is too weak.
    #[must_use]
    pub fn with_new_password(mut self, password: Password) -> Self {
        self.0.logic_mut().0.new_password = Some(password);
        self
    }

    /// Keeps the account's devices logged in.
    #[must_use]
    pub fn keeping_devices(mut self) -> Self {
        self.0.logic_mut().0.logout_devices = Some(false);
        self
    }

    /// Sets which stages of authentication the program can complete.
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

    fn active(&self) -> &dyn Part {
        self.0.active()
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self.0.active_mut()
    }
}

#[cfg(test)]
mod tests;
