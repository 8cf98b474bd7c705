use hardline_derive::{Request, Response};

use crate::json::JsonObject;
use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation};

/// Redacts the newest events of a user in a room: flag `org.matrix.msc4194`. Send it again while there [are
/// more](RedactUserResponse::is_more_events).
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not redact what others sent), `M_LIMIT_EXCEEDED`,
/// `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4194::RedactUser;
/// use hardline::wire;
///
/// let answer = wire::decode::<RedactUser>(http::Response::new(r#"{"is_more_events": true}"#))?;
/// assert!(answer.is_more_events);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4194](https://github.com/matrix-org/matrix-spec-proposals/pull/4194).
#[doc(alias = "msc4194RedactUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RedactUser {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The maximum number of events.
    pub limit: Option<u64>,
    /// Why, for people.
    pub reason: Option<String>,
}

impl RedactUser {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, user_id: UserId) -> Self {
        Self {
            room_id,
            user_id,
            limit: None,
            reason: None,
        }
    }
}

impl Endpoint for RedactUser {
    const OPERATION: Operation = Operation::post(
        "msc4194RedactUser",
        "/_matrix/client/unstable/org.matrix.msc4194/rooms/{roomId}/redact/user/{userId}",
    )
    .auth(Auth::Required)
    .query(&["limit"]);
    type Response = RedactUserResponse;
}

/// What was redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RedactUserResponse {
    /// Whether there are more events of the user.
    #[serde(default)]
    pub is_more_events: bool,
    /// How many were redacted, undecoded.
    pub redacted_events: Option<JsonObject>,
}
