use hardline_derive::Response;

use crate::client_api::sync::DeviceLists;
use crate::events::RawEvent;
use crate::json::{JsonMap, RawList};
use crate::types::{MxcUri, RoomId, UserId};

/// What is new in the rooms that are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SlidingSyncResponse {
    /// Where to go on.
    pub pos: String,
    /// The name of the request, if the server repeats it.
    pub txn_id: Option<String>,
    /// The lists.
    #[serde(default)]
    pub lists: JsonMap<String, ListCount>,
    /// The rooms in which something is new.
    #[serde(default)]
    pub rooms: JsonMap<RoomId, SlidingSyncRoom>,
    /// What was wanted besides rooms.
    #[serde(default)]
    pub extensions: Extensions,
}

impl SlidingSyncResponse {
    /// Nothing new.
    pub fn new(pos: String) -> Self {
        Self {
            pos,
            txn_id: None,
            lists: Default::default(),
            rooms: Default::default(),
            extensions: Default::default(),
        }
    }
}

/// What is known of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ListCount {
    /// How many rooms it has in all.
    #[serde(default)]
    pub count: u64,
}

/// What is new in a room. What is missing has not changed, unless [`initial`](Self::initial) says that all is new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SlidingSyncRoom {
    /// Whether all that is known of the room has to be replaced.
    #[serde(default)]
    pub initial: bool,
    /// What to call the room.
    pub name: Option<String>,
    /// The room's picture.
    pub avatar: Option<MxcUri>,
    /// Some of the other members, if the room has no name.
    pub heroes: Option<Vec<Hero>>,
    /// Whether it is a direct chat.
    pub is_dm: Option<bool>,
    /// Whether the timeline repeats events since more of them are wanted now.
    #[serde(default)]
    pub unstable_expanded_timeline: bool,
    /// The state that is wanted, as far as it has changed.
    #[serde(default)]
    pub required_state: RawList<RawEvent>,
    /// The events, the oldest first.
    #[serde(default)]
    pub timeline: RawList<RawEvent>,
    /// Where the history before them begins: a token for the room's history, backward.
    pub prev_batch: Option<String>,
    /// Whether there are events before these that no response has had.
    #[serde(default)]
    pub limited: bool,
    /// How many of the events at the end are new rather than history.
    pub num_live: Option<u64>,
    /// How many users are in the room.
    pub joined_count: Option<u64>,
    /// How many users are invited.
    pub invited_count: Option<u64>,
    /// How many unread events the user was notified of.
    pub notification_count: Option<u64>,
    /// How many unread events are highlighted.
    pub highlight_count: Option<u64>,
    /// What rooms are sorted by: the greatest first.
    pub bump_stamp: Option<u64>,
    /// Some of the room's state, stripped, if the user is invited or has knocked.
    pub invite_state: Option<RawList<RawEvent>>,
}

/// A member to name a room after.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Hero {
    /// The member.
    pub user_id: UserId,
    /// What they are called.
    pub name: Option<String>,
    /// Their picture.
    pub avatar: Option<MxcUri>,
}

impl Hero {
    /// One with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            name: None,
            avatar: None,
        }
    }
}

/// What was wanted besides rooms. What is missing has not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Extensions {
    /// What was sent to this device.
    pub to_device: Option<ToDeviceEvents>,
    /// Whose devices have changed, and how many keys there are.
    pub e2ee: Option<EncryptionChanges>,
    /// Account data.
    pub account_data: Option<AccountDataChanges>,
    /// Receipts.
    pub receipts: Option<EventsByRoom>,
    /// Who is typing.
    pub typing: Option<EventsByRoom>,
}

/// What was sent to a device.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ToDeviceEvents {
    /// Where the next ones begin:
    /// [`ToDeviceWanted::since`](crate::client_api::unstable::msc4186::ToDeviceWanted::since).
    pub next_batch: String,
    /// The events.
    #[serde(default)]
    pub events: RawList<RawEvent>,
}

impl ToDeviceEvents {
    /// One with the required fields.
    pub fn new(next_batch: String) -> Self {
        Self {
            next_batch,
            events: Default::default(),
        }
    }
}

/// What has changed for encryption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct EncryptionChanges {
    /// Whose devices have changed.
    #[serde(default)]
    pub device_lists: DeviceLists,
    /// How many one-time keys the server has of this device, by algorithm.
    pub device_one_time_keys_count: Option<JsonMap<String, u64>>,
    /// The algorithms of which the server has a fallback key that was not used yet.
    pub device_unused_fallback_key_types: Option<Vec<String>>,
}

/// Account data that has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct AccountDataChanges {
    /// That of the account.
    #[serde(default)]
    pub global: RawList<RawEvent>,
    /// That of rooms.
    #[serde(default)]
    pub rooms: JsonMap<RoomId, RawList<RawEvent>>,
}

/// An event for each room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct EventsByRoom {
    /// The events.
    #[serde(default)]
    pub rooms: JsonMap<RoomId, RawEvent>,
}
