use hardline::types::{Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::StatusCode;

use super::IdentityServer;
use super::state::State;
use crate::{Caller, Homeserver};

/// One request's time with the state.
pub(super) struct RequestContext<'a> {
    pub(super) state: &'a mut State,
    /// Its name, its URL, its users and its inbox.
    pub(super) homeserver: &'a Homeserver,
    pub(super) caller: &'a Caller,
}

impl RequestContext<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The user whose token came with the request.
    pub(super) fn user_id(&self) -> Result<&UserId, ErrorResponse> {
        self.caller.user_id.as_ref().ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::UNAUTHORIZED,
                ErrorCode::Unauthorized,
                "the request has no access token",
            )
        })
    }
}

impl IdentityServer {
    /// Answers an operation with a function of the state.
    pub(super) fn answer_with<E: ServerEndpoint>(
        &mut self,
        answer: fn(&mut RequestContext<'_>, E) -> Result<E::Response, ErrorResponse>,
    ) {
        self.handlers.add(move |exchange, caller, operation| {
            let mut context = RequestContext {
                state: &mut exchange.server.state(),
                homeserver: &exchange.server.homeserver,
                caller,
            };
            answer(&mut context, operation)
        });
    }
}
