use hardline_derive::Response;

use crate::client_api::sync::{
    DeviceLists, Events, InvitedRoom, JoinedRoom, KnockedRoom, LeftRoom,
};
use crate::json::JsonMap;
use crate::types::RoomId;

/// What is new. Sections that are empty may be missing; they are empty then.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SyncResponse {
    /// Where the next sync begins: [`since`](crate::client_api::sync::Sync::since).
    pub next_batch: String,
    /// What is new in rooms.
    #[serde(default)]
    pub rooms: Rooms,
    /// Who is there: `m.presence` events.
    #[serde(default)]
    pub presence: Events,
    /// Account data that has changed.
    #[serde(default)]
    pub account_data: Events,
    /// What was sent to this device. It comes again until the next token is used.
    #[serde(default)]
    pub to_device: Events,
    /// Whose devices have changed.
    #[serde(default)]
    pub device_lists: DeviceLists,
    /// How many one-time keys the server has of this device, by algorithm. An algorithm that is missing has none.
    /// Missing altogether, nothing is said of them.
    pub device_one_time_keys_count: Option<JsonMap<String, u64>>,
    /// The algorithms of which the server has a fallback key that was not used yet. Missing if the server has no
    /// fallback keys, or says nothing of them.
    pub device_unused_fallback_key_types: Option<Vec<String>>,
}

impl SyncResponse {
    /// Nothing new.
    pub fn new(next_batch: String) -> Self {
        Self {
            next_batch,
            rooms: Default::default(),
            presence: Default::default(),
            account_data: Default::default(),
            to_device: Default::default(),
            device_lists: Default::default(),
            device_one_time_keys_count: None,
            device_unused_fallback_key_types: None,
        }
    }
}

/// What is new in rooms, by the user's membership.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Rooms {
    /// Rooms that the user is in.
    #[serde(default)]
    pub join: JsonMap<RoomId, JoinedRoom>,
    /// Rooms that the user is invited to.
    #[serde(default)]
    pub invite: JsonMap<RoomId, InvitedRoom>,
    /// Rooms at which the user has knocked. Since v1.1.
    #[serde(default)]
    pub knock: JsonMap<RoomId, KnockedRoom>,
    /// Rooms that the user has left, was removed from, or whose invitation they declined.
    #[serde(default)]
    pub leave: JsonMap<RoomId, LeftRoom>,
}
