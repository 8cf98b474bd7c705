use hardline::types::{Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{Refusal, Served};
use http::StatusCode;

use super::IdentityServer;
use super::state::State;
use crate::{Caller, Homeserver};

/// One request's time with the state.
pub(super) struct Turn<'a> {
    pub(super) state: &'a mut State,
    /// Its name, its URL, its users and its inbox.
    pub(super) homeserver: &'a Homeserver,
    pub(super) caller: &'a Caller,
}

impl Turn<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The user whose token came with the request.
    pub(super) fn user_id(&self) -> Result<&UserId, Refusal> {
        self.caller.user_id.as_ref().ok_or_else(|| {
            Refusal::new(
                StatusCode::UNAUTHORIZED,
                ErrorCode::Unauthorized,
                "the request has no access token",
            )
        })
    }
}

impl IdentityServer {
    /// Answers an operation with a function of the state.
    pub(super) fn answer_with<E: Served>(
        &mut self,
        answer: fn(&mut Turn<'_>, E) -> Result<E::Response, Refusal>,
    ) {
        self.handlers.add(move |exchange, caller, operation| {
            let mut turn = Turn {
                state: &mut exchange.server.state(),
                homeserver: &exchange.server.homeserver,
                caller,
            };
            answer(&mut turn, operation)
        });
    }
}
