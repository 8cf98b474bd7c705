use hardline::json::{JsonMap, RawJson};
use hardline::types::{EventId, MxcUri, RoomId, UserId};
use hardline::wire::{Auth, Body, Endpoint, Operation};
use hardline_derive::{Request, Response};

/// Sends a message to a room.
#[derive(Request)]
pub(crate) struct SendMessage {
    #[serde(rename = "roomId")]
    pub(crate) room_id: RoomId,
    #[serde(rename = "eventType")]
    pub(crate) event_type: String,
    #[serde(rename = "txnId")]
    pub(crate) txn_id: String,
    pub(crate) content: RawJson,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(crate) struct SendMessageResponse {
    event_id: EventId,
}

impl Endpoint for SendMessage {
    const OPERATION: Operation = Operation::put(
        "sendMessage",
        "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}",
    )
    .auth(Auth::Required)
    .body(Body::Whole("content"));
    type Response = SendMessageResponse;
}

/// Asks who is in a room.
#[derive(Request)]
pub(crate) struct GetJoinedMembers {
    #[serde(rename = "roomId")]
    room_id: RoomId,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(crate) struct GetJoinedMembersResponse {
    joined: JsonMap<UserId, RoomMember>,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct RoomMember {
    display_name: Option<String>,
    avatar_url: Option<MxcUri>,
}

impl Endpoint for GetJoinedMembers {
    const OPERATION: Operation = Operation::get(
        "getJoinedMembersByRoom",
        "/_matrix/client/v3/rooms/{roomId}/joined_members",
    )
    .auth(Auth::Required);
    type Response = GetJoinedMembersResponse;
}
