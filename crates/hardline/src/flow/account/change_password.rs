//! Changes the password of an account, by its old one.
//!
//! ```text
//! new --> AwaitingPassword --Password--> Changing --200--> done
//!  |             ^                        ^  |
//!  |             '---- it is too weak ----|--'
//!  '-- the new password is there ---------'
//! ```
//!
//! What `Changing` goes through stands in `uia.rs`.

use std::task::{Poll, ready};

use crate::client_api::account::ChangePassword as Change;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Replied, interactive_flow};
use crate::flow::uia::Uia;
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, UiaCapabilities};
use crate::json::Empty;
use crate::types::{Password, Timestamp, UserId};
use crate::wire::UserIdentifier;
use crate::wire::{Auth, EncodeError, Endpoint, Error, ErrorCode, Homeserver, Operation, Target};

/// Changes the password of the account that is logged in: asks for the new one and for the old one, where they are not given
/// beforehand.
///
/// A new password that is too weak and an old one that is wrong are asked for again. For a password that was forgotten there
/// is [`ResetPassword`](crate::flow::ResetPassword).
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
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it goes on with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/password");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/password`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword).
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "persist", serde(transparent))]
pub struct ChangePassword(Engine<Changing>);

/// Sets a new password, which is the whole of resetting one as well.
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Changing {
    target: Target,
    pub(crate) uia: Uia,
    pub(crate) new_password: Option<Password>,
    pub(crate) logout_devices: Option<bool>,
    /// Whether nobody is logged in, who could have the password changed.
    is_forgotten: bool,
    state: State,
}

#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
enum State {
    Beginning,
    AwaitingPassword,
    Changing(Change),
}

interactive_flow!(ChangePassword, brings: ());

impl ChangePassword {
    /// Begins. `user` is whose account it is. `seed` spreads the waits; any number will do that differs from client to client.
    pub fn new(now: Timestamp, homeserver: Homeserver, user: UserId, seed: u64) -> Self {
        let uia = Uia::new(Some(UserIdentifier::user(user.as_str())));
        let logic = Changing::new(Target::Homeserver(homeserver), uia, false);
        Self(Engine::new(now, logic, seed))
    }

    /// The same with the new password, so that it need not be asked for. One that is too weak is asked for again.
    #[must_use]
    pub fn with_new_password(mut self, password: Password) -> Self {
        self.0.logic_mut().new_password = Some(password);
        self
    }

    /// The same with the old password, so that it need not be asked for. A wrong one is asked for.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.0.logic_mut().uia.password = Some(password);
        self
    }

    /// The same, but the account's other devices stay logged in.
    #[must_use]
    pub fn keeping_devices(mut self) -> Self {
        self.0.logic_mut().logout_devices = Some(false);
        self
    }

    /// The same with other means to authenticate.
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
                            // Another password is another request, which begins its stages anew.
                            self.uia.begin_anew();
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

    fn prompt(&self) -> Option<Prompt> {
        match self.state {
            State::Beginning => None,
            State::AwaitingPassword => Some(Prompt::NewPassword),
            State::Changing(_) => self.uia.prompt(),
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::Changing(_), reply) => self.uia.reply(reply, is_calling),
            (State::AwaitingPassword, Reply::Password(password)) => {
                self.begin(password);
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }
}

/// Changing it without an access token, even where the program has one: that would be another account's, or not asked for
/// the proof that there is.
#[derive(serde::Serialize)]
#[serde(transparent)]
struct Forgotten(Change);

impl Endpoint for Forgotten {
    const OPERATION: Operation = Change::OPERATION.auth(Auth::None);
    type Response = Empty;

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }
}

/// Whether the server wants a better password.
pub(crate) fn is_weak(error: &Error) -> bool {
    matches!(
        error.errcode(),
        Some(
            ErrorCode::WeakPassword
                | ErrorCode::PasswordTooShort
                | ErrorCode::PasswordNoDigit
                | ErrorCode::PasswordNoUppercase
                | ErrorCode::PasswordNoLowercase
                | ErrorCode::PasswordNoSymbol
                | ErrorCode::PasswordInDictionary
        )
    )
}

#[cfg(test)]
mod tests;
