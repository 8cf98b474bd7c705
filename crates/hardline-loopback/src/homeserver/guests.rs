//! What guests may do.
//!
//! Specification: [guest access](https://spec.matrix.org/v1.19/client-server-api/#guest-access).

use hardline::wire::server::ErrorResponse;
use hardline::wire::{Auth, ErrorCode, Operation};
use http::StatusCode;

/// The operations for guests: those of the specification, and the reading ones that Synapse adds.
const ALLOWED: &[&str] = &[
    // To read rooms.
    "getRoomState",
    "getRoomStateWithKey",
    "getEventContext",
    "getOneRoomEvent",
    "getRoomEvents",
    "getMembersByRoom",
    "getJoinedMembersByRoom",
    "getRelatingEvents",
    "getRelatingEventsWithRelType",
    "getRelatingEventsWithRelTypeAndEventType",
    "getThreadRoots",
    "roomInitialSync",
    "peekEvents",
    "sync",
    "msc4186SlidingSync",
    "getJoinedRooms",
    "getPublicRooms",
    "queryPublicRooms",
    "getRoomSummary",
    "getSpaceHierarchy",
    "getContentAuthed",
    "getContentOverrideNameAuthed",
    "getContentThumbnailAuthed",
    "getConfigAuthed",
    // To be in them.
    "joinRoom",
    "joinRoomById",
    "leaveRoom",
    "sendMessage",
    "setRoomStateWithKey",
    "sendToDevice",
    // To keep their own account.
    "setProfileField",
    "getDevices",
    "getDevice",
    "updateDevice",
    "getTokenOwner",
    "getCapabilities",
    // To encrypt.
    "uploadKeys",
    "queryKeys",
    "claimKeys",
    "getKeysChanges",
];

/// Refuses what guests may not do. What needs no token, they may.
pub(super) fn check(operation: &Operation) -> Result<(), ErrorResponse> {
    let needs_user = operation.auth != Auth::Optional || operation.uia;
    if needs_user && !ALLOWED.contains(&operation.id) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::GuestAccessForbidden,
            "guests may not do this: register an account",
        ));
    }
    Ok(())
}
