//! In a sync: account data, presence, typing and receipts.

use std::collections::BTreeSet;
use std::time::Duration;

use hardline::client_api::sync::JoinedRoom;
use hardline::json::RawJson;
use hardline::types::{DeviceId, Membership, PresenceState, UserId};
use serde_json::{Value, json};

use super::super::filter;
use super::super::scope::{LONGEST_WAIT, SyncScope};
use crate::homeserver::request_context::RequestContext;
use crate::homeserver::state::{Object, Room, Status, told_of_presence};

/// A sync says that its user is there, as long as it waits.
pub(super) fn begin(
    context: &mut RequestContext<'_>,
    (user_id, _): (&UserId, &DeviceId),
    presence: Option<&PresenceState>,
) {
    let presence = presence.unwrap_or(&PresenceState::Online);
    if *presence == PresenceState::Offline {
        return;
    }
    let arrived = context.arrived();
    let until = arrived + timeout(context).min(LONGEST_WAIT);
    context
        .state
        .mark_syncing(user_id, presence, arrived, until);
}

fn timeout(context: &RequestContext<'_>) -> Duration {
    let query = context.request.uri().query().unwrap_or_default();
    let mut fields = query.split('&');
    let timeout = fields.find_map(|field| field.strip_prefix("timeout="));
    let timeout = timeout.and_then(|timeout| timeout.parse().ok());
    Duration::from_millis(timeout.unwrap_or_default())
}

/// What changed of what the account keeps.
pub(super) fn account_data(scope: &SyncScope<'_>) -> impl Iterator<Item = RawJson> {
    let wanted = &scope.selection.account_data;
    let data = &scope.state.people.account_data;
    let data = data.since(scope.viewer.user_id, None, scope.since);
    let data = data.filter(|(data_type, _)| filter::fits_plain(data_type, None, wanted));
    data.map(|(data_type, content)| event(data_type, content))
}

/// Of those who share a room: what changed, and what is not known yet because the room is new to one of them.
pub(super) fn presence(scope: &SyncScope<'_>) -> Vec<RawJson> {
    let user_id = scope.viewer.user_id;
    let all = &scope.state.people.presence;
    let audience = scope.state.presence_audience(user_id);
    let met = newly_met(scope);
    let changed = all.since(scope.since).map(|(other, _)| other);
    let told: BTreeSet<&UserId> = changed
        .filter(|other| *other == user_id || audience.contains(*other))
        .chain(&met)
        .filter(|other| filter::fits_plain("m.presence", Some(other), &scope.selection.presence))
        .collect();
    let statuses = told
        .into_iter()
        .filter_map(|other| Some((other, all.of(other)?)));
    statuses
        .map(|(other, status)| presence_event(scope, other, status))
        .collect()
}

/// The users who have come into one of the viewer's rooms, or whose rooms the viewer has come into.
fn newly_met(scope: &SyncScope<'_>) -> BTreeSet<UserId> {
    let user_id = scope.viewer.user_id;
    let mut met = BTreeSet::new();
    let Some(since) = scope.since else {
        return met;
    };
    for room in scope.state.rooms.of_user(user_id) {
        let known = room.end_at(since);
        let new = &room.events()[known..];
        let joined = new.iter().filter(|event| {
            event.event_type == "m.room.member" && event.membership() == Membership::Join
        });
        let users = joined.filter_map(|event| UserId::parse(event.state_key.clone()?).ok());
        let come = users.filter(|user| room.membership_at(known, user) != Membership::Join);
        let come: BTreeSet<UserId> = come.collect();
        if come.is_empty() || !room.is_joined(user_id) {
            continue;
        }
        let told = told_of_presence(room).into_iter();
        if come.contains(user_id) {
            met.extend(told);
        } else {
            met.extend(told.filter(|other| come.contains(other)));
        }
    }
    met
}

fn presence_event(scope: &SyncScope<'_>, user_id: &UserId, status: &Status) -> RawJson {
    let content = RawJson::new(&status.shown(scope.now()));
    let content = content.expect("a status has a JSON form");
    raw(&json!({"type": "m.presence", "sender": user_id, "content": content}))
}

pub(super) fn add_to_room(
    scope: &SyncScope<'_>,
    room: &Room,
    is_whole: bool,
    joined: &mut JoinedRoom,
) -> bool {
    let people = &scope.state.people;
    let (room_id, user_id) = (&room.room_id, scope.viewer.user_id);
    let since = scope.since.filter(|_| !is_whole);
    let data = people.account_data.since(user_id, Some(room_id), since);
    let data = data.filter(|(data_type, _)| {
        filter::fits_section(data_type, None, room_id, &scope.selection.room_account_data)
    });
    let data: Vec<RawJson> = data
        .map(|(data_type, content)| event(data_type, content))
        .collect();

    let is_wanted = |event_type: &str| {
        filter::fits_section(event_type, None, room_id, &scope.selection.ephemeral)
    };
    let typing = people.typing.since(room_id, since);
    let typing = typing.filter(|_| is_wanted("m.typing")).map(|users| {
        let mut content = Object::new();
        content.insert("user_ids".to_owned(), json!(users));
        event("m.typing", content)
    });
    let receipts = people.receipts.since(room_id, user_id, since);
    let receipts = receipts.filter(|_| is_wanted("m.receipt"));
    let receipts = receipts.map(|content| event("m.receipt", content));
    let ephemeral: Vec<RawJson> = typing.into_iter().chain(receipts).collect();

    let has_news = !data.is_empty() || !ephemeral.is_empty();
    joined.account_data.events = data.into_iter().collect();
    joined.ephemeral.events = ephemeral.into_iter().collect();
    has_news
}

fn event(event_type: &str, content: Object) -> RawJson {
    raw(&json!({"type": event_type, "content": content}))
}

fn raw(value: &Value) -> RawJson {
    RawJson::new(value).expect("a JSON value has a JSON form")
}
