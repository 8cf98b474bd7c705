//! Does one operation, typed or by name.
//!
//! ```text
//!            .-- 200, or refused --> done
//!            |
//! new --> Calling --401 with flows--> Authenticating --200, or refused--> done
//! ```
//!
//! The states inside `Authenticating` are in `uia.rs`.

use std::task::{Poll, ready};

use crate::flow::engine::callable::Callable;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::uia::Uia;
use crate::flow::{FlowError, NotAwaited, Prompt, Reply, UiaCapabilities};
use crate::types::{Password, Timestamp};
use crate::wire::{ApiResponse, Body, Credentials, Target, UserIdentifier};

/// One operation as a flow: a typed one, or one by its name (`by_name::NamedCall`). It is sent, and retried if that is
/// safe and the policy allows it. The result is everything that came with the response.
///
/// If the server asks for user-interactive authentication, the flow goes through it: it calls the operation once for
/// each stage of the shortest flow that the program has the [`UiaCapabilities`] for. If a password or token is wrong, it
/// asks again. The request stays the same from one stage to the next, as servers demand. A flow for which nobody
/// replies is [`unattended`](Self::unattended).
///
/// With the feature `persist` it is saved and loaded if the operation can be loaded: see [the
/// rules](crate::flow#saving).
///
/// [`Client::call`](crate::client::Client::call) runs one that is unattended. The [module's](crate::flow) example shows
/// how to run one yourself.
///
/// ```
/// use hardline::client_api::threepid::Add3pid;
/// use hardline::flow::{Flow, Input, InteractiveFlow, OperationFlow, Output, Prompt, Reply};
/// use hardline::types::{ClientSecret, Password, Timestamp, ValidationSessionId};
/// use hardline::wire::{Target, UserIdentifier};
///
/// let now = Timestamp::from_millis(0);
/// let operation = Add3pid::new(ClientSecret::parse("secret")?, ValidationSessionId::parse("7")?);
/// let target = Target::homeserver("https://example.org")?;
/// let mut flow = OperationFlow::new(now, operation, target, 1)
///     .with_user(UserIdentifier::user("@alice:example.org"));
/// let Output::Send(id, _) = flow.poll_output() else { panic!("it starts with a request") };
///
/// let challenge = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "xyz"}"#;
/// let mut response = http::Response::new(challenge.into());
/// *response.status_mut() = http::StatusCode::UNAUTHORIZED;
/// flow.handle_input(now, Input::Response(id, response));
/// assert_eq!(flow.prompt(), Some(Prompt::Password));
/// flow.reply(now, Reply::Password(Password::from("hunter2")))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [user-interactive authentication](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api).
#[derive(Debug)]
pub struct OperationFlow<O: Callable>(pub(super) Engine<Calling<O>>);

#[derive(Debug)]
pub(super) struct Calling<O> {
    pub(super) operation: O,
    pub(super) target: Target,
    pub(super) is_attended: bool,
    /// Once the server asked for authentication, or the program said something about it.
    pub(super) uia: Option<Box<Uia>>,
}

interactive_flow!(OperationFlow<O: Callable>, brings: ApiResponse<O::Response>);

impl<O: Callable> OperationFlow<O> {
    /// A flow that sends an operation to this target. Leave the operation's `auth` empty. `seed` varies the waits; any
    /// number that differs between clients will do.
    pub fn new(now: Timestamp, operation: O, target: Target, seed: u64) -> Self {
        let logic = Calling {
            operation,
            target,
            is_attended: true,
            uia: None,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Fails where the flow would ask or stall, since nobody replies: with [`FlowError::Refused`], which holds what the
    /// server said. [`Error::uia`](crate::wire::Error::uia) is how it wants the user to authenticate.
    ///
    /// ```
    /// use hardline::client_api::session::GenerateLoginToken;
    /// use hardline::flow::{Flow, Input, OperationFlow, Output};
    /// use hardline::types::Timestamp;
    /// use hardline::wire::Target;
    ///
    /// let now = Timestamp::from_millis(0);
    /// let target = Target::homeserver("https://example.org")?;
    /// let mut flow = OperationFlow::new(now, GenerateLoginToken::new(), target, 1).unattended();
    /// let Output::Send(id, _) = flow.poll_output() else { panic!("it starts with a request") };
    /// let mut response = http::Response::new(r#"{"flows": [{"stages": ["m.login.sso"]}]}"#.into());
    /// *response.status_mut() = http::StatusCode::UNAUTHORIZED;
    /// flow.handle_input(now, Input::Response(id, response));
    /// let Output::Done(Err(error)) = flow.poll_output() else { panic!("nobody can be asked") };
    /// assert!(error.into_error().uia().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unattended(mut self) -> Self {
        self.0.logic_mut().is_attended = false;
        self
    }

    /// Sets the account whose password a server may ask for; without one, flows with a password stage are not used.
    #[must_use]
    pub fn with_user(mut self, user: UserIdentifier) -> Self {
        self.uia().set_user(user);
        self
    }

    /// Sets the account's password, so that the flow need not ask for it. It asks again if the password is wrong.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.uia().password = Some(password);
        self
    }

    /// Sets which stages of authentication the program can complete.
    #[must_use]
    pub fn with_uia_capabilities(mut self, uia_capabilities: UiaCapabilities) -> Self {
        self.uia().uia_capabilities = uia_capabilities;
        self
    }

    fn uia(&mut self) -> &mut Uia {
        let uia = &mut self.0.logic_mut().uia;
        uia.get_or_insert_with(|| Box::new(Uia::new(None)))
    }
}

impl<O: Callable> FlowLogic for Calling<O> {
    type Success = ApiResponse<O::Response>;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "OperationFlow";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Self::Success, FlowError>> {
        let (operation, target) = (&self.operation, &self.target);
        if !self.is_attended {
            let answer = context.attempt_answer(operation, None, target, &Credentials::Deferred);
            return Poll::Ready(ready!(answer).map_err(FlowError::from));
        }
        let uia = match &mut self.uia {
            Some(uia) => uia,
            None => match ready!(context.call_answer(operation, target)) {
                Err(refusal) if refusal.error.uia().is_some() && takes_stages(operation) => {
                    let mut uia = Box::new(Uia::new(None));
                    uia.refused(context, refusal, target)?;
                    self.uia.insert(uia)
                }
                answer => return Poll::Ready(answer.map_err(FlowError::from)),
            },
        };
        uia.call_answer(context, operation, target)
    }

    fn active(&self) -> &dyn Part {
        match &self.uia {
            Some(uia) => &**uia,
            None => self,
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        match self.uia {
            Some(ref mut uia) => &mut **uia,
            None => self,
        }
    }
}

/// Whether the request has a place for a stage of authentication. If it has none, the challenge is the answer.
fn takes_stages(operation: &impl Callable) -> bool {
    matches!(operation.operation().body, Body::Members)
}

/// The operation, before the server asked for authentication.
impl<O> Part for Calling<O> {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        "Calling"
    }
}

#[cfg(test)]
mod tests;
