use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::{JsonMap, RawList};
use crate::types::{Membership, MxcUri, RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the membership events of a room: as they are, or as they were at a token or when the user left.
///
/// Errors worth handling: `M_FORBIDDEN` (the user never was in the room).
///
/// ```
/// use hardline::client_api::room_events::GetMembersByRoom;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetMembersByRoom::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/members");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/members`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers).
#[doc(alias = "getMembersByRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetMembersByRoom {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The point in time: the `prev_batch` of a sync, or a token of a page of the room's history.
    pub at: Option<String>,
    /// Lists those with this membership alone.
    pub membership: Option<Membership>,
    /// Leaves those with this membership out.
    pub not_membership: Option<Membership>,
}

impl GetMembersByRoom {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            at: None,
            membership: None,
            not_membership: None,
        }
    }
}

impl Endpoint for GetMembersByRoom {
    const OPERATION: Operation = Operation::get(
        "getMembersByRoom",
        "/_matrix/client/v3/rooms/{roomId}/members",
    )
    .auth(Auth::Required)
    .query(&["at", "membership", "not_membership"])
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/members",
    )]);
    type Response = GetMembersByRoomResponse;
}

/// The members of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetMembersByRoomResponse {
    /// Their `m.room.member` events.
    #[serde(default)]
    pub chunk: RawList<RawEvent>,
}

/// Lists the users who are in a room, with their names and pictures. The user has to be in it.
///
/// It is less to read than the membership events. Users of application services use it too.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is not in the room).
///
/// ```
/// use hardline::client_api::room_events::GetJoinedMembersByRoom;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetJoinedMembersByRoom::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/joined_members");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/joined_members`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members).
#[doc(alias = "getJoinedMembersByRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetJoinedMembersByRoom {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl GetJoinedMembersByRoom {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

impl Endpoint for GetJoinedMembersByRoom {
    const OPERATION: Operation = Operation::get(
        "getJoinedMembersByRoom",
        "/_matrix/client/v3/rooms/{roomId}/joined_members",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/joined_members",
    )]);
    type Response = GetJoinedMembersByRoomResponse;
}

/// Who is in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetJoinedMembersByRoomResponse {
    /// The users and how they are shown.
    #[serde(default)]
    pub joined: JsonMap<UserId, RoomMember>,
}

/// How a user is shown in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RoomMember {
    /// What they are called. Some servers send an empty text if they have no name.
    pub display_name: Option<String>,
    /// Their picture. Some servers send an empty text if they have none.
    pub avatar_url: Option<MxcUri>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn members_without_a_name_or_a_picture_are_members() {
        let body = r#"{"joined": {"@a:b": {"display_name": null, "avatar_url": null}, "@c:d": {"display_name": ""}, "@e:f": {}}}"#;
        let answer =
            wire::decode_response::<GetJoinedMembersByRoom>(http::Response::new(body)).unwrap();
        assert!(answer.warnings.is_empty());
        assert_eq!(answer.value.joined.iter().count(), 3);
    }
}
