//! As whom an application service acts.
//!
//! Specification: [identity assertion](https://spec.matrix.org/v1.19/application-service-api/#identity-assertion).

use hardline::types::{AccessToken, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, acting_as};
use http::Request;

use super::errors::forbidden;
use super::state::State;
use crate::Caller;
use crate::server_info::ServerInfo;

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
