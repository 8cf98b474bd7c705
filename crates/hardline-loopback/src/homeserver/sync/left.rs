use hardline::client_api::sync::LeftRoom;

use super::super::state::Room;
use super::joined;
use super::scope::SyncScope;

/// A room that the user has left since, or any time before if they want to hear of that; `None` if they do not.
pub(super) fn left(scope: &SyncScope<'_>, room: &Room) -> Option<LeftRoom> {
    let user_id = scope.viewer.user_id;
    let has_left_before = scope.since.is_none();
    let is_wanted = !has_left_before || scope.selection.room.include_leave == Some(true);
    if !is_wanted || room.forgotten.contains(user_id) {
        return None;
    }
    let last = room.memberships_of(user_id).last()?;
    let end = room.place_of(&last.event_id)? + 1;
    Some(joined::left(scope, room, end))
}
