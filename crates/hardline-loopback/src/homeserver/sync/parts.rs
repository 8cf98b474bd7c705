//! What a sync has beside events of rooms, each from the part of the state that keeps it.

mod keys;
mod people;
mod push;

use hardline::client_api::sync::{JoinedRoom, SyncResponse};
use hardline::types::{DeviceId, PresenceState, UserId};

use super::super::request_context::RequestContext;
use super::super::state::Room;
use super::scope::SyncScope;

/// What a sync does before it looks for news: it is a sign of life, and what it says that it knows need not be kept.
pub(super) fn begin(
    context: &mut RequestContext<'_>,
    login: (&UserId, &DeviceId),
    since: Option<u64>,
    presence: Option<&PresenceState>,
) {
    keys::begin(context, login, since, presence);
    people::begin(context, login, presence);
}

/// Adds what is new outside of rooms.
pub(super) fn add(scope: &SyncScope<'_>, response: &mut SyncResponse) {
    keys::add(scope, response);
    let account_data = people::account_data(scope).chain(push::rules(scope));
    response.account_data.events = account_data.collect();
    response.presence.events = people::presence(scope).into_iter().collect();
}

/// Adds what is new in a room beside its events. Returns whether there is anything.
pub(super) fn add_to_room(
    scope: &SyncScope<'_>,
    room: &Room,
    is_whole: bool,
    joined: &mut JoinedRoom,
) -> bool {
    let mut has_news = keys::add_to_room(scope, room, is_whole, joined);
    has_news |= people::add_to_room(scope, room, is_whole, joined);
    push::add_to_room(scope, room, joined);
    has_news
}
