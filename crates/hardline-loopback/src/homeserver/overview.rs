//! What there is, for people who look at it.

use hardline::client_api::devices::Device;
use hardline::types::{Membership, RoomId, UserId};
use serde_json::{Value, json};

use super::Homeserver;
use super::state::{Event, Room, State};
use crate::shortened::shortened;

/// How many accounts, rooms, and events of a room are listed.
const MOST: usize = 100;
/// How many sessions of an account are listed.
const MOST_SESSIONS: usize = 20;
/// How many bytes of a text are shown.
const LONGEST: usize = 2 * 1024;

impl Homeserver {
    /// The accounts with their addresses and sessions. It has no secrets.
    pub(crate) fn accounts_overview(&self) -> Value {
        let state = self.data.unchanged_state();
        let users = state.accounts.users();
        let total = users.len();
        let accounts: Vec<_> = users
            .take(MOST)
            .map(|user_id| account(&state, user_id))
            .collect();
        json!({ "total": total, "accounts": accounts })
    }

    /// The rooms, those first in which something happened last.
    pub(crate) fn rooms_overview(&self) -> Value {
        let state = self.data.unchanged_state();
        let mut rooms: Vec<_> = state.rooms.iter().collect();
        let total = rooms.len();
        let newest = |room: &Room| room.events().last().map_or(0, |event| event.position);
        rooms.sort_unstable_by_key(|room| std::cmp::Reverse(newest(room)));
        rooms.truncate(MOST);
        let rooms: Vec<_> = rooms.into_iter().map(room_overview).collect();
        json!({ "total": total, "rooms": rooms })
    }

    /// The last events of a room, the newest first.
    pub(crate) fn timeline_overview(&self, room_id: &RoomId) -> Option<Value> {
        let state = self.data.unchanged_state();
        let room = state.rooms.get(room_id)?;
        let newest_first = room.events().iter().rev();
        let events: Vec<_> = newest_first.take(MOST).map(event_overview).collect();
        Some(json!({ "total": room.events().len(), "events": events }))
    }
}

fn account(state: &State, user_id: &UserId) -> Value {
    let accounts = &state.accounts;
    let kind = if accounts.is_deactivated(user_id) {
        "deactivated"
    } else if accounts.is_guest(user_id) {
        "guest"
    } else if accounts.is_bridged(user_id) {
        "of an application service"
    } else if state.moderation.administrators.contains(user_id) {
        "administrator"
    } else {
        "user"
    };
    let addresses = accounts.threepids(user_id).iter();
    let addresses: Vec<_> = addresses
        .take(MOST_SESSIONS)
        .map(|known| json!({ "medium": known.medium.as_str(), "address": known.address }))
        .collect();
    let sessions = state.devices_of(user_id);
    let total = sessions.len();
    let sessions: Vec<_> = sessions.iter().take(MOST_SESSIONS).map(session).collect();
    json!({
        "user_id": user_id,
        "kind": kind,
        "addresses": addresses,
        "total_sessions": total,
        "sessions": sessions,
    })
}

fn session(device: &Device) -> Value {
    json!({
        "device_id": device.device_id,
        "display_name": device.display_name.as_deref().map(shown),
        "last_seen": device.last_seen_ts,
        "address": device.last_seen_ip,
    })
}

fn room_overview(room: &Room) -> Value {
    let text = |event_type, name| room.state_text(event_type, name).map(shown);
    json!({
        "room_id": room.room_id,
        "name": text("m.room.name", "name"),
        "alias": text("m.room.canonical_alias", "alias"),
        "version": room.version,
        "joined": room.members(&Membership::Join).count(),
        "invited": room.members(&Membership::Invite).count(),
        "events": room.events().len(),
        "at": room.events().last().map(|event| event.origin_server_ts),
    })
}

fn event_overview(event: &Event) -> Value {
    let content = Value::Object(event.content.clone()).to_string();
    json!({
        "event_id": event.event_id,
        "type": shown(&event.event_type),
        "sender": event.sender,
        "state_key": event.state_key.as_deref().map(shown),
        "at": event.origin_server_ts,
        "body": event.text("body").map(shown),
        "content": shown(&content),
        "is_redacted": event.redacted_by.is_some(),
    })
}

fn shown(text: &str) -> String {
    let shown = shortened(text, LONGEST);
    if shown.len() == text.len() {
        return text.to_owned();
    }
    format!("{shown}…")
}
