use hardline_derive::Request;

use crate::json::Empty;
use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Says that the user is typing in a room, or has stopped. Repeat it before the time is over while they go on.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is not in the room, or it is another user), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::ephemeral::SetTyping;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetTyping::new(RoomId::parse("!room:example.org")?, UserId::parse("@alice:example.org")?, true);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/rooms/%21room%3Aexample.org/typing/%40alice%3Aexample.org",
/// );
/// assert_eq!(request.body(), br#"{"typing":true}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /rooms/{roomId}/typing/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidtypinguserid).
#[doc(alias = "setTyping")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetTyping {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// Whether they are typing.
    pub typing: bool,
    /// For how long, in milliseconds: 30,000 is usual. Servers have a limit, and a default.
    pub timeout: Option<u64>,
}

impl SetTyping {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, user_id: UserId, typing: bool) -> Self {
        Self {
            room_id,
            user_id,
            typing,
            timeout: None,
        }
    }
}

impl Endpoint for SetTyping {
    const OPERATION: Operation = Operation::put(
        "setTyping",
        "/_matrix/client/v3/rooms/{roomId}/typing/{userId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/typing/{userId}",
    )]);
    type Response = Empty;
}
