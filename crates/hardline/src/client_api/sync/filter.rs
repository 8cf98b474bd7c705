use hardline_derive::Wire;

use crate::types::text::text_enum;
use crate::types::{RoomId, UserId};

/// Which events a sync is to have. What is not given is not filtered.
///
/// Specification: [filtering](https://spec.matrix.org/v1.19/client-server-api/#filtering).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Filter {
    /// The members that events are cut down to: `content.body` for one of the content. Events may lack what the
    /// specification requires then.
    pub event_fields: Option<Vec<String>>,
    /// The format of events: that of clients by default.
    pub event_format: Option<EventFormat>,
    /// Which presence updates are wanted.
    pub presence: Option<EventFilter>,
    /// Which account data is wanted, apart from that of rooms.
    pub account_data: Option<EventFilter>,
    /// What is wanted of rooms.
    pub room: Option<RoomFilter>,
}

impl Filter {
    /// All events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out the members of a room who have nothing to do with the events that come: they come with their first
    /// event. In large rooms that is most of the state.
    ///
    /// ```
    /// use hardline::client_api::sync::{Filter, SyncFilter};
    ///
    /// let filter = SyncFilter::inline(&Filter::new().with_lazy_members())?;
    /// assert_eq!(filter.as_str(), r#"{"room":{"state":{"lazy_load_members":true}}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_lazy_members(mut self) -> Self {
        let room = self.room.get_or_insert_default();
        room.state.get_or_insert_default().lazy_load_members = Some(true);
        self
    }
}

text_enum! {
    /// The format of events.
    EventFormat {
        /// That of clients.
        Client = "client",
        /// That of servers, as it came in.
        Federation = "federation",
    }
}

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct EventFilter {
    /// The maximum number of events.
    pub limit: Option<u64>,
    /// Senders whose events are not wanted; they count more than [`senders`](Self::senders).
    pub not_senders: Option<Vec<UserId>>,
    /// Types that are not wanted; they count more than [`types`](Self::types). `*` stands for any characters.
    pub not_types: Option<Vec<String>>,
    /// Senders whose events are wanted: all by default.
    pub senders: Option<Vec<UserId>>,
    /// Types that are wanted: all by default. `*` stands for any characters.
    pub types: Option<Vec<String>>,
}

impl EventFilter {
    /// All events.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What is wanted of rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomFilter {
    /// Rooms that are not wanted; they count more than [`rooms`](Self::rooms).
    pub not_rooms: Option<Vec<RoomId>>,
    /// Rooms that are wanted: all by default.
    pub rooms: Option<Vec<RoomId>>,
    /// Which receipts and typing notices are wanted.
    pub ephemeral: Option<RoomEventFilter>,
    /// Whether rooms are wanted that the user has left.
    pub include_leave: Option<bool>,
    /// Which state is wanted.
    pub state: Option<RoomEventFilter>,
    /// Which messages and changes of state are wanted.
    pub timeline: Option<RoomEventFilter>,
    /// Which account data of rooms is wanted.
    pub account_data: Option<RoomEventFilter>,
}

impl RoomFilter {
    /// Everything but the rooms that the user has left.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Which events of rooms are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomEventFilter {
    /// The maximum number of events.
    pub limit: Option<u64>,
    /// Senders whose events are not wanted; they count more than [`senders`](Self::senders).
    pub not_senders: Option<Vec<UserId>>,
    /// Types that are not wanted; they count more than [`types`](Self::types). `*` stands for any characters.
    pub not_types: Option<Vec<String>>,
    /// Senders whose events are wanted: all by default.
    pub senders: Option<Vec<UserId>>,
    /// Types that are wanted: all by default. `*` stands for any characters.
    pub types: Option<Vec<String>>,
    /// Whether a sync counts what is unread for each thread by itself. Since v1.4.
    pub unread_thread_notifications: Option<bool>,
    /// Whether membership events come only with the events of their users.
    pub lazy_load_members: Option<bool>,
    /// Whether those come again that this client has had already.
    pub include_redundant_members: Option<bool>,
    /// Rooms that are not wanted; they count more than [`rooms`](Self::rooms).
    pub not_rooms: Option<Vec<RoomId>>,
    /// Rooms that are wanted: all by default.
    pub rooms: Option<Vec<RoomId>>,
    /// Whether only events are wanted whose content has a `url`, or only those without.
    pub contains_url: Option<bool>,
}

impl RoomEventFilter {
    /// All events.
    pub fn new() -> Self {
        Self::default()
    }
}
