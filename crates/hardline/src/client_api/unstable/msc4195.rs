use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::text::secret_type;
use crate::types::{RoomId, ServerName};
use crate::wire::{Auth, Endpoint, Operation};

/// Fetches a token for a LiveKit server, to take part in a call. Servers say by no flag that they have it.
///
/// Errors worth handling: `M_UNAUTHORIZED` (the user is not in the room), `M_UNRECOGNIZED` (the server does not have
/// it: ask the service whose URL is
/// [`livekit_service_url`](crate::client_api::unstable::msc4143::RtcTransport::livekit_service_url)).
///
/// ```
/// use hardline::client_api::unstable::msc4195::GetLivekitToken;
/// use hardline::wire;
///
/// let answer = wire::decode::<GetLivekitToken>(http::Response::new(r#"{"jwt": "e30.e30.c2ln"}"#))?;
/// assert_eq!(answer.jwt.reveal(), "e30.e30.c2ln");
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4195](https://github.com/matrix-org/matrix-spec-proposals/pull/4195).
#[doc(alias = "msc4195GetLivekitToken")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetLivekitToken {
    /// The WebSocket URL of the LiveKit server.
    pub url: String,
    /// The room.
    pub room_id: RoomId,
    /// The slot of the call in the room.
    pub slot_id: String,
    /// The `member.id` of the user's own event `m.rtc.member`.
    pub member_id: String,
    /// The server of the user whose LiveKit server it is. Without it, the user's own.
    pub server_name: Option<ServerName>,
}

impl GetLivekitToken {
    /// A request with the required fields.
    pub fn new(url: String, room_id: RoomId, slot_id: String, member_id: String) -> Self {
        Self {
            url,
            room_id,
            slot_id,
            member_id,
            server_name: None,
        }
    }
}

impl Endpoint for GetLivekitToken {
    const OPERATION: Operation = Operation::post(
        "msc4195GetLivekitToken",
        "/_matrix/client/unstable/io.element.msc4195/rtc/livekit/get_token",
    )
    .auth(Auth::Required);
    type Response = GetLivekitTokenResponse;
}

/// A token for a LiveKit server.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetLivekitTokenResponse {
    /// The token.
    pub jwt: LivekitToken,
}

impl GetLivekitTokenResponse {
    /// One with the required fields.
    pub fn new(jwt: LivekitToken) -> Self {
        Self { jwt }
    }
}

secret_type! {
    /// A token for a LiveKit server.
    LivekitToken, opaque
}

/// Leaves it to the server to restart a delayed event as long as the user is connected to the LiveKit server, and to
/// send it when they are not. The event is one of [MSC4140](crate::client_api::unstable::msc4140).
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such event), `M_UNRECOGNIZED`.
///
/// Proposal: [MSC4195](https://github.com/matrix-org/matrix-spec-proposals/pull/4195).
#[doc(alias = "msc4195DelegateDelayedLeave")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DelegateDelayedLeave {
    /// The WebSocket URL of the LiveKit server.
    pub url: String,
    /// The room.
    pub room_id: RoomId,
    /// The slot of the call in the room.
    pub slot_id: String,
    /// The `member.id` of the user's own event `m.rtc.member`.
    pub member_id: String,
    /// The delayed event by which the user leaves.
    pub delay_id: String,
}

impl DelegateDelayedLeave {
    /// A request with the required fields.
    pub fn new(
        url: String,
        room_id: RoomId,
        slot_id: String,
        member_id: String,
        delay_id: String,
    ) -> Self {
        Self {
            url,
            room_id,
            slot_id,
            member_id,
            delay_id,
        }
    }
}

impl Endpoint for DelegateDelayedLeave {
    const OPERATION: Operation = Operation::post(
        "msc4195DelegateDelayedLeave",
        "/_matrix/client/unstable/io.element.msc4195/rtc/livekit/delegate_delayed_leave",
    )
    .auth(Auth::Required);
    type Response = Empty;
}
