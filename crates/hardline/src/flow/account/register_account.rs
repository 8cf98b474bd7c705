//! Registers an account.
//!
//! ```text
//! new --> Registering --200--> done
//!  |        ^   |
//!  |        |   '--- the name is not to be had --> AwaitingUsername --.
//!  |        |   '--- the password is too weak ---> AwaitingPassword --|
//!  |        |                     ^                                   |
//!  |        '---------------------|----------- reply -----------------'
//!  |        ^                     |
//!  '--> Checking --- not to be had'    (where the name is to be checked first; a new one is checked too)
//! ```
//!
//! What `Registering` goes through stands in `uia.rs`, and for phone numbers and e-mail addresses in `validation.rs`.

use std::task::{Poll, ready};

use crate::client_api::account::{CheckUsernameAvailability, Register, RegisterResponse};
use crate::flow::account::change_password::is_weak;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Replied, interactive_flow};
use crate::flow::threepid::validation::{Purpose, seed_of};
use crate::flow::uia::{Enrolment, Uia};
use crate::flow::{
    FlowError, FlowEvent, NotAwaited, Prompt, Reply, ThreepidInput, UiaCapabilities,
};
use crate::types::{ClientSecret, Timestamp};
use crate::wire::{Error, ErrorCode, ErrorKind, Homeserver, Target};

/// Registers an account: goes through whatever stages the server has for that, e-mail and phone included.
///
/// A name that is taken and a password that is too weak are asked for again, and so is an address that the server does not
/// take. A server that wants an e-mail address or a phone number is given the one that was [offered](Self::with_threepid);
/// without one, the person is asked ([`Prompt::Threepid`]).
///
/// Registering is never sent twice by itself. Where it stalled and is tried again, a name that is taken
/// (`M_USER_IN_USE`) may be taken by what was sent before: logging in with the password tells.
///
/// ```
/// use hardline::client_api::account::Register;
/// use hardline::flow::{Flow, Output, RegisterAccount, ThreepidInput};
/// use hardline::types::{ClientSecret, Password, Timestamp};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut register = Register::new();
/// register.username = Some("alice".to_owned());
/// register.password = Some(Password::from("correct horse battery staple"));
/// register.refresh_token = Some(true);
/// let mut flow = RegisterAccount::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     register,
///     // 32 bytes from the operating system's random number generator.
///     ClientSecret::from_entropy([7; 32]),
/// )
/// .with_threepid(ThreepidInput::email("alice@example.org"));
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it begins with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/register");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [account registration](https://spec.matrix.org/v1.19/client-server-api/#account-registration).
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "persist", serde(transparent))]
pub struct RegisterAccount(Engine<Registering>);

#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
struct Registering {
    target: Target,
    register: Register,
    uia: Uia,
    /// Whether each name is checked before the server is asked to register it.
    checks_username: bool,
    state: State,
}

#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
enum State {
    Checking(CheckUsernameAvailability),
    Registering,
    AwaitingUsername,
    AwaitingPassword,
}

interactive_flow!(RegisterAccount, brings: RegisterResponse);

impl RegisterAccount {
    /// Begins. The first request is ready at once. The operation says what account it is to be and which device is logged
    /// in; its own `auth` is left empty. The secret, which proves phone numbers and addresses, also seeds the spreading of
    /// waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        register: Register,
        client_secret: ClientSecret,
    ) -> Self {
        let target = Target::Homeserver(homeserver);
        let seed = seed_of(&client_secret);
        let enrolment = Enrolment {
            target: target.clone(),
            purpose: Purpose::Register,
            client_secret,
        };
        let logic = Registering {
            target,
            register,
            uia: Uia::new(None).with_enrolment(enrolment),
            checks_username: false,
            state: State::Registering,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// The same with a phone number or an e-mail address that is to be known of the account; one of each kind. Of the ways
    /// that the server has, one is gone that takes it. A server that has none such registers the account without it, and
    /// one that is content with one of two (Synapse, where it does not require both) asks for no more.
    #[must_use]
    pub fn with_threepid(mut self, threepid: ThreepidInput) -> Self {
        self.0.logic_mut().uia.offer(threepid);
        self
    }

    /// The same with other means to authenticate.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.0.logic_mut().uia.uia_capabilities = uia_capabilities;
        self
    }

    /// The same, but whether a name can be had is asked before it is registered. Most servers say so to the first request
    /// of registering as well.
    #[must_use]
    pub fn checking_username(mut self) -> Self {
        let logic = self.0.logic_mut();
        logic.checks_username = true;
        logic.begin();
        self
    }
}

impl FlowLogic for Registering {
    type Success = RegisterResponse;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "RegisterAccount";

    fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
    ) -> Poll<Result<RegisterResponse, FlowError>> {
        loop {
            match &self.state {
                State::Checking(check) => match ready!(context.call(check, &self.target)) {
                    Ok(_) => self.state = State::Registering,
                    // A server that cannot say so may register it all the same.
                    Err(refusal) if asked_again(&refusal.error).is_none() => {
                        self.state = State::Registering;
                    }
                    Err(refusal) => self.refused(context, refusal.into())?,
                },
                State::Registering => {
                    match ready!(self.uia.call(context, &self.register, &self.target)) {
                        Ok(response) => return Poll::Ready(Ok(response)),
                        Err(error) => self.refused(context, error)?,
                    }
                }
                State::AwaitingUsername | State::AwaitingPassword => return Poll::Pending,
            }
        }
    }

    fn prompt(&self) -> Option<Prompt> {
        match self.state {
            State::Checking(_) => None,
            State::Registering => self.uia.prompt(),
            State::AwaitingUsername => Some(Prompt::Username),
            State::AwaitingPassword => Some(Prompt::NewPassword),
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::Registering, reply) => return self.uia.reply(reply, is_calling),
            (State::AwaitingUsername, Reply::Username(username)) => {
                self.register.username = Some(username);
            }
            (State::AwaitingPassword, Reply::Password(password)) => {
                self.register.password = Some(password);
            }
            _ => return Err(NotAwaited),
        }
        self.begin();
        Ok(Replied::Restart)
    }
}

impl Registering {
    fn begin(&mut self) {
        self.state = match &self.register.username {
            Some(username) if self.checks_username => {
                State::Checking(CheckUsernameAvailability::new(username.clone()))
            }
            _ => State::Registering,
        };
    }

    /// Takes a refusal: another name or password is another request, which begins its stages anew.
    fn refused(
        &mut self,
        context: &mut FlowContext<'_>,
        error: FlowError,
    ) -> Result<(), FlowError> {
        let (operation, source) = match error {
            FlowError::Refused { operation, source } => (operation, source),
            error => return Err(error),
        };
        let Some(prompt) = asked_again(&source) else {
            return Err(FlowError::Refused { operation, source });
        };
        self.state = match prompt {
            Prompt::Username => State::AwaitingUsername,
            _ => State::AwaitingPassword,
        };
        self.uia.begin_anew();
        context.emit(FlowEvent::Rejected {
            prompt,
            error: source,
        });
        Ok(())
    }
}

/// What another one of would do.
fn asked_again(error: &Error) -> Option<Prompt> {
    match error.kind() {
        ErrorKind::Server(_) if is_weak(error) => Some(Prompt::NewPassword),
        ErrorKind::Server(_) => match error.errcode()? {
            ErrorCode::UserInUse | ErrorCode::InvalidUsername | ErrorCode::Exclusive => {
                Some(Prompt::Username)
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;
