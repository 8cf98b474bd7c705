//! In a sync: account data, presence, typing and receipts.

use hardline::client_api::sync::{JoinedRoom, SyncResponse};
use hardline::types::{DeviceId, PresenceState, UserId};

use super::super::SyncScope;
use crate::homeserver::request_context::RequestContext;
use crate::homeserver::state::Room;

pub(super) fn begin(
    _context: &mut RequestContext<'_>,
    _login: (&UserId, &DeviceId),
    _since: Option<u64>,
    _presence: Option<&PresenceState>,
) {
}

pub(super) fn add(_scope: &SyncScope<'_>, _response: &mut SyncResponse) {}

pub(super) fn add_to_room(
    _scope: &SyncScope<'_>,
    _room: &Room,
    _is_whole: bool,
    _joined: &mut JoinedRoom,
) -> bool {
    false
}
