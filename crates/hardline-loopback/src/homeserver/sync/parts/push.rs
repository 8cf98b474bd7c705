//! In a sync: the numbers of what the user has not read.

use hardline::client_api::sync::{JoinedRoom, SyncResponse};

use super::super::SyncScope;
use crate::homeserver::state::Room;

pub(super) fn add(_scope: &SyncScope<'_>, _response: &mut SyncResponse) {}

pub(super) fn add_to_room(
    _scope: &SyncScope<'_>,
    _room: &Room,
    _is_whole: bool,
    _joined: &mut JoinedRoom,
) -> bool {
    false
}
