//! Does an operation that requires user-interactive authentication.
//!
//! Its states are in `uia.rs`.

use std::task::Poll;

use hardline_derive::Persist;

use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, interactive_flow};
use crate::flow::uia::Uia;
use crate::flow::{FlowError, UiaCapabilities};
use crate::types::{Password, Timestamp};
use crate::wire::{Endpoint, Target, UserIdentifier};

/// Any operation that requires user-interactive authentication, as a flow. It calls the operation without `auth` first,
/// and then once for each stage of the shortest flow that the program has the [`UiaCapabilities`] for.
///
/// If a password or token is wrong, the flow asks again. The request stays the same from one stage to the next, as
/// servers demand.
///
/// ```
/// use hardline::wire::UserIdentifier;
/// use hardline::client_api::threepid::Add3pid;
/// use hardline::flow::{AuthenticatedFlow, InteractiveFlow, Flow, Input, Output, Prompt, Reply};
/// use hardline::types::{ClientSecret, Password, ValidationSessionId, Timestamp};
/// use hardline::wire::Target;
///
/// let now = Timestamp::from_millis(0);
/// let operation = Add3pid::new(ClientSecret::parse("secret")?, ValidationSessionId::parse("7")?);
/// let target = Target::homeserver("https://example.org")?;
/// let user = UserIdentifier::user("@alice:example.org");
/// let mut flow = AuthenticatedFlow::new(now, operation, target, Some(user), 1);
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
#[derive(Debug, Persist)]
pub struct AuthenticatedFlow<E: Endpoint>(Engine<Authenticating<E>>);

#[derive(Debug, Persist)]
pub(crate) struct Authenticating<E> {
    operation: E,
    target: Target,
    pub(crate) uia: Uia,
}

interactive_flow!(AuthenticatedFlow<E: Endpoint>, brings: E::Response);

impl<E: Endpoint> AuthenticatedFlow<E> {
    /// A flow that sends an operation to this target. Leave the operation's `auth` empty. `user` is the account whose
    /// password a server may ask for; without one, flows with a password stage are not used. `seed` varies the waits;
    /// any number that differs between clients will do.
    pub fn new(
        now: Timestamp,
        operation: E,
        target: Target,
        user: Option<UserIdentifier>,
        seed: u64,
    ) -> Self {
        let logic = Authenticating::new(operation, target, user);
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

impl<E> Authenticating<E> {
    pub(crate) fn new(operation: E, target: Target, user: Option<UserIdentifier>) -> Self {
        Self {
            operation,
            target,
            uia: Uia::new(user),
        }
    }
}

impl<E: Endpoint> FlowLogic for Authenticating<E> {
    type Success = E::Response;

    #[cfg(feature = "persist")]
    const NAME: &'static str = E::OPERATION.id;

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<E::Response, FlowError>> {
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
