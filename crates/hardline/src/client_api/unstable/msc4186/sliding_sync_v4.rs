use hardline_derive::{Request, Wire};

use crate::client_api::unstable::msc4186::{ExtensionsWanted, ListRange, SlidingSyncResponse};
use crate::json::JsonMap;
use crate::types::{PresenceState, RoomId, RoomType};
use crate::wire::{Auth, Endpoint, Msc, MscSupport, Operation, SupportedVersions};

/// Asks for what is new in the rooms that are looked at: simplified sliding sync as it was accepted, which no version of
/// the specification has yet.
///
/// Make it of a [`SlidingSync`](super::SlidingSync) where the server [has it](Self::is_spoken_by). The response has one type for
/// both forms, with the names of both.
///
/// Errors worth handling: `M_UNKNOWN_POS` (the server has forgotten the connection: begin anew without a position),
/// `M_INVALID_PARAM` (more than 100 lists or rooms), `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED` (the server does not have it).
///
/// ```
/// use hardline::client_api::unstable::msc4186::{ListRange, SlidingSync, SlidingSyncList, StatePattern};
/// use hardline::json::JsonMap;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let state = vec![StatePattern::new("m.room.name", ""), StatePattern::new("m.room.member", "$ME")];
/// let list = SlidingSyncList::new(vec![ListRange::new(0, 19)], 1, state);
/// let mut operation = SlidingSync::new();
/// operation.pos = Some("5".to_owned());
/// operation.lists = Some(JsonMap::from_iter([("all".to_owned(), list)]));
///
/// let operation = operation.into_v4(&UserId::parse("@me:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v4/sync");
/// let body: serde_json::Value = serde_json::from_slice(request.body())?;
/// assert_eq!(body["pos"], "5");
/// assert_eq!(body["lists"]["all"]["range"], serde_json::json!([0, 19]));
/// assert_eq!(
///     body["lists"]["all"]["required_state"]["include"][1],
///     serde_json::json!({"type": "m.room.member", "state_key": "@me:example.org"}),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4186](https://github.com/matrix-org/matrix-spec-proposals/pull/4186).
#[doc(alias = "msc4186SlidingSyncV4")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct SlidingSyncV4 {
    /// The name of the connection, if a device has several.
    pub conn_id: Option<String>,
    /// Where to go on: the position of the response that was read last. Without it, a new connection begins.
    pub pos: Option<String>,
    /// How long to wait for news, in milliseconds. Without a position, servers do not wait.
    pub timeout: Option<u64>,
    /// What the sync says of whether the user is there.
    pub set_presence: Option<PresenceState>,
    /// The lists of rooms, by names of one's own: 100 at most.
    pub lists: Option<JsonMap<String, SlidingSyncListV4>>,
    /// Rooms that are wanted whichever lists they are in: 100 at most.
    pub room_subscriptions: Option<JsonMap<RoomId, RoomSubscriptionV4>>,
    /// What is wanted besides rooms.
    pub extensions: Option<ExtensionsWanted>,
}

impl SlidingSyncV4 {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a server says that it has this form. Of the servers of today none does: they speak [`SlidingSync`](super::SlidingSync).
    ///
    /// ```
    /// use hardline::client_api::unstable::msc4186::SlidingSyncV4;
    /// use hardline::wire::SupportedVersions;
    ///
    /// let today = SupportedVersions::new(["v1.15"], [("org.matrix.simplified_msc3575", true)]);
    /// assert!(!SlidingSyncV4::is_spoken_by(&today));
    /// let later = SupportedVersions::new(["v1.19"], [("org.matrix.simplified_msc3575.stable", true)]);
    /// assert!(SlidingSyncV4::is_spoken_by(&later));
    /// ```
    pub fn is_spoken_by(server: &SupportedVersions) -> bool {
        server.support_of(Msc::MSC4186) == MscSupport::Stable
    }
}

impl Endpoint for SlidingSyncV4 {
    const OPERATION: Operation = Operation::post("msc4186SlidingSyncV4", "/_matrix/client/v4/sync")
        .auth(Auth::Required)
        .repeatable();
    type Response = SlidingSyncResponse;
}

/// A list of rooms: those of the user, the most recently active first.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SlidingSyncListV4 {
    /// The maximum number of events for each room.
    pub timeline_limit: u64,
    /// Which state is wanted.
    pub required_state: RequiredState,
    /// Which places of the list are wanted: all by default.
    pub range: Option<ListRange>,
    /// Which rooms are in the list.
    pub filters: Option<ListFiltersV4>,
}

impl SlidingSyncListV4 {
    /// One with the required fields.
    pub fn new(timeline_limit: u64, required_state: RequiredState) -> Self {
        Self {
            timeline_limit,
            required_state,
            range: None,
            filters: None,
        }
    }
}

/// What is wanted of a room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomSubscriptionV4 {
    /// The maximum number of events.
    pub timeline_limit: u64,
    /// Which state is wanted.
    pub required_state: RequiredState,
}

impl RoomSubscriptionV4 {
    /// One with the required fields.
    pub fn new(timeline_limit: u64, required_state: RequiredState) -> Self {
        Self {
            timeline_limit,
            required_state,
        }
    }
}

/// Which state is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RequiredState {
    /// What is wanted.
    pub include: Option<Vec<StateSelector>>,
    /// What of it is not wanted.
    pub exclude: Option<Vec<StateSelector>>,
    /// Whether the members are wanted that sent the events.
    pub lazy_members: Option<bool>,
}

impl RequiredState {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }
}

/// State of a type, with a state key. What is missing stands for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct StateSelector {
    /// The type.
    #[serde(rename = "type")]
    pub event_type: Option<String>,
    /// The state key.
    pub state_key: Option<String>,
}

impl StateSelector {
    /// All state.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Which rooms are in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ListFiltersV4 {
    /// Only direct chats, or none.
    pub is_dm: Option<bool>,
    /// Only rooms in these spaces.
    pub spaces: Option<Vec<RoomId>>,
    /// Only encrypted rooms, or none.
    pub is_encrypted: Option<bool>,
    /// Only invitations, or none.
    pub is_invited: Option<bool>,
    /// Only rooms of these types, of which `None` stands for rooms without a type.
    pub room_types: Option<Vec<Option<RoomType>>>,
    /// No rooms of these types. They count more.
    pub not_room_types: Option<Vec<Option<RoomType>>>,
    /// Only rooms with one of these tags.
    pub tags: Option<Vec<String>>,
    /// No rooms with one of these tags. They count more.
    pub not_tags: Option<Vec<String>>,
}

impl ListFiltersV4 {
    /// All rooms.
    pub fn new() -> Self {
        Self::default()
    }
}
