use hardline::types::{Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::StatusCode;

use super::data::IdentityServerData;
use super::state::State;
use crate::Caller;
use crate::handlers::Handlers;
use crate::server_info::ServerInfo;

/// What a handler works with during one request. The state is locked meanwhile.
pub(super) struct RequestContext<'a> {
    pub(super) state: &'a mut State,
    /// The homeserver's name, its URL and its inbox.
    pub(super) server: &'a ServerInfo,
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

impl Handlers<IdentityServerData> {
    /// Handles an operation with a function of the state.
    pub(super) fn answer_with<E: ServerEndpoint>(
        &mut self,
        answer: fn(&mut RequestContext<'_>, E) -> Result<E::Response, ErrorResponse>,
    ) {
        self.add(move |exchange, caller, operation| {
            let mut context = RequestContext {
                state: &mut exchange.server.state(),
                server: exchange.server.homeserver.info(),
                caller,
            };
            answer(&mut context, operation)
        });
    }
}
