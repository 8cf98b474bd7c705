use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::RoomId;
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

/// Leaves a room, declines an invitation to it, or takes a knock back. The history up to then stays readable until the
/// room is forgotten.
///
/// Errors worth handling: `M_NOT_FOUND` or `M_UNKNOWN` with the status 404 (the server does not know the room),
/// `M_FORBIDDEN` (the user is not in it), `M_CANNOT_LEAVE_SERVER_NOTICE_ROOM`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::membership::LeaveRoom;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = LeaveRoom::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/leave");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/leave`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidleave).
#[doc(alias = "leaveRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct LeaveRoom {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Why, for people to read. Since v1.1.
    pub reason: Option<String>,
}

impl LeaveRoom {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            reason: None,
        }
    }
}

impl Endpoint for LeaveRoom {
    const OPERATION: Operation =
        Operation::post("leaveRoom", "/_matrix/client/v3/rooms/{roomId}/leave")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/rooms/{roomId}/leave",
            )]);
    type Response = Empty;
}

/// Forgets a room that was left: its history is no longer there for the user. If all local users forget a room, the
/// server may delete it.
///
/// Errors worth handling: `M_UNKNOWN` (the user is still in the room), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::membership::ForgetRoom;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = ForgetRoom::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/forget");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/forget`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidforget).
#[doc(alias = "forgetRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ForgetRoom {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl ForgetRoom {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

impl Endpoint for ForgetRoom {
    const OPERATION: Operation =
        Operation::post("forgetRoom", "/_matrix/client/v3/rooms/{roomId}/forget")
            .auth(Auth::Required)
            .body(Body::Empty)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/rooms/{roomId}/forget",
            )]);
    type Response = Empty;
}

/// Lists the rooms that the user is in.
///
/// ```
/// use hardline::client_api::membership::GetJoinedRooms;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetJoinedRooms::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/joined_rooms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /joined_rooms`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3joined_rooms).
#[doc(alias = "getJoinedRooms")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetJoinedRooms {}

impl GetJoinedRooms {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetJoinedRooms {
    const OPERATION: Operation =
        Operation::get("getJoinedRooms", "/_matrix/client/v3/joined_rooms")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/joined_rooms")]);
    type Response = GetJoinedRoomsResponse;
}

/// The rooms that a user is in.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetJoinedRoomsResponse {
    /// The rooms, in no order.
    pub joined_rooms: Vec<RoomId>,
}

impl GetJoinedRoomsResponse {
    /// The rooms that a user is in.
    pub fn new(joined_rooms: Vec<RoomId>) -> Self {
        Self { joined_rooms }
    }
}
