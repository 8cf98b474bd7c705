//! Unbinds a phone number or an e-mail address from an account at an identity server.
//!
//! ```text
//! new --> AskingHomeserver --unbound--> done
//!                 |
//!                 |  it has no support, or it and the identity server cannot work together
//!                 v
//!             Validating --Validated or Supposed--> Unbinding --200--> done
//!                 ^                                     |
//!                 '--- M_SESSION_NOT_VALIDATED etc. ----'
//! ```
//!
//! The states inside `Validating` are in `validation.rs`; those of a session at the identity server, which may be
//! needed anywhere, are in `identity_session.rs`.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::threepid::{Unbind3pidFromAccount, UnbindResult};
use crate::flow::engine::called::Called;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::identity::identity_session::Introduction;
use crate::flow::threepid::validation::{Purpose, Validation, is_unproved, seed_of};
use crate::flow::{FlowError, IdentityServer, NotAwaited, Prompt, Reply, ThreepidInput};
use crate::identity_api::association::{self, UnbindV2};
use crate::identity_api::lookup::canonical_address;
use crate::types::{AccessToken, ClientSecret, CountryCode, Medium, Timestamp, UserId};
use crate::wire::{Credentials, Endpoint, Error, ErrorCode, ErrorKind, Homeserver, Target};

/// Unbinds a phone number or an e-mail address from an account at an identity server, so that others can no longer find
/// the account by it. The flow asks the homeserver, which vouches for its user. If the homeserver has no support for
/// that, or it and the identity server cannot work together, the user proves that the number or address is theirs, and
/// the flow asks the identity server itself.
///
/// It may be written as people write it: its [canonical form](crate::identity_api::lookup::canonical_address) is unbound.
/// If it has none, the flow ends with [`FlowError::InvalidAddress`] before anything is sent.
///
/// The account keeps the number or address. Without an identity server's token, the flow starts a
/// [session](crate::flow::IdentitySession) when it needs one, and it asks the user to accept terms that they have not
/// accepted yet.
///
/// ```
/// use hardline::flow::{Flow, IdentityServer, Output, UnbindThreepid};
/// use hardline::identity_api::association::Threepid;
/// use hardline::types::{ClientSecret, Medium, Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = UnbindThreepid::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     UserId::parse("@alice:example.org")?,
///     IdentityServer::new(BaseUrl::parse("https://is.example.org")?)?,
///     Threepid::new(Medium::Msisdn, "447700900001".to_owned()),
///     // 32 bytes from the operating system's random number generator.
///     ClientSecret::from_entropy([7; 32]),
/// );
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/account/3pid/unbind");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/unbind`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidunbind)
/// and the identity server's [`POST /3pid/unbind`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidunbind).
#[derive(Debug, Persist)]
pub struct UnbindThreepid(Engine<Unbinding>);

#[derive(Debug, Persist)]
struct Unbinding {
    homeserver: Target,
    user: UserId,
    validation: Validation,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    AskingHomeserver(Unbind3pidFromAccount),
    Validating(association::Threepid),
    Unbinding(UnbindV2),
}

interactive_flow!(UnbindThreepid, brings: ());

impl UnbindThreepid {
    /// Starts the flow. The first request is ready immediately. The secret belongs to the session in which the user may
    /// have to prove that the number or address is theirs; it also seeds the jitter of the waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        identity_server: IdentityServer,
        mut threepid: association::Threepid,
        client_secret: ClientSecret,
    ) -> Self {
        if let Ok(address) = canonical_address(&threepid.medium, &threepid.address) {
            threepid.address = address;
        }
        let IdentityServer { base_url, name } = identity_server;
        let target = Target::Homeserver(homeserver.clone());
        let introduction = Introduction::new(homeserver, user.clone(), base_url);
        let purpose = Purpose::Bind(Box::new(introduction));
        let seed = seed_of(&client_secret);
        let shown = written(&threepid);
        let mut unbind = Unbind3pidFromAccount::new(threepid.medium, threepid.address);
        unbind.id_server = Some(name);
        let logic = Unbinding {
            homeserver: target.clone(),
            user,
            validation: Validation::new(target, purpose, shown, client_secret),
            state: State::AskingHomeserver(unbind),
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

impl FlowLogic for Unbinding {
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "UnbindThreepid";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        loop {
            match &self.state {
                State::AskingHomeserver(unbind) => {
                    canonical_address(&unbind.medium, &unbind.address)
                        .map_err(|source| FlowError::InvalidAddress { index: 0, source })?;
                    let credentials = Credentials::Deferred;
                    match ready!(context.attempt(unbind, &self.homeserver, &credentials)) {
                        Ok(answer) => match answer.id_server_unbind_result {
                            // A server that does not say more succeeded.
                            Some(UnbindResult::Success) | None => return Poll::Ready(Ok(())),
                            Some(_) => {}
                        },
                        Err(refusal) if is_for_the_person(&refusal.error) => {}
                        Err(refusal) => {
                            let operation = const { &Unbind3pidFromAccount::OPERATION };
                            let refusal = context.settle(operation, refusal, &credentials);
                            return Poll::Ready(Err(ready!(refusal).into()));
                        }
                    }
                    let (medium, address) = (unbind.medium.clone(), unbind.address.clone());
                    self.state = State::Validating(association::Threepid::new(medium, address));
                }
                State::Validating(threepid) => {
                    let validated = ready!(self.validation.advance(context))?;
                    let mut unbind = UnbindV2::new(self.user.clone(), threepid.clone());
                    unbind.sid = Some(validated.sid);
                    unbind.client_secret = Some(validated.client_secret);
                    self.state = State::Unbinding(unbind);
                }
                State::Unbinding(unbind) => {
                    let Some(introduction) = self.validation.introduction_mut() else {
                        return Poll::Pending;
                    };
                    match ready!(introduction.call(context, unbind)) {
                        Called::Refused(refusal) if is_unproved(&refusal.error) => {
                            self.validation.not_yet(context, refusal.error);
                            self.state = State::Validating(unbind.threepid.clone());
                        }
                        called => return Poll::Ready(called.map(drop).into_result()),
                    }
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        match self.state {
            State::AskingHomeserver(_) => self,
            State::Unbinding(_) if !self.validation.is_asking() => self,
            State::Validating(_) | State::Unbinding(_) => self.validation.active(),
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        match self.state {
            State::AskingHomeserver(_) => self,
            State::Unbinding(_) if !self.validation.is_asking() => self,
            State::Validating(_) | State::Unbinding(_) => self.validation.active_mut(),
        }
    }
}

impl Part for Unbinding {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::AskingHomeserver(_) => "AskingHomeserver",
            State::Validating(_) => "Validating",
            State::Unbinding(_) => "Unbinding",
        }
    }
}

/// Whether the homeserver says that it and the identity server cannot work together. That may be temporary, but nobody
/// can tell: Sydent 2.6 rejects every homeserver's signature, and Synapse then responds M_UNKNOWN with status 500.
fn is_for_the_person(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Server(refused) => {
            refused.errcode == Some(ErrorCode::ServerNotTrusted) || refused.status.is_server_error()
        }
        _ => false,
    }
}

/// The address in the form that a validation message needs.
fn written(threepid: &association::Threepid) -> ThreepidInput {
    match threepid.medium {
        Medium::Email => ThreepidInput::email(&threepid.address),
        Medium::Msisdn | Medium::Other(_) => {
            // The number is in its international form, so the country does not matter.
            let country = CountryCode::parse("GB").expect("two upper-case letters are a country");
            ThreepidInput::phone(country, format!("+{}", threepid.address))
        }
    }
}

#[cfg(test)]
mod tests;
