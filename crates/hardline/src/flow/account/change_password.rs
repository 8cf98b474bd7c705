//! Changes an account's password, given the old one.
//!
//! ```text
//! new --> AwaitingPassword --Password--> Changing --200--> done
//!  |             ^                        ^  |
//!  |             '---- it is too weak ----|--'
//!  '-- the new password is given ---------'
//! ```
//!
//! The states inside `Changing` are in `uia.rs`.

use std::task::{Poll, ready};

use hardline_derive::Persist;
use serde::{Serialize, Serializer};

use crate::client_api::account::ChangePassword as Change;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::uia::Uia;
use crate::flow::uia::refusal::is_weak;
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, UiaCapabilities};
use crate::json::Empty;
use crate::types::{Password, Timestamp, UserId};
use crate::wire::{Auth, EncodeError, Endpoint, Homeserver, Operation, Target, UserIdentifier};

/// Changes the password of the account that is logged in: asks for the new and the old one unless they were given
/// beforehand.
///
/// If the new password is too weak or the old one wrong, the flow asks again. For a forgotten password, use
/// [`ResetPassword`](crate::flow::ResetPassword).
///
/// ```
/// use hardline::flow::{ChangePassword, InteractiveFlow, FlowEvent, Flow, Output, Prompt, Reply};
/// use hardline::types::{Password, Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let now = Timestamp::from_millis(0);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let alice = UserId::parse("@alice:example.org")?;
/// let mut flow = ChangePassword::new(now, homeserver, alice, 1).keeping_devices();
/// let Output::Event(FlowEvent::Asks(Prompt::NewPassword)) = flow.poll_output() else { panic!("it asks") };
/// flow.reply(now, Reply::Password(Password::from("correct horse battery staple")))?;
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it continues with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/password");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/password`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword).
#[derive(Debug, Persist)]
pub struct ChangePassword(Engine<Changing>);

/// Sets a new password; resetting one uses this too.
#[derive(Debug, Persist)]
pub(crate) struct Changing {
    target: Target,
    pub(crate) uia: Uia,
    pub(crate) new_password: Option<Password>,
    pub(crate) logout_devices: Option<bool>,
    /// Whether the password was forgotten, so that nobody is logged in.
    is_forgotten: bool,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    Beginning,
    AwaitingPassword,
    Changing(Change),
}

interactive_flow!(ChangePassword, brings: ());

impl ChangePassword {
    /// Starts the flow. `user` is the account's owner. `seed` varies the waits; any number that differs between clients
    /// will do.
    pub fn new(now: Timestamp, homeserver: Homeserver, user: UserId, seed: u64) -> Self {
        let uia = Uia::new(Some(UserIdentifier::user(user.as_str())));
        let logic = Changing::new(Target::Homeserver(homeserver), uia, false);
        Self(Engine::new(now, logic, seed))
    }

    /// Sets the new password, so that the flow need not ask for it. It asks again if the password is too weak.
    #[must_use]
    pub fn with_new_password(mut self, password: Password) -> Self {
        self.0.logic_mut().new_password = Some(password);
        self
    }

    /// Sets the old password, so that the flow need not ask for it. It asks again if the password is wrong.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.0.logic_mut().uia.password = Some(password);
        self
    }

    /// Keeps the account's other devices logged in.
    #[must_use]
    pub fn keeping_devices(mut self) -> Self {
        self.0.logic_mut().logout_devices = Some(false);
        self
    }

    /// Sets which stages of authentication the program can complete.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.0.logic_mut().uia.uia_capabilities = uia_capabilities;
        self
    }
}

impl Changing {
    pub(crate) fn new(target: Target, uia: Uia, is_forgotten: bool) -> Self {
        Self {
            target,
            uia,
            new_password: None,
            logout_devices: None,
            is_forgotten,
            state: State::Beginning,
        }
    }

    fn begin(&mut self, password: Password) {
        let mut change = Change::new(password);
        change.logout_devices = self.logout_devices;
        self.state = State::Changing(change);
    }
}

impl FlowLogic for Changing {
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "ChangePassword";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        loop {
            match &self.state {
                State::Beginning => match self.new_password.take() {
                    Some(password) => self.begin(password),
                    None => {
                        context.emit(FlowEvent::Asks(Prompt::NewPassword));
                        self.state = State::AwaitingPassword;
                    }
                },
                State::AwaitingPassword => return Poll::Pending,
                State::Changing(change) => {
                    let result = if self.is_forgotten {
                        let change = Forgotten(change.clone());
                        ready!(self.uia.call(context, &change, &self.target))
                    } else {
                        ready!(self.uia.call(context, change, &self.target))
                    };
                    match result {
                        Err(FlowError::Refused { source, .. }) if is_weak(&source) => {
                            // Another password makes it another request, which restarts its stages.
                            self.uia.restart();
                            self.state = State::AwaitingPassword;
                            context.emit(FlowEvent::Rejected {
                                prompt: Prompt::NewPassword,
                                error: source,
                            });
                        }
                        result => return Poll::Ready(result.map(drop)),
                    }
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        match self.state {
            State::Beginning | State::AwaitingPassword => self,
            State::Changing(_) => &self.uia,
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        match self.state {
            State::Beginning | State::AwaitingPassword => self,
            State::Changing(_) => &mut self.uia,
        }
    }
}

impl Part for Changing {
    fn prompt(&self) -> Option<Prompt> {
        matches!(self.state, State::AwaitingPassword).then_some(Prompt::NewPassword)
    }

    fn reply(&mut self, reply: Reply, _: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingPassword, Reply::Password(password)) => {
                self.begin(password);
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Beginning => "Beginning",
            State::AwaitingPassword => "AwaitingPassword",
            State::Changing(_) => "Changing",
        }
    }
}

/// Changes the password without an access token, even if the program has one: the token would be another account's, or
/// the server would not ask for the proof at hand.
struct Forgotten(Change);

impl Serialize for Forgotten {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Endpoint for Forgotten {
    const OPERATION: Operation = Change::OPERATION.auth(Auth::None);
    type Response = Empty;

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }
}

#[cfg(test)]
mod tests;
