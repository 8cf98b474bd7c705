//! As whom an application service acts.
//!
//! Specification: [identity assertion](https://spec.matrix.org/v1.19/application-service-api/#identity-assertion).

use hardline::types::{AccessToken, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, access_token, acting_as};
use http::{Request, StatusCode};

use super::errors::unauthorized;
use super::request_context::RequestContext;
use super::state::State;
use crate::server_info::ServerInfo;
use crate::{ApplicationService, Caller};

/// The caller whose token is an application service's; `None` if it is not.
///
/// # Errors
/// `M_FORBIDDEN`: the service may not act as this user. `M_UNKNOWN_DEVICE`: the user has no such device.
pub(super) fn caller<B>(
    state: &State,
    server: &ServerInfo,
    now: Timestamp,
    token: &AccessToken,
    request: &Request<B>,
) -> Result<Option<Caller>, ErrorResponse> {
    let Some(service) = state.application_services.with_token(token) else {
        return Ok(None);
    };
    let own = || UserId::from_parts(&service.sender, server.server_name());
    let (user_id, device_id) = acting_as(request)?;
    let user_id = match user_id {
        Some(user_id) => user_id,
        None => own().map_err(|_| forbidden("the application service has no user"))?,
    };
    let is_local = user_id.server_name().as_ref() == Some(server.server_name());
    if !is_local || !service.has_user(user_id.localpart()) {
        return Err(forbidden("the application service cannot act as this user"));
    }
    if !state.accounts.is_active(&user_id) {
        return Err(forbidden(
            "the application service has not registered this user",
        ));
    }
    if let Some(device_id) = &device_id {
        let devices = state.devices_of(&user_id);
        if !devices.iter().any(|known| known.device_id == *device_id) {
            return Err(ErrorResponse::bad_request(
                ErrorCode::UnknownDevice,
                "the user has no such device",
            ));
        }
    }
    let mut caller = Caller::anonymous(now);
    caller.user_id = Some(user_id);
    caller.device_id = device_id;
    caller.access_token = Some(token.clone());
    caller.application_service = Some(service.id.clone());
    Ok(Some(caller))
}

impl RequestContext<'_> {
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
}

fn forbidden(message: &str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
}
