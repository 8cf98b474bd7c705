use hardline_derive::Response;

use crate::client_api::sync::DeviceLists;
use crate::client_api::unstable::msc4308::ThreadSubscriptionChanges;
use crate::events::RawEvent;
use crate::json::{JsonMap, JsonObject, RawJson, RawList};
use crate::types::{Membership, MxcUri, RoomId, UserId};

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
    /// Whether the timeline repeats events since more of them are wanted now. [`is_expanded`](Self::is_expanded) knows the
    /// names of both forms.
    #[serde(default)]
    pub unstable_expanded_timeline: bool,
    /// The same in `/v4/sync`.
    #[serde(default)]
    pub expanded_timeline: bool,
    /// The state that is wanted, as far as it has changed. In `/v4/sync`, an event without a content says that the state
    /// was deleted.
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
    /// How many unread events the user was notified of. `/v4/sync` does not have it.
    pub notification_count: Option<u64>,
    /// How many unread events are highlighted. `/v4/sync` does not have it.
    pub highlight_count: Option<u64>,
    /// What rooms are sorted by: the greatest first.
    pub bump_stamp: Option<u64>,
    /// Some of the room's state, stripped, if the user is invited or has knocked. [`stripped`](Self::stripped)
    /// knows the names of both forms.
    pub invite_state: Option<RawList<RawEvent>>,
    /// The same in `/v4/sync`.
    pub stripped_state: Option<RawList<RawEvent>>,
    /// The user's own membership. `/v4/sync` alone has it.
    pub membership: Option<Membership>,
    /// The lists that the room is in. `/v4/sync` alone has it.
    pub lists: Option<Vec<String>>,
}

impl SlidingSyncRoom {
    /// Whether the timeline repeats events since more of them are wanted now, under either name.
    pub fn is_expanded(&self) -> bool {
        self.unstable_expanded_timeline || self.expanded_timeline
    }

    /// Some of the room's state, stripped, under either name.
    pub fn stripped(&self) -> Option<&RawList<RawEvent>> {
        let accepted = self.stripped_state.as_ref();
        accepted.or(self.invite_state.as_ref())
    }
}

/// A member to name a room after.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Hero {
    /// The member.
    pub user_id: UserId,
    /// What they are called. [`display_name`](Self::display_name) knows both names.
    pub name: Option<String>,
    /// The same in `/v4/sync`. Synapse has it in the other form too.
    pub displayname: Option<String>,
    /// Their picture. [`picture`](Self::picture) knows both names.
    pub avatar: Option<MxcUri>,
    /// The same in `/v4/sync`. Synapse has it in the other form too.
    pub avatar_url: Option<MxcUri>,
}

impl Hero {
    /// One with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            name: None,
            displayname: None,
            avatar: None,
            avatar_url: None,
        }
    }

    /// What they are called, under either name.
    pub fn display_name(&self) -> Option<&str> {
        self.displayname.as_deref().or(self.name.as_deref())
    }

    /// Their picture, under either name.
    pub fn picture(&self) -> Option<&MxcUri> {
        self.avatar_url.as_ref().or(self.avatar.as_ref())
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
    /// Which threads the user has subscribed to and unsubscribed from.
    #[serde(rename = "io.element.msc4308.thread_subscriptions")]
    pub thread_subscriptions: Option<ThreadSubscriptionChanges>,
    /// What has changed of profiles.
    #[serde(rename = "org.matrix.msc4262.profiles")]
    pub profiles: Option<ProfileChanges>,
    /// Sticky events.
    #[serde(rename = "org.matrix.msc4354.sticky_events")]
    pub sticky_events: Option<StickyEvents>,
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

/// Profiles that have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ProfileChanges {
    /// What has changed, by user, undecoded: `null` for a profile that the user cannot see any more, a [`ProfileChange`] for
    /// any other. `Option<ProfileChange>` reads both.
    #[serde(default)]
    pub users: JsonMap<UserId, RawJson>,
}

/// What has changed of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ProfileChange {
    /// The fields that are new or have another value.
    #[serde(default)]
    pub updated: JsonObject,
    /// The names of the fields that are gone.
    #[serde(default)]
    pub removed: Vec<String>,
}

/// Sticky events that the user has not had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct StickyEvents {
    /// Where the next ones begin:
    /// [`StickyEventsWanted::since`](crate::client_api::unstable::msc4186::StickyEventsWanted::since).
    pub next_batch: Option<String>,
    /// The events.
    #[serde(default)]
    pub rooms: JsonMap<RoomId, StickyEventsOfRoom>,
}

/// Sticky events of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct StickyEventsOfRoom {
    /// The events.
    #[serde(default)]
    pub events: RawList<RawEvent>,
}
