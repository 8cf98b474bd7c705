use hardline::types::UserId;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{ErrorCode, Operation};
use http::StatusCode;

use super::super::errors::unauthorized;
use super::super::state::State;

/// What users still do whose account is locked.
const WHEN_LOCKED: [&str; 2] = ["logout", "logout_all"];

/// What users do not do while their account is suspended: they say nothing to others and enter nowhere, but they read,
/// leave, and take back what they said.
///
/// Specification: [account suspension](https://spec.matrix.org/v1.19/client-server-api/#account-suspension).
const NOT_WHEN_SUSPENDED: &[&str] = &[
    "ban",
    "createRoom",
    "deleteProfileField",
    "deleteRoomAlias",
    "inviteBy3PID",
    "inviteUser",
    "joinRoom",
    "joinRoomById",
    "kick",
    "knockRoom",
    "msc4140ScheduleDelayedEvent",
    "msc4140SendDelayedEvent",
    "msc4140SetDelayedState",
    "msc4194RedactUser",
    "msc4437ReplaceProfile",
    "sendMessage",
    "setProfileField",
    "setRoomAlias",
    "setRoomStateWithKey",
    "setRoomVisibilityOnDirectory",
    "setTyping",
    "unban",
    "upgradeRoom",
];

/// Whether a user may do this at all, as far as the administrators are concerned.
///
/// # Errors
/// `M_USER_LOCKED`, `M_USER_SUSPENDED`.
pub(in crate::homeserver) fn check(
    state: &State,
    user_id: &UserId,
    operation: &Operation,
) -> Result<(), ErrorResponse> {
    if !WHEN_LOCKED.contains(&operation.id) {
        check_locked(state, user_id)?;
    }
    if state.moderation.suspended.contains(user_id) && NOT_WHEN_SUSPENDED.contains(&operation.id) {
        return Err(suspended());
    }
    Ok(())
}

/// # Errors
/// `M_USER_LOCKED`: the user may only log out.
pub(in crate::homeserver) fn check_locked(
    state: &State,
    user_id: &UserId,
) -> Result<(), ErrorResponse> {
    if state.moderation.locked.contains(user_id) {
        let locked = unauthorized(ErrorCode::UserLocked, "the account is locked");
        return Err(locked.with("soft_logout", &true));
    }
    Ok(())
}

pub(in crate::homeserver) fn suspended() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::UserSuspended,
        "the account is suspended",
    )
}
