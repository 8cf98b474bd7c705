use bytes::Bytes;
use hardline::json::{JsonMap, RawJson, RawList, RawMap};
use hardline::types::{EventId, RoomId, UserId};
use hardline::wire::{Auth, Endpoint, Operation};
use hardline_derive::{Request, Response};
use serde::de::DeserializeOwned;

/// Asks what is new, with the rooms as typed values.
#[derive(Request)]
pub(crate) struct Sync {
    since: Option<String>,
}

impl Endpoint for Sync {
    const OPERATION: Operation = Operation::get("sync", "/_matrix/client/v3/sync")
        .auth(Auth::Required)
        .query(&["since"]);
    type Response = SyncResponse;
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(crate) struct SyncResponse {
    next_batch: String,
    #[serde(default)]
    rooms: Rooms,
    #[serde(default)]
    presence: Events,
    #[serde(default)]
    account_data: Events,
    #[serde(default)]
    to_device: Events,
    #[serde(default)]
    device_lists: DeviceLists,
    #[serde(default)]
    device_one_time_keys_count: JsonMap<String, u64>,
    device_unused_fallback_key_types: Option<Vec<String>>,
}

/// Asks what is new, with each room as raw JSON until it is read.
#[derive(Request)]
pub(crate) struct SyncRooms {
    since: Option<String>,
}

impl Endpoint for SyncRooms {
    const OPERATION: Operation = Operation::get("sync", "/_matrix/client/v3/sync")
        .auth(Auth::Required)
        .query(&["since"]);
    type Response = SyncRoomsResponse;
}

#[derive(Response)]
#[expect(dead_code, reason = "most of it is only parsed")]
pub(crate) struct SyncRoomsResponse {
    next_batch: String,
    #[serde(default)]
    pub(crate) rooms: RawRooms,
    #[serde(default)]
    presence: Events,
    #[serde(default)]
    account_data: Events,
    #[serde(default)]
    to_device: Events,
    #[serde(default)]
    device_lists: DeviceLists,
    #[serde(default)]
    device_one_time_keys_count: JsonMap<String, u64>,
    device_unused_fallback_key_types: Option<Vec<String>>,
}

#[derive(Default, Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct Rooms {
    #[serde(default)]
    join: JsonMap<RoomId, JoinedRoom>,
    #[serde(default)]
    invite: JsonMap<RoomId, InvitedRoom>,
    #[serde(default)]
    knock: JsonMap<RoomId, KnockedRoom>,
    #[serde(default)]
    leave: JsonMap<RoomId, LeftRoom>,
}

#[derive(Default, Response)]
pub(crate) struct RawRooms {
    #[serde(default)]
    join: RawMap<RoomId, JoinedRoom>,
    #[serde(default)]
    invite: RawMap<RoomId, InvitedRoom>,
    #[serde(default)]
    knock: RawMap<RoomId, KnockedRoom>,
    #[serde(default)]
    leave: RawMap<RoomId, LeftRoom>,
}

impl RawRooms {
    /// Reads every room, one at a time, and returns how many they are.
    pub(crate) fn read_each(&self) -> usize {
        read_each(&self.join)
            + read_each(&self.invite)
            + read_each(&self.knock)
            + read_each(&self.leave)
    }

    /// The text of the first joined room with more bytes than this.
    pub(crate) fn larger_than(&self, bytes: usize) -> Bytes {
        let mut rooms = self.join.raw().map(|(_, room)| room);
        let room = rooms.find(|room| room.as_bytes().len() > bytes);
        Bytes::copy_from_slice(room.expect("some room is large").as_bytes())
    }
}

fn read_each<T: DeserializeOwned>(rooms: &RawMap<RoomId, T>) -> usize {
    rooms.iter().filter(Result::is_ok).count()
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(crate) struct JoinedRoom {
    #[serde(default)]
    timeline: Timeline,
    #[serde(default)]
    state: Events,
    #[serde(default)]
    account_data: Events,
    #[serde(default)]
    ephemeral: Events,
    #[serde(default)]
    unread_notifications: UnreadCounts,
    #[serde(default)]
    unread_thread_notifications: JsonMap<EventId, UnreadCounts>,
    #[serde(default)]
    summary: RoomSummary,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct InvitedRoom {
    #[serde(default)]
    invite_state: Events,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct KnockedRoom {
    #[serde(default)]
    knock_state: Events,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct LeftRoom {
    #[serde(default)]
    timeline: Timeline,
    #[serde(default)]
    state: Events,
    #[serde(default)]
    account_data: Events,
}

#[derive(Default, Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct Events {
    #[serde(default)]
    events: RawList<RawJson>,
}

#[derive(Default, Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct Timeline {
    #[serde(default)]
    events: RawList<RawJson>,
    prev_batch: Option<String>,
    #[serde(default)]
    limited: bool,
}

#[derive(Default, Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct UnreadCounts {
    #[serde(default)]
    highlight_count: u64,
    #[serde(default)]
    notification_count: u64,
}

#[derive(Default, Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct RoomSummary {
    #[serde(rename = "m.heroes", default)]
    heroes: Vec<UserId>,
    #[serde(rename = "m.joined_member_count")]
    joined_member_count: Option<u64>,
    #[serde(rename = "m.invited_member_count")]
    invited_member_count: Option<u64>,
}

#[derive(Default, Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct DeviceLists {
    #[serde(default)]
    changed: Vec<UserId>,
    #[serde(default)]
    left: Vec<UserId>,
}
