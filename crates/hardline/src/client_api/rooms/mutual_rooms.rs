use hardline_derive::{Request, Response};

use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the rooms that the user shares with another one, page by page.
///
/// Errors worth handling: `M_INVALID_PARAM` (it is the user themselves, or no user ID, or the token is not valid),
/// `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED` (a server before v1.19).
///
/// ```
/// use hardline::client_api::rooms::GetMutualRooms;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetMutualRooms::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/mutual_rooms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /mutual_rooms`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms).
#[doc(alias = "getMutualRooms")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetMutualRooms {
    /// The other user.
    pub user_id: UserId,
    /// Where the page begins: the token of an earlier response.
    pub from: Option<String>,
}

impl GetMutualRooms {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            from: None,
        }
    }
}

impl Endpoint for GetMutualRooms {
    const OPERATION: Operation =
        Operation::get("getMutualRooms", "/_matrix/client/v1/mutual_rooms")
            .auth(Auth::Required)
            .query(&["user_id", "from"])
            .since(SpecVersion::v1(19))
            .unstable(&[
                (
                    "uk.half-shot.msc2666.query_mutual_rooms",
                    "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms",
                ),
                (
                    "uk.half-shot.msc2666.query_mutual_rooms.stable",
                    "/_matrix/client/v1/mutual_rooms",
                ),
            ]);
    type Response = GetMutualRoomsResponse;
}

/// Rooms that two users share.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetMutualRoomsResponse {
    /// The rooms of this page, in no order.
    pub joined: Vec<RoomId>,
    /// How many rooms they share in all.
    pub count: Option<u64>,
    /// Where the next page begins. Missing on the last one.
    pub next_batch: Option<String>,
}

impl GetMutualRoomsResponse {
    /// One with the required fields.
    pub fn new(joined: Vec<RoomId>) -> Self {
        Self {
            joined,
            count: None,
            next_batch: None,
        }
    }
}
