use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::RawList;
use crate::types::RoomId;
use crate::types::text::text_enum;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the threads of a room by their first events, the most recently active first, page by page.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is not in the room), `M_INVALID_PARAM` (the token is not valid),
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::room_events::GetThreadRoots;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetThreadRoots::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/rooms/%21room%3Aexample.org/threads");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/threads`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidthreads).
#[doc(alias = "getThreadRoots")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetThreadRoots {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Which threads are wanted: all by default.
    pub include: Option<ThreadsIncluded>,
    /// The maximum number of threads, more than 0; the server may return fewer.
    pub limit: Option<u64>,
    /// Where the page begins: the token of an earlier response.
    pub from: Option<String>,
}

impl GetThreadRoots {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            include: None,
            limit: None,
            from: None,
        }
    }
}

impl Endpoint for GetThreadRoots {
    const OPERATION: Operation = Operation::get(
        "getThreadRoots",
        "/_matrix/client/v1/rooms/{roomId}/threads",
    )
    .auth(Auth::Required)
    .query(&["include", "limit", "from"])
    .since(SpecVersion::v1(4));
    type Response = GetThreadRootsResponse;
}

text_enum! {
    /// Which threads are listed.
    ThreadsIncluded {
        /// All.
        All = "all",
        /// Those that the user has taken part in.
        Participated = "participated",
    }
}

/// A page of threads.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetThreadRootsResponse {
    /// The first event of each thread. Its `unsigned` has the latest one, under `m.relations`.
    pub chunk: RawList<RawEvent>,
    /// Where the next page begins. Missing on the last one.
    pub next_batch: Option<String>,
}

impl GetThreadRootsResponse {
    /// The last page.
    pub fn new(chunk: RawList<RawEvent>) -> Self {
        Self {
            chunk,
            next_batch: None,
        }
    }
}
