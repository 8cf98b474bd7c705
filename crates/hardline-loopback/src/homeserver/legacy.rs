//! What a homeserver no longer has when only its authorization server logs users in, as Synapse has it before
//! matrix-authentication-service.

use hardline::wire::server::ErrorResponse;
use hardline::wire::{ErrorCode, Operation};
use http::StatusCode;

/// The operations that are gone. `getAccount3PIDs` stays.
const GONE: &[&str] = &[
    "getLoginFlows",
    "login",
    "generateLoginToken",
    "redirectToSSO",
    "redirectToIdP",
    "refresh",
    "logout",
    "logout_all",
    "checkUsernameAvailability",
    "registrationTokenValidity",
    "requestTokenToRegisterEmail",
    "requestTokenToRegisterMSISDN",
    "requestTokenToResetPasswordEmail",
    "requestTokenToResetPasswordMSISDN",
    "changePassword",
    "deactivateAccount",
    "deleteDevice",
    "deleteDevices",
    "requestTokenTo3PIDEmail",
    "requestTokenTo3PIDMSISDN",
    "post3PIDs",
    "add3PID",
    "delete3pidFromAccount",
];

/// Refuses what the authorization server does instead.
pub(super) fn check(operation: &Operation) -> Result<(), ErrorResponse> {
    if operation.id == "register" {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "registration is disabled: register at the authorization server",
        ));
    }
    if GONE.contains(&operation.id) {
        return Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::Unrecognized,
            "unrecognized request",
        ));
    }
    Ok(())
}
