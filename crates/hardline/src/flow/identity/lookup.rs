//! Finds the Matrix users behind phone numbers and e-mail addresses.
//!
//! ```text
//! new --> AskingForDetails --pepper and algorithms--> LookingUp --200--> done
//!             ^                                        |     ^
//!             '------------ M_INVALID_PEPPER ----------'-----'
//!                   without a valid pepper,     with one
//! ```
//!
//! The states of a session at the identity server, which may be needed first or in between, are in
//! `identity_session.rs`.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::flow::engine::called::Called;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::effort::call_limit::CallLimit;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow};
use crate::flow::identity::identity_session::Introduction;
use crate::flow::{FlowError, NotAwaited, Prompt, Reply};
use crate::identity_api::association::Threepid;
use crate::identity_api::lookup::{AddressLookup, GetHashDetails, GetHashDetailsResponse};
use crate::types::{AccessToken, Timestamp, UserId};
use crate::wire::{BaseUrl, ErrorCode, Homeserver};

/// Finds the Matrix users behind phone numbers and e-mail addresses. The identity server sees only their hashes, unless
/// it supports nothing but plain text. The result contains the addresses that are bound to somebody, as they were
/// given.
///
/// Without an identity server's token, the flow [starts a session](crate::flow::IdentitySession) first. It asks the
/// user to accept terms that they have not accepted yet. If the server rotates its pepper meanwhile, the flow uses the
/// new one.
///
/// Numbers and addresses may be written as people write them: what is looked up is their
/// [canonical form](crate::identity_api::lookup::canonical_address). If one has none, the flow ends with
/// [`FlowError::InvalidAddress`] before anything is sent.
///
/// ```
/// use hardline::flow::{Flow, Lookup, Output};
/// use hardline::identity_api::association::Threepid;
/// use hardline::types::{AccessToken, Medium, Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = Lookup::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     UserId::parse("@alice:example.org")?,
///     BaseUrl::parse("https://is.example.org")?,
///     vec![Threepid::new(Medium::Msisdn, "447700900001".to_owned())],
///     1,
/// )
/// .with_identity_token(AccessToken::from("is_secret"));
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2/hash_details");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [association lookup](https://spec.matrix.org/v1.19/identity-service-api/#association-lookup).
#[derive(Debug, Persist)]
pub struct Lookup(Engine<Finding>);

#[derive(Debug, Persist)]
struct Finding {
    introduction: Introduction,
    threepids: Vec<Threepid>,
    rotations: u8,
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    AskingForDetails,
    LookingUp(GetHashDetailsResponse, AddressLookup),
}

/// How many new peppers are accepted, so that a server that rotates every time cannot keep the flow busy forever.
const ROTATIONS: u8 = 3;

interactive_flow!(Lookup, brings: Vec<(Threepid, UserId)>);

impl Lookup {
    /// Starts the flow. The first request is ready immediately. `seed` varies the waits; any number that differs
    /// between clients will do.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        identity_server: BaseUrl,
        threepids: Vec<Threepid>,
        seed: u64,
    ) -> Self {
        let logic = Finding {
            introduction: Introduction::new(homeserver, user, identity_server),
            threepids,
            rotations: 0,
            state: State::AskingForDetails,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Continues an earlier session: with the identity server's access token, not the homeserver's.
    #[must_use]
    pub fn with_identity_token(mut self, token: AccessToken) -> Self {
        self.0.logic_mut().introduction.set_token(token);
        self
    }
}

impl FlowLogic for Finding {
    type Success = Vec<(Threepid, UserId)>;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Lookup";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Self::Success, FlowError>> {
        loop {
            match &self.state {
                State::AskingForDetails => {
                    AddressLookup::check(&self.threepids)?;
                    let (effort, request) = (
                        Effort::USUAL.within(&CallLimit::OPTIONAL),
                        GetHashDetails::new(),
                    );
                    let called = self.introduction.call_with(context, effort, &request);
                    let details = ready!(called).into_result()?;
                    self.look_up(details)?;
                }
                State::LookingUp(details, lookup) => {
                    match ready!(self.introduction.call(context, lookup.request())) {
                        Called::Done(response) => {
                            let found = lookup.found(&response);
                            let found =
                                found.map(|(threepid, user)| (threepid.clone(), user.clone()));
                            return Poll::Ready(Ok(found.collect()));
                        }
                        Called::Refused(refusal)
                            if refusal.errcode() == Some(&ErrorCode::InvalidPepper)
                                && self.rotations < ROTATIONS =>
                        {
                            self.rotations += 1;
                            match details.after(&refusal.error) {
                                Some(details) => self.look_up(details)?,
                                None => self.state = State::AskingForDetails,
                            }
                        }
                        Called::Refused(refusal) => return Poll::Ready(Err(refusal.into())),
                        Called::Failed(error) => return Poll::Ready(Err(error)),
                    }
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        if self.introduction.is_ready() {
            self
        } else {
            &self.introduction
        }
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        if self.introduction.is_ready() {
            self
        } else {
            &mut self.introduction
        }
    }
}

impl Part for Finding {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::AskingForDetails => "AskingForDetails",
            State::LookingUp(..) => "LookingUp",
        }
    }
}

impl Finding {
    fn look_up(&mut self, details: GetHashDetailsResponse) -> Result<(), FlowError> {
        let lookup = AddressLookup::new(self.threepids.iter().cloned(), &details)?;
        self.state = State::LookingUp(details, lookup);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
