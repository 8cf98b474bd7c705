use bytes::Bytes;
use hardline::types::{DeviceId, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{Refusal, Served};
use http::Request;

use super::pages::Page;
use super::state::State;
use super::{Caller, Homeserver, unauthorized};

/// One request's time with the state.
pub(super) struct Turn<'a> {
    pub(super) state: &'a mut State,
    /// Its name, its URL and its inbox; its state is locked, by this turn.
    pub(super) homeserver: &'a Homeserver,
    pub(super) caller: &'a Caller,
    pub(super) request: &'a Request<Bytes>,
}

impl Turn<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The user and the device whose token came with the request.
    pub(super) fn login(&self) -> Result<(&UserId, &DeviceId), Refusal> {
        match (&self.caller.user_id, &self.caller.device_id) {
            (Some(user_id), Some(device_id)) => Ok((user_id, device_id)),
            _ => Err(unauthorized(
                ErrorCode::MissingToken,
                "the request has no access token",
            )),
        }
    }

    pub(super) fn user_id(&self) -> Result<UserId, Refusal> {
        self.login().map(|(user_id, _)| user_id.clone())
    }
}

impl Homeserver {
    /// Answers a page's request, whose fields stand in its query or in the form that it sends, with a function of the state.
    pub(super) fn show_with<E: Served>(
        &mut self,
        show: fn(&mut Turn<'_>, E) -> Result<Page, Refusal>,
    ) {
        self.handlers.show(move |exchange, caller, operation| {
            let mut turn = Turn {
                state: &mut exchange.server.state(),
                homeserver: exchange.server,
                caller,
                request: exchange.request,
            };
            show(&mut turn, operation)
        });
    }

    /// Answers an operation with a function of the state.
    pub(super) fn answer_with<E: Served>(
        &mut self,
        answer: fn(&mut Turn<'_>, E) -> Result<E::Response, Refusal>,
    ) {
        self.handlers.add(move |exchange, caller, operation| {
            let mut turn = Turn {
                state: &mut exchange.server.state(),
                homeserver: exchange.server,
                caller,
                request: exchange.request,
            };
            answer(&mut turn, operation)
        });
    }
}
