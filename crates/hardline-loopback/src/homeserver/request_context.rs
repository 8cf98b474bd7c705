use std::sync::LazyLock;

use bytes::Bytes;
use hardline::types::{DeviceId, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint, access_token};
use http::{Request, Response, StatusCode};

use super::data::HomeserverData;
use super::errors::unauthorized;
use super::state::State;
use crate::handlers::{Arrived, Errand, Exchange, Handlers, Reports, Undelivered, Wait};
use crate::html::Page;
use crate::identity_server::Trusted;
use crate::server_info::ServerInfo;
use crate::{ApplicationService, Caller};

/// What stands for the device of an application service that acts as none.
static NO_DEVICE: LazyLock<DeviceId> =
    LazyLock::new(|| DeviceId::parse("application service").expect("it is valid"));

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
    /// Set by a handler that has to ask another server first.
    errand: Option<Errand>,
    /// How many other servers it has asked.
    asked: usize,
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

    /// What another server on this machine responds. The request is sent once the handler has returned the error, and then
    /// the handler is called again: what stands before this is done twice.
    ///
    /// # Errors
    /// The refusal to return now. The inner error says why there is no response.
    pub(super) fn ask(
        &mut self,
        errand: Errand,
    ) -> Result<Result<Response<Bytes>, Undelivered>, ErrorResponse> {
        let reports = self.request.extensions().get::<Reports>();
        let report = reports.and_then(|Reports(reports)| reports.get(self.asked));
        self.asked += 1;
        report.cloned().ok_or_else(|| {
            self.errand = Some(errand);
            ErrorResponse::new(
                StatusCode::BAD_GATEWAY,
                ErrorCode::Unknown,
                "without sockets, no other server can be asked",
            )
        })
    }

    /// Whether the handler waits for another server.
    pub(super) fn is_asking(&self) -> bool {
        self.errand.is_some()
    }

    /// The application service whose token came with the request, whether the operation takes one or not.
    ///
    /// # Errors
    /// `M_MISSING_TOKEN` or `M_UNKNOWN_TOKEN`.
    pub(super) fn application_service(&self) -> Result<&ApplicationService, ErrorResponse> {
        let token = access_token(self.request).ok_or_else(|| {
            unauthorized(ErrorCode::MissingToken, "the request has no access token")
        })?;
        let service = self.state.application_services.with_token(&token);
        service.ok_or_else(|| {
            let message = "the access token is no application service's";
            unauthorized(ErrorCode::UnknownToken, message)
        })
    }

    /// The user and the device whose token came with the request.
    pub(super) fn login(&self) -> Result<(&UserId, &DeviceId), ErrorResponse> {
        match (&self.caller.user_id, &self.caller.device_id) {
            (Some(user_id), Some(device_id)) => Ok((user_id, device_id)),
            (Some(user_id), None) if self.caller.application_service.is_some() => {
                Ok((user_id, &NO_DEVICE))
            }
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

pub(super) fn with_context<R>(
    exchange: &Exchange<'_, HomeserverData>,
    caller: &Caller,
    answer: impl FnOnce(&mut RequestContext<'_>) -> R,
) -> R {
    let homeserver = exchange.server;
    homeserver.change(|state| {
        state.pass_time(caller.now);
        let mut context = RequestContext {
            state,
            server: &homeserver.info,
            trusted: homeserver.identity_server.get(),
            caller,
            request: exchange.request,
            wait: None,
            errand: None,
            asked: 0,
        };
        let answer = answer(&mut context);
        exchange.wait.set(context.wait);
        exchange.errand.set(context.errand);
        answer
    })
}
