use hardline_derive::Response;

use crate::events::RawEvent;
use crate::json::{JsonMap, RawList};
use crate::types::{EventId, UserId};

/// What is new in a room that the user is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct JoinedRoom {
    /// What to call the room if it has no name. Members that have not changed are missing.
    #[serde(default)]
    pub summary: RoomSummary,
    /// The state at the beginning of the timeline that is not known from earlier syncs.
    #[serde(default)]
    pub state: Events,
    /// Instead of [`state`](Self::state), the state at the end of the timeline that is not known from earlier syncs, if
    /// the request asks for it. Since v1.16; [`after`](Self::after) knows both names.
    pub state_after: Option<Events>,
    /// The same under its unstable name.
    #[serde(rename = "org.matrix.msc4222.state_after")]
    pub msc4222_state_after: Option<Events>,
    /// Messages and changes of state.
    #[serde(default)]
    pub timeline: Timeline,
    /// Receipts and who is typing.
    #[serde(default)]
    pub ephemeral: Events,
    /// Account data of the room that has changed.
    #[serde(default)]
    pub account_data: Events,
    /// What is unread in the room: in all of it, or apart from threads if the filter asks for those. Missing if nothing
    /// has changed.
    pub unread_notifications: Option<UnreadNotificationCounts>,
    /// What is unread in threads, by their roots, if the filter asks for it. Since v1.4.
    #[serde(default)]
    pub unread_thread_notifications: JsonMap<EventId, UnreadNotificationCounts>,
}

impl JoinedRoom {
    /// The state at the end of the timeline, under either name. `None` if the server does not tell it: then the state is that
    /// at the beginning, and the timeline changes it.
    pub fn after(&self) -> Option<&Events> {
        self.state_after
            .as_ref()
            .or(self.msc4222_state_after.as_ref())
    }
}

/// What happened in a room before the user left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct LeftRoom {
    /// The state at the beginning of the timeline that is not known from earlier syncs.
    #[serde(default)]
    pub state: Events,
    /// Instead of [`state`](Self::state), that at the end of the timeline, if the request asks for it. Since v1.16;
    /// [`after`](Self::after) knows both names.
    pub state_after: Option<Events>,
    /// The same under its unstable name.
    #[serde(rename = "org.matrix.msc4222.state_after")]
    pub msc4222_state_after: Option<Events>,
    /// Messages and changes of state, up to when the user left.
    #[serde(default)]
    pub timeline: Timeline,
    /// Account data of the room that has changed.
    #[serde(default)]
    pub account_data: Events,
}

impl LeftRoom {
    /// The state at the end of the timeline, under either name. `None` if the server does not tell it.
    pub fn after(&self) -> Option<&Events> {
        self.state_after
            .as_ref()
            .or(self.msc4222_state_after.as_ref())
    }
}

/// A room that the user is invited to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct InvitedRoom {
    /// Some of its state, stripped to type, state key, sender and content: enough to show it.
    #[serde(default)]
    pub invite_state: Events,
}

/// A room at which the user has knocked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct KnockedRoom {
    /// Some of its state, stripped to type, state key, sender and content: enough to show it.
    #[serde(default)]
    pub knock_state: Events,
}

/// A list of events, each of which is read when it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Events {
    /// The events, in the order in which they count.
    #[serde(default)]
    pub events: RawList<RawEvent>,
}

/// The newest messages and changes of state in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Timeline {
    /// The events, the oldest first.
    #[serde(default)]
    pub events: RawList<RawEvent>,
    /// Where the history before them begins: a token for the room's history, backward.
    pub prev_batch: Option<String>,
    /// Whether there are events before these that no sync has had: there is a gap, which the history fills.
    #[serde(default)]
    pub limited: bool,
}

/// What to call a room that has no name. A member that has not changed is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RoomSummary {
    /// Some of the other members, at most 5, to name the room after.
    #[serde(rename = "m.heroes")]
    pub heroes: Option<Vec<UserId>>,
    /// How many users are in the room.
    #[serde(rename = "m.joined_member_count")]
    pub joined_member_count: Option<u64>,
    /// How many users are invited.
    #[serde(rename = "m.invited_member_count")]
    pub invited_member_count: Option<u64>,
}

/// How much is unread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UnreadNotificationCounts {
    /// How many unread events are highlighted.
    #[serde(default)]
    pub highlight_count: u64,
    /// How many unread events the user was notified of.
    #[serde(default)]
    pub notification_count: u64,
}

/// Users whose devices have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DeviceLists {
    /// Users whose devices have changed, or whom the user has begun to share an encrypted room with. Ask for their keys
    /// again.
    #[serde(default)]
    pub changed: Vec<UserId>,
    /// Users whom the user shares no encrypted room with any more.
    #[serde(default)]
    pub left: Vec<UserId>,
}
