use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::RawList;
use crate::types::{Membership, RoomId, RoomVisibility};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Deprecated: asks for the present state of all rooms. Use [`Sync`](crate::client_api::sync::Sync).
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server no longer has it).
///
/// ```
/// use hardline::client_api::sync::InitialSync;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = InitialSync::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/initialSync");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /initialSync`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3initialsync).
#[doc(alias = "initialSync")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct InitialSync {
    /// The maximum number of messages for each room.
    pub limit: Option<u64>,
    /// Whether rooms are wanted that the user has left.
    pub archived: Option<bool>,
}

impl InitialSync {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for InitialSync {
    const OPERATION: Operation = Operation::get("initialSync", "/_matrix/client/v3/initialSync")
        .auth(Auth::Required)
        .query(&["limit", "archived"])
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/initialSync")]);
    type Response = InitialSyncResponse;
}

/// The present state of all rooms.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct InitialSyncResponse {
    /// Where new events begin: [`GetEvents::from`](crate::client_api::sync::GetEvents::from).
    pub end: String,
    /// Who is there.
    #[serde(default)]
    pub presence: RawList<RawEvent>,
    /// The rooms.
    #[serde(default)]
    pub rooms: Vec<RoomInfo>,
    /// The account data.
    #[serde(default)]
    pub account_data: RawList<RawEvent>,
}

impl InitialSyncResponse {
    /// One with the required fields.
    pub fn new(end: String) -> Self {
        Self {
            end,
            presence: Default::default(),
            rooms: Default::default(),
            account_data: Default::default(),
        }
    }
}

/// The present state of a room.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RoomInfo {
    /// The room.
    pub room_id: RoomId,
    /// The user's membership.
    pub membership: Option<Membership>,
    /// The user's invitation, stripped, if they are invited.
    pub invite: Option<RawEvent>,
    /// The newest messages.
    pub messages: Option<PaginationChunk>,
    /// The state: as it is, or as it was when the user left.
    #[serde(default)]
    pub state: RawList<RawEvent>,
    /// Whether the directory lists the room.
    pub visibility: Option<RoomVisibility>,
    /// The account data of the room.
    #[serde(default)]
    pub account_data: RawList<RawEvent>,
}

impl RoomInfo {
    /// One with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            membership: None,
            invite: None,
            messages: None,
            state: Default::default(),
            visibility: None,
            account_data: Default::default(),
        }
    }
}

/// Some messages of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct PaginationChunk {
    /// Where they begin: a token for the room's history, backward.
    pub start: Option<String>,
    /// Where they end: a token for the room's history, forward.
    pub end: Option<String>,
    /// The messages, the oldest first.
    #[serde(default)]
    pub chunk: RawList<RawEvent>,
}

/// Asks for the present state of a room and its newest messages. Its purpose is to look at a room whose history is
/// readable for everybody.
///
/// Errors worth handling: `M_FORBIDDEN` or `M_GUEST_ACCESS_FORBIDDEN` (the user may not see it, or the server does not
/// do this).
///
/// ```
/// use hardline::client_api::sync::RoomInitialSync;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RoomInitialSync::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/initialSync");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/initialSync`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidinitialsync).
#[doc(alias = "roomInitialSync")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RoomInitialSync {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl RoomInitialSync {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

impl Endpoint for RoomInitialSync {
    const OPERATION: Operation = Operation::get(
        "roomInitialSync",
        "/_matrix/client/v3/rooms/{roomId}/initialSync",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/initialSync",
    )]);
    type Response = RoomInitialSyncResponse;
}

/// The present state of a room.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RoomInitialSyncResponse {
    /// The room.
    pub room_id: RoomId,
    /// The user's membership.
    pub membership: Option<Membership>,
    /// The newest messages.
    pub messages: Option<PaginationChunk>,
    /// The state: as it is, or as it was when the user left.
    #[serde(default)]
    pub state: RawList<RawEvent>,
    /// Whether the directory lists the room.
    pub visibility: Option<RoomVisibility>,
    /// The account data of the room.
    #[serde(default)]
    pub account_data: RawList<RawEvent>,
}

impl RoomInitialSyncResponse {
    /// One with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            membership: None,
            messages: None,
            state: Default::default(),
            visibility: None,
            account_data: Default::default(),
        }
    }
}
