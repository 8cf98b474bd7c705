use bytes::Bytes;
use hardline::types::{DeviceId, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::Request;

use super::pages::Page;
use super::state::State;
use super::{Caller, Homeserver, unauthorized};

/// One request's time with the state.
pub(super) struct RequestContext<'a> {
    pub(super) state: &'a mut State,
    /// Its name, its URL and its inbox; its state is locked, by this turn.
    pub(super) homeserver: &'a Homeserver,
    pub(super) caller: &'a Caller,
    pub(super) request: &'a Request<Bytes>,
}

impl RequestContext<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The user and the device whose token came with the request.
    pub(super) fn login(&self) -> Result<(&UserId, &DeviceId), ErrorResponse> {
        match (&self.caller.user_id, &self.caller.device_id) {
            (Some(user_id), Some(device_id)) => Ok((user_id, device_id)),
            _ => Err(unauthorized(
                ErrorCode::MissingToken,
                "the request has no access token",
            )),
        }
    }

    pub(super) fn user_id(&self) -> Result<UserId, ErrorResponse> {
        self.login().map(|(user_id, _)| user_id.clone())
    }
}

impl Homeserver {
    /// Answers a page's request, whose fields stand in its query or in the form that it sends, with a function of the state.
    pub(super) fn show_with<E: ServerEndpoint>(
        &mut self,
        show: fn(&mut RequestContext<'_>, E) -> Result<Page, ErrorResponse>,
    ) {
        self.handlers.show(move |exchange, caller, operation| {
            let mut context = RequestContext {
                state: &mut exchange.server.state(),
                homeserver: exchange.server,
                caller,
                request: exchange.request,
            };
            show(&mut context, operation)
        });
    }

    /// Answers an operation with a function of the state.
    pub(super) fn answer_with<E: ServerEndpoint>(
        &mut self,
        answer: fn(&mut RequestContext<'_>, E) -> Result<E::Response, ErrorResponse>,
    ) {
        self.handlers.add(move |exchange, caller, operation| {
            let mut context = RequestContext {
                state: &mut exchange.server.state(),
                homeserver: exchange.server,
                caller,
                request: exchange.request,
            };
            answer(&mut context, operation)
        });
    }
}
