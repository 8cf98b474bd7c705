use hardline_derive::{Request, Response};

use crate::client_api::sync::RoomEventFilter;
use crate::events::RawEvent;
use crate::json::{JsonText, RawList};
use crate::types::RoomId;
use crate::types::text::text_enum;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches a page of a room's history.
///
/// The next page begins at this one's [`end`](GetRoomEventsResponse::end). A page without events is not the end as long
/// as it has one: the filter may have taken all.
///
/// Errors worth handling: `M_FORBIDDEN` (the user never was in the room).
///
/// ```
/// use hardline::client_api::room_events::{Direction, GetRoomEvents};
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomEvents::new(RoomId::parse("!room:example.org")?, Direction::Backward);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/messages");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/messages`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages).
#[doc(alias = "getRoomEvents")]
#[doc(alias = "messages")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomEvents {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Where the page begins: a token of an earlier response, or of a sync. Without it, at the newest event going
    /// backward, at the oldest going forward. May be missing since v1.3.
    pub from: Option<String>,
    /// Where to stop at the latest: a token too.
    pub to: Option<String>,
    /// Which way to go.
    pub dir: Direction,
    /// The maximum number of events; the server may return fewer. 10 by default.
    pub limit: Option<u64>,
    /// Which events are wanted, and whether members are loaded lazily.
    pub filter: Option<JsonText<RoomEventFilter>>,
}

impl GetRoomEvents {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, dir: Direction) -> Self {
        Self {
            room_id,
            from: None,
            to: None,
            dir,
            limit: None,
            filter: None,
        }
    }
}

impl Endpoint for GetRoomEvents {
    const OPERATION: Operation = Operation::get(
        "getRoomEvents",
        "/_matrix/client/v3/rooms/{roomId}/messages",
    )
    .auth(Auth::Required)
    .query(&["from", "to", "dir", "limit", "filter"])
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/messages",
    )]);
    type Response = GetRoomEventsResponse;
}

/// A page of a room's history.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRoomEventsResponse {
    /// Where the page begins: [`from`](GetRoomEvents::from), if that was given.
    pub start: Option<String>,
    /// Where the next page begins. Missing if there is no more.
    pub end: Option<String>,
    /// The events, the newest first if it went backward.
    pub chunk: RawList<RawEvent>,
    /// State that helps to show them: who sent them, if members are loaded lazily.
    #[serde(default)]
    pub state: RawList<RawEvent>,
}

impl GetRoomEventsResponse {
    /// One with the required fields.
    pub fn new(chunk: RawList<RawEvent>) -> Self {
        Self {
            start: None,
            end: None,
            chunk,
            state: Default::default(),
        }
    }
}

text_enum! {
    /// Which way to go in a room's history.
    Direction {
        /// From the newest to the oldest.
        Backward = "b",
        /// From the oldest to the newest.
        Forward = "f",
    }
}
