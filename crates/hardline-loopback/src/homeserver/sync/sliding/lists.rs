use std::collections::BTreeSet;

use hardline::client_api::unstable::msc4186::ListFilters;
use hardline::types::{Membership, RoomId, RoomType};

use super::super::scope::SyncScope;
use crate::homeserver::state::{Event, Room};

/// The events that bring a room to the top.
const BUMPING: [&str; 8] = [
    "m.room.create",
    "m.room.message",
    "m.room.encrypted",
    "m.sticker",
    "m.call.invite",
    "m.poll.start",
    "org.matrix.msc3381.poll.start",
    "m.beacon_info",
];

/// The rooms of a list, the one in which something happened last first.
pub(super) fn rooms(scope: &SyncScope<'_>, filters: Option<&ListFilters>) -> Vec<RoomId> {
    let user_id = scope.viewer.user_id;
    let direct = scope.state.direct_rooms_of(user_id);
    let rooms = scope.state.rooms.of_user(user_id);
    let mut rooms: Vec<&Room> = rooms
        .filter(|room| is_listed(scope, room))
        .filter(|room| filters.is_none_or(|filters| fits(scope, room, filters, &direct)))
        .collect();
    rooms.sort_by_key(|room| std::cmp::Reverse(bump_stamp(scope, room)));
    rooms.into_iter().map(|room| room.room_id.clone()).collect()
}

/// Whether a user may subscribe to a room.
pub(super) fn may_see(scope: &SyncScope<'_>, room_id: &RoomId) -> bool {
    let room = scope.state.rooms.get(room_id);
    room.is_some_and(|room| is_listed(scope, room) || room.is_world_readable())
}

/// Whether a room is the user's: they are in it or asked in, or have left it since the client last heard of it.
fn is_listed(scope: &SyncScope<'_>, room: &Room) -> bool {
    let membership = room.memberships_of(scope.viewer.user_id).last();
    membership.is_some_and(|event| match event.membership() {
        Membership::Join | Membership::Knock => true,
        Membership::Invite => !scope.ignores(&event.sender),
        _ => {
            let is_news = scope.since.is_some_and(|since| event.position > since);
            // Whoever rejected an invitation knows that.
            is_news && (event.sender != *scope.viewer.user_id || has_joined(room, event))
        }
    })
}

fn has_joined(room: &Room, left: &Event) -> bool {
    let before = left.replaces.map(|place| room.event(place));
    before.is_some_and(|before| before.membership() == Membership::Join)
}

/// When something last happened in a room, as a place in the stream.
pub(super) fn bump_stamp(scope: &SyncScope<'_>, room: &Room) -> u64 {
    let user_id = scope.viewer.user_id;
    if !room.is_joined(user_id) {
        let membership = room.memberships_of(user_id).last();
        return membership.map_or(0, |event| event.position);
    }
    let bumping = room.events().iter().rev();
    let mut bumping = bumping.filter(|event| BUMPING.contains(&event.event_type.as_str()));
    bumping.next().map_or(0, |event| event.position)
}

fn fits(
    scope: &SyncScope<'_>,
    room: &Room,
    filters: &ListFilters,
    direct: &BTreeSet<RoomId>,
) -> bool {
    let user_id = scope.viewer.user_id;
    let is_invite = room.membership(user_id) == Membership::Invite;
    let is_encrypted = room.state("m.room.encryption", "").is_some();
    let create = room.create_event();
    let room_type = create
        .and_then(|event| event.text("type"))
        .map(RoomType::from);
    let tags = scope.state.tags_of(user_id, &room.room_id);
    let has_any = |wanted: &[String]| wanted.iter().any(|tag| tags.contains(tag));
    let in_space = |space: &RoomId| {
        let space = scope.state.rooms.get(space);
        let child = space.and_then(|space| space.state("m.space.child", room.room_id.as_str()));
        child.is_some_and(|child| child.content.contains_key("via"))
    };
    let is = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
    is(filters.is_dm, direct.contains(&room.room_id))
        && is(filters.is_encrypted, is_encrypted)
        && is(filters.is_invite, is_invite)
        && filters
            .room_types
            .as_ref()
            .is_none_or(|only| only.contains(&room_type))
        && !filters
            .not_room_types
            .as_ref()
            .is_some_and(|not| not.contains(&room_type))
        && filters.tags.as_deref().is_none_or(has_any)
        && !filters.not_tags.as_deref().is_some_and(has_any)
        && filters
            .spaces
            .as_ref()
            .is_none_or(|spaces| spaces.iter().any(in_space))
}
