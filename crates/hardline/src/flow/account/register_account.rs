//! Registers an account.
//!
//! ```text
//! new --> Registering --200--> done
//!  |        ^   |
//!  |        |   '--- the name is not available --> AwaitingUsername --.
//!  |        |   '--- the password is too weak ---> AwaitingPassword --|
//!  |        |                     ^                                   |
//!  |        '---------------------|----------- reply -----------------'
//!  |        ^                     |
//!  '--> Checking --- not available'    (if names are checked first; a new name is checked too)
//! ```
//!
//! The states inside `Registering` are in `uia.rs`; those for phone numbers and e-mail addresses are in
//! `validation.rs`.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::account::{CheckUsernameAvailability, Register, RegisterResponse};
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::threepid::validation::{Purpose, seed_of};
use crate::flow::uia::refusal::is_weak;
use crate::flow::uia::{Enrolment, Uia};
use crate::flow::{
    FlowError, FlowEvent, NotAwaited, Prompt, Reply, ThreepidInput, UiaCapabilities,
};
use crate::types::{ClientSecret, Timestamp};
use crate::wire::{Error, ErrorCode, ErrorKind, Homeserver, Target};

/// Registers an account, completing whatever stages the server requires, including e-mail and phone validation.
///
/// If the name is taken, the password too weak or an address not accepted, the flow asks for another one. If the server
/// requires an e-mail address or a phone number, the flow uses the one that was [offered](Self::with_threepid), or else
/// asks the user ([`Prompt::Threepid`]).
///
/// Registration is never resent automatically. If it stalled and is retried, and the name is then taken
/// (`M_USER_IN_USE`), the first request may have taken it: try to log in with the password.
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
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/register");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [account registration](https://spec.matrix.org/v1.19/client-server-api/#account-registration).
#[derive(Debug, Persist)]
pub struct RegisterAccount(Engine<Registering>);

#[derive(Debug, Persist)]
struct Registering {
    target: Target,
    register: Register,
    uia: Uia,
    /// Whether to check each name before registering it.
    checks_username: bool,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    Checking(CheckUsernameAvailability),
    Registering,
    AwaitingUsername,
    AwaitingPassword,
}

interactive_flow!(RegisterAccount, brings: RegisterResponse);

impl RegisterAccount {
    /// Starts the flow. The first request is ready immediately. The operation says which account to register and which
    /// device to log in; leave its `auth` empty. The secret, which proves phone numbers and addresses, also seeds the
    /// jitter of the waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        register: Register,
        client_secret: ClientSecret,
    ) -> Self {
        Self::at(now, Target::Homeserver(homeserver), register, client_secret)
    }

    /// The same at the target of a client, whatever it is: if it is no homeserver, the first request is refused.
    pub(crate) fn at(
        now: Timestamp,
        target: Target,
        register: Register,
        client_secret: ClientSecret,
    ) -> Self {
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

    /// Offers a phone number or an e-mail address for the account; one of each kind. If the server has authentication
    /// flows that use it, one of those is chosen. Otherwise the account is registered without it, and a server that is
    /// content with one of two (Synapse, unless it requires both) asks for no more.
    #[must_use]
    pub fn with_threepid(mut self, threepid: ThreepidInput) -> Self {
        self.0.logic_mut().uia.offer(threepid);
        self
    }

    /// Sets which stages of authentication the program can complete.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.0.logic_mut().uia.uia_capabilities = uia_capabilities;
        self
    }

    /// Checks whether a name is available before registering it. Most servers also report that in response to the first
    /// registration request.
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
                    // A server that cannot check a name may still register it.
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

    fn active(&self) -> &dyn Part {
        match self.state {
            State::Registering => &self.uia,
            State::Checking(_) | State::AwaitingUsername | State::AwaitingPassword => self,
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        match self.state {
            State::Registering => &mut self.uia,
            State::Checking(_) | State::AwaitingUsername | State::AwaitingPassword => self,
        }
    }
}

impl Part for Registering {
    fn prompt(&self) -> Option<Prompt> {
        match self.state {
            State::Checking(_) | State::Registering => None,
            State::AwaitingUsername => Some(Prompt::Username),
            State::AwaitingPassword => Some(Prompt::NewPassword),
        }
    }

    fn reply(&mut self, reply: Reply, _: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
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

    fn state(&self) -> &'static str {
        match self.state {
            State::Checking(_) => "Checking",
            State::Registering => "Registering",
            State::AwaitingUsername => "AwaitingUsername",
            State::AwaitingPassword => "AwaitingPassword",
        }
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

    /// Handles a refusal. Another name or password makes it another request, which restarts its stages.
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
        self.uia.restart();
        context.emit(FlowEvent::Rejected {
            prompt,
            error: source,
        });
        Ok(())
    }
}

/// What the user can be asked for again.
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
