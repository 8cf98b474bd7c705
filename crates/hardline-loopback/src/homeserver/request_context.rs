use bytes::Bytes;
use hardline::types::{DeviceId, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::Request;

use super::data::HomeserverData;
use super::errors::unauthorized;
use super::state::State;
use crate::Caller;
use crate::handlers::{Arrived, Exchange, Handlers, Wait};
use crate::html::Page;
use crate::identity_server::Trusted;
use crate::server_info::ServerInfo;

/// What a handler works with during one request. The state is locked meanwhile.
pub(super) struct RequestContext<'a> {
    pub(super) state: &'a mut State,
    pub(super) server: &'a ServerInfo,
    /// The identity server that the homeserver trusts.
    pub(super) trusted: Option<&'a Trusted>,
    pub(super) caller: &'a Caller,
    pub(super) request: &'a Request<Bytes>,
    /// Set by a handler that would rather respond later.
    pub(super) wait: Option<Wait>,
}

impl RequestContext<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// When the request arrived: earlier than now if it waited for changes.
    pub(super) fn arrived(&self) -> Timestamp {
        let arrived = self.request.extensions().get::<Arrived>();
        arrived.map_or(self.now(), |Arrived(when)| *when)
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

impl Handlers<HomeserverData> {
    /// Handles a page's request, with fields in its query or in a form, with a function of the state.
    pub(super) fn show_with<E: ServerEndpoint>(
        &mut self,
        show: fn(&mut RequestContext<'_>, E) -> Result<Page, ErrorResponse>,
    ) {
        self.show(move |exchange, caller, operation| {
            with_context(&exchange, caller, |context| show(context, operation))
        });
    }

    /// Handles an operation with a function of the state.
    pub(super) fn answer_with<E: ServerEndpoint>(
        &mut self,
        answer: fn(&mut RequestContext<'_>, E) -> Result<E::Response, ErrorResponse>,
    ) {
        self.add(move |exchange, caller, operation| {
            with_context(&exchange, caller, |context| answer(context, operation))
        });
    }
}

fn with_context<R>(
    exchange: &Exchange<'_, HomeserverData>,
    caller: &Caller,
    answer: impl FnOnce(&mut RequestContext<'_>) -> R,
) -> R {
    let homeserver = exchange.server;
    let mut state = homeserver.state();
    state.pass_time(caller.now);
    let mut context = RequestContext {
        state: &mut state,
        server: &homeserver.info,
        trusted: homeserver.identity_server.get(),
        caller,
        request: exchange.request,
        wait: None,
    };
    let answer = answer(&mut context);
    exchange.wait.set(context.wait);
    homeserver.conclude(state);
    answer
}
