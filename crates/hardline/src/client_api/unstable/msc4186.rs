mod extensions_wanted;
mod into_v4;
mod sliding_sync_response;
mod sliding_sync_v4;

use hardline_derive::{Request, Wire};

use crate::json::JsonMap;
use crate::types::{PresenceState, RoomId, RoomType};
use crate::wire::{Auth, Endpoint, Operation};

pub use extensions_wanted::{
    ExtensionWanted, ExtensionsWanted, ProfilesWanted, StickyEventsWanted,
    ThreadSubscriptionsWanted, ToDeviceWanted,
};
pub use sliding_sync_response::{
    AccountDataChanges, EncryptionChanges, EventsByRoom, Extensions, Hero, ListCount,
    ProfileChange, ProfileChanges, SlidingSyncResponse, SlidingSyncRoom, StickyEvents,
    StickyEventsOfRoom, ToDeviceEvents,
};
pub use sliding_sync_v4::{
    ListFiltersV4, RequiredState, RoomSubscriptionV4, SlidingSyncListV4, SlidingSyncV4,
    StateSelector,
};

/// Asks for what is new in the rooms that are looked at: simplified sliding sync as servers speak it, flag
/// `org.matrix.simplified_msc3575`.
///
/// One request at a time for a connection: drop one that waits before you send another. A position may be used again,
/// with another body. A list counts for one request: send all each time.
///
/// Errors worth handling: `M_UNKNOWN_POS` (the server has forgotten the connection: begin anew without a position),
/// `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED` (the server does not have it).
///
/// The form that was accepted has other names: [`into_v4`](SlidingSync::into_v4) makes it, for servers that
/// [have it](SlidingSyncV4::is_spoken_by). The response has one type for both.
///
/// ```
/// use hardline::client_api::unstable::msc4186::{ListRange, SlidingSync, SlidingSyncList, StatePattern};
/// use hardline::json::JsonMap;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let list = SlidingSyncList::new(
///     vec![ListRange::new(0, 19)],
///     1,
///     vec![StatePattern::new("m.room.name", "")],
/// );
/// let mut operation = SlidingSync::new();
/// operation.lists = Some(JsonMap::from_iter([("all".to_owned(), list)]));
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.body(),
///     br#"{"lists":{"all":{"ranges":[[0,19]],"timeline_limit":1,"required_state":[["m.room.name",""]]}}}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4186](https://github.com/matrix-org/matrix-spec-proposals/pull/4186).
#[doc(alias = "msc4186SlidingSync")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct SlidingSync {
    /// Where to go on: the position of the response that was read last. Without it, a new connection begins.
    pub pos: Option<String>,
    /// How long to wait for news, in milliseconds.
    pub timeout: Option<u64>,
    /// What the sync says of whether the user is there. Synapse ignores it.
    pub set_presence: Option<PresenceState>,
    /// The name of the connection, if a device has several.
    pub conn_id: Option<String>,
    /// A name for the request, which the response repeats. Few servers do.
    pub txn_id: Option<String>,
    /// The lists of rooms, by names of one's own: 100 at most.
    pub lists: Option<JsonMap<String, SlidingSyncList>>,
    /// Rooms that are wanted whichever lists they are in.
    pub room_subscriptions: Option<JsonMap<RoomId, RoomSubscription>>,
    /// What is wanted besides rooms.
    pub extensions: Option<ExtensionsWanted>,
}

impl SlidingSync {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for SlidingSync {
    const OPERATION: Operation = Operation::post(
        "msc4186SlidingSync",
        "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync",
    )
    .auth(Auth::Required)
    .query(&["pos", "timeout", "set_presence"])
    .repeatable();
    type Response = SlidingSyncResponse;
}

/// A list of rooms: those of the user, the most recently active first.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SlidingSyncList {
    /// Which places of the list are wanted.
    pub ranges: Vec<ListRange>,
    /// The maximum number of events for each room.
    pub timeline_limit: u64,
    /// Which state is wanted.
    pub required_state: Vec<StatePattern>,
    /// Which rooms are in the list.
    pub filters: Option<ListFilters>,
}

impl SlidingSyncList {
    /// One with the required fields.
    pub fn new(
        ranges: Vec<ListRange>,
        timeline_limit: u64,
        required_state: Vec<StatePattern>,
    ) -> Self {
        Self {
            ranges,
            timeline_limit,
            required_state,
            filters: None,
        }
    }
}

/// What is wanted of a room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomSubscription {
    /// The maximum number of events.
    pub timeline_limit: u64,
    /// Which state is wanted.
    pub required_state: Vec<StatePattern>,
}

impl RoomSubscription {
    /// One with the required fields.
    pub fn new(timeline_limit: u64, required_state: Vec<StatePattern>) -> Self {
        Self {
            timeline_limit,
            required_state,
        }
    }
}

/// Places of a list: from one to another, both included. The first is 0.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct ListRange(Vec<u64>);

impl ListRange {
    /// These places and all between them.
    pub fn new(first: u64, last: u64) -> Self {
        Self(vec![first, last])
    }

    /// The numbers that it is made of: two, the first place and the last, unless a client sent others.
    pub fn places(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().copied()
    }
}

/// Which state is wanted: a type and a state key.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct StatePattern(Vec<String>);

impl StatePattern {
    /// Stands for all types or state keys.
    pub const ALL: &'static str = "*";
    /// Stands for the user as a state key.
    pub const ME: &'static str = "$ME";
    /// Stands for the senders of the events as a state key of members.
    pub const LAZY: &'static str = "$LAZY";

    /// A type and a state key, of which `*` stands for all. For members, `$ME` stands for the user, and `$LAZY` for the
    /// senders of the events.
    pub fn new(event_type: &str, state_key: &str) -> Self {
        Self(vec![event_type.to_owned(), state_key.to_owned()])
    }

    /// The type and the state key; `None` if a client sent something else.
    pub fn parts(&self) -> Option<(&str, &str)> {
        match &self.0[..] {
            [event_type, state_key] => Some((event_type, state_key)),
            _ => None,
        }
    }
}

/// Which rooms are in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ListFilters {
    /// Only direct chats, or none.
    pub is_dm: Option<bool>,
    /// Only rooms in these spaces.
    pub spaces: Option<Vec<RoomId>>,
    /// Only encrypted rooms, or none.
    pub is_encrypted: Option<bool>,
    /// Only invitations, or none.
    pub is_invite: Option<bool>,
    /// Only rooms of these types, of which `None` stands for rooms without a type.
    pub room_types: Option<Vec<Option<RoomType>>>,
    /// No rooms of these types. They count more.
    pub not_room_types: Option<Vec<Option<RoomType>>>,
    /// Only rooms with one of these tags.
    pub tags: Option<Vec<String>>,
    /// No rooms with one of these tags. They count more.
    pub not_tags: Option<Vec<String>>,
}

impl ListFilters {
    /// All rooms.
    pub fn new() -> Self {
        Self::default()
    }
}
