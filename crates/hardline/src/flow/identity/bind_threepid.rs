//! Binds a phone number or an e-mail address to an account at an identity server.
//!
//! ```text
//! new --> Validating --Validated or Supposed--> Binding --200--> done
//!             ^                                 |  ^  |
//!             '-- M_SESSION_NOT_VALIDATED etc. -'  '--'
//!                                         errors of the identity session:
//!                                         M_TERMS_NOT_SIGNED, an unknown token
//! ```
//!
//! The states inside `Validating` are in `validation.rs`; those of a session at the identity server, which may be
//! needed anywhere, are in `identity_session.rs`. The homeserver is given that session's token.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::threepid::Bind3pid;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::identity::identity_session::Introduction;
use crate::flow::threepid::validation::{Purpose, Validation, is_unproved, seed_of};
use crate::flow::{FlowError, IdentityServer, NotAwaited, Prompt, Reply, ThreepidInput};
use crate::types::{AccessToken, ClientSecret, ServerName, Timestamp, UserId, ValidationSessionId};
use crate::wire::{Homeserver, Target};

/// Binds a phone number or an e-mail address to an account at an identity server, so that others can find the account
/// by it: the identity server sends a message, the user enters its code or follows its link, and the homeserver creates
/// the binding. The account itself does not change; that is [`AddThreepid`](crate::flow::AddThreepid).
///
/// Without an identity server's token, the flow [starts a session](crate::flow::IdentitySession) first. It asks the
/// user to accept terms that they have not accepted yet.
///
/// ```
/// use hardline::flow::{BindThreepid, Flow, IdentityServer, Output, ThreepidInput};
/// use hardline::types::{AccessToken, ClientSecret, Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = BindThreepid::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     UserId::parse("@alice:example.org")?,
///     IdentityServer::new(BaseUrl::parse("https://is.example.org")?)?,
///     ThreepidInput::email("alice@example.org"),
///     // 32 bytes from the operating system's random number generator.
///     ClientSecret::from_entropy([7; 32]),
/// )
/// .with_identity_token(AccessToken::from("is_secret"));
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(
///     request.uri(),
///     "https://is.example.org/_matrix/identity/v2/validate/email/requestToken",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/bind`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind).
#[derive(Debug, Persist)]
pub struct BindThreepid(Engine<Binding>);

#[derive(Debug, Persist)]
struct Binding {
    homeserver: Target,
    id_server: ServerName,
    validation: Validation,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    Validating,
    Binding {
        sid: ValidationSessionId,
        client_secret: ClientSecret,
    },
}

interactive_flow!(BindThreepid, brings: ());

impl BindThreepid {
    /// Starts the flow. The first request is ready immediately. The secret also seeds the jitter of the waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        identity_server: IdentityServer,
        threepid: ThreepidInput,
        client_secret: ClientSecret,
    ) -> Self {
        let IdentityServer { base_url, name } = identity_server;
        let target = Target::Homeserver(homeserver.clone());
        let introduction = Introduction::new(homeserver, user, base_url);
        let purpose = Purpose::Bind(Box::new(introduction));
        let seed = seed_of(&client_secret);
        let logic = Binding {
            homeserver: target.clone(),
            id_server: name,
            validation: Validation::new(target, purpose, threepid, client_secret),
            state: State::Validating,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Continues an earlier session: with the identity server's access token, not the homeserver's.
    #[must_use]
    pub fn with_identity_token(mut self, token: AccessToken) -> Self {
        if let Some(introduction) = self.0.logic_mut().validation.introduction_mut() {
            introduction.set_token(token);
        }
        self
    }
}

impl FlowLogic for Binding {
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "BindThreepid";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        loop {
            match &self.state {
                State::Validating => {
                    let validated = ready!(self.validation.advance(context))?;
                    self.state = State::Binding {
                        sid: validated.sid,
                        client_secret: validated.client_secret,
                    };
                }
                State::Binding { sid, client_secret } => {
                    let Some(introduction) = self.validation.introduction_mut() else {
                        return Poll::Pending;
                    };
                    let token = ready!(introduction.advance(context))?;
                    let (sid, secret) = (sid.clone(), client_secret.clone());
                    let bind = Bind3pid::new(secret, self.id_server.clone(), token, sid);
                    match ready!(context.call(&bind, &self.homeserver)) {
                        Ok(_) => return Poll::Ready(Ok(())),
                        Err(refusal) if introduction.takes(&refusal.error) => {}
                        Err(refusal) if is_unproved(&refusal.error) => {
                            self.validation.not_yet(context, refusal.error);
                            self.state = State::Validating;
                        }
                        Err(refusal) => return Poll::Ready(Err(refusal.into())),
                    }
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        match self.state {
            State::Binding { .. } if !self.validation.is_asking() => self,
            State::Validating | State::Binding { .. } => self.validation.active(),
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        match self.state {
            State::Binding { .. } if !self.validation.is_asking() => self,
            State::Validating | State::Binding { .. } => self.validation.active_mut(),
        }
    }
}

impl Part for Binding {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Validating => "Validating",
            State::Binding { .. } => "Binding",
        }
    }
}

#[cfg(test)]
mod tests;
