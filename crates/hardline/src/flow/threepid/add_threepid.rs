//! Adds a phone number or an e-mail address to an account.
//!
//! ```text
//! new --> Validating --Validated or Supposed--> Adding --200--> done
//!             ^                                   |
//!             '-- M_THREEPID_AUTH_FAILED etc., ---'
//!                 or no answer to a poll
//! ```
//!
//! The states inside `Validating` are in `validation.rs`, those inside `Adding` in `uia.rs`.

use std::sync::Arc;
use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::threepid::Add3pid;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, interactive_flow};
use crate::flow::threepid::validation::{Purpose, Validation, is_unproved, says_nothing, seed_of};
use crate::flow::uia::Uia;
use crate::flow::{FlowError, ThreepidInput, UiaCapabilities};
use crate::types::{ClientSecret, Password, Timestamp, UserId};
use crate::wire::{Homeserver, Target, UserIdentifier};

/// Adds a phone number or an e-mail address to an account: requests a message, asks the user for its code or waits
/// until they follow its link, and adds the number or address after user-interactive authentication.
///
/// If a code or a password is wrong, the flow asks again. If the server is down, hangs or sends invalid responses, the
/// flow [stalls](crate::flow::FlowEvent::Stalled) and loses nothing: [`retry`](crate::flow::InteractiveFlow::retry)
/// continues where it stopped, with the same secret and without another message. A number or address that is already in
/// use ends it: [`FlowError::Refused`] with [`ErrorCode::ThreepidInUse`](crate::wire::ErrorCode::ThreepidInUse).
///
/// ```
/// use hardline::flow::{AddThreepid, Flow, Output, ThreepidInput};
/// use hardline::types::{ClientSecret, CountryCode, Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = AddThreepid::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     UserId::parse("@alice:example.org")?,
///     ThreepidInput::phone(CountryCode::parse("GB")?, "07700900001"),
///     // 32 bytes from the operating system's random number generator.
///     ClientSecret::from_entropy([7; 32]),
/// );
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/3pid/msisdn/requestToken");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [adding account administrative contact information](https://spec.matrix.org/v1.19/client-server-api/#adding-account-administrative-contact-information).
#[derive(Debug, Persist)]
pub struct AddThreepid(Engine<Adding>);

#[derive(Debug, Persist)]
struct Adding {
    target: Arc<Target>,
    validation: Validation,
    uia: Uia,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    Validating,
    Adding(Box<Add3pid>),
}

interactive_flow!(AddThreepid, brings: ());

impl AddThreepid {
    /// Starts the flow. The first request is ready immediately. The secret also seeds the jitter of the waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        threepid: ThreepidInput,
        client_secret: ClientSecret,
    ) -> Self {
        let target = Arc::new(Target::Homeserver(homeserver));
        let seed = seed_of(&client_secret);
        let validation = Validation::new(target.clone(), Purpose::Add, threepid, client_secret);
        let logic = Adding {
            target,
            validation,
            uia: Uia::new(Some(UserIdentifier::user(user.as_str()))),
            state: State::Validating,
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

impl FlowLogic for Adding {
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "AddThreepid";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        loop {
            match &self.state {
                State::Validating => {
                    let validated = ready!(self.validation.advance(context))?;
                    let add = Add3pid::new(validated.client_secret, validated.sid);
                    self.state = State::Adding(Box::new(add));
                }
                State::Adding(add) => {
                    let is_poll = self.validation.is_polling();
                    let added = if is_poll {
                        self.uia.poll(context, &**add, &self.target)
                    } else {
                        self.uia.call(context, &**add, &self.target)
                    };
                    match ready!(added) {
                        Err(FlowError::Refused { source, .. })
                            if is_unproved(&source) || is_poll && says_nothing(&source) =>
                        {
                            self.validation.not_yet(context, source);
                            self.state = State::Validating;
                        }
                        result => return Poll::Ready(result.map(drop)),
                    }
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        if self.is_authenticating() {
            &self.uia
        } else {
            self.validation.active()
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        if self.is_authenticating() {
            &mut self.uia
        } else {
            self.validation.active_mut()
        }
    }
}

impl Adding {
    /// Whether the user is asked to authenticate, rather than for the code or link: a link may still be unfollowed
    /// while the server is asked to add the address.
    fn is_authenticating(&self) -> bool {
        matches!(self.state, State::Adding(_))
            && (self.uia.is_asking() || !self.validation.is_asking())
    }
}

#[cfg(test)]
mod tests;
