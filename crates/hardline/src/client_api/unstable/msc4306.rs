use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{EventId, RoomId};
use crate::wire::{Auth, Endpoint, Operation};

/// Asks whether the user is subscribed to a thread: flag `org.matrix.msc4306`. They are notified of threads that they
/// are subscribed to.
///
/// Errors worth handling: `M_NOT_FOUND` (the user is not subscribed, or there is no such thread), `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4306::GetThreadSubscription;
/// use hardline::wire;
///
/// let answer = wire::decode::<GetThreadSubscription>(http::Response::new(r#"{"automatic": false}"#))?;
/// assert!(!answer.automatic);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4306](https://github.com/matrix-org/matrix-spec-proposals/pull/4306).
#[doc(alias = "msc4306GetThreadSubscription")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetThreadSubscription {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event that the thread begins with.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
}

impl GetThreadSubscription {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self { room_id, event_id }
    }
}

impl Endpoint for GetThreadSubscription {
    const OPERATION: Operation = Operation::get(
        "msc4306GetThreadSubscription",
        "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription",
    )
    .auth(Auth::Required)
    .unstable(&[(
        "org.matrix.msc4306.stable",
        "/_matrix/client/v1/rooms/{roomId}/thread/{eventId}/subscription",
    )]);
    type Response = ThreadSubscription;
}

/// A subscription to a thread.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ThreadSubscription {
    /// Whether the client subscribed by itself, since an event of the thread concerned the user.
    pub automatic: bool,
}

impl ThreadSubscription {
    /// One with the required fields.
    pub fn new(automatic: bool) -> Self {
        Self { automatic }
    }
}

/// Subscribes the user to a thread: flag `org.matrix.msc4306`.
///
/// Errors worth handling: `M_NOT_IN_THREAD` (the event that caused it is not in the thread),
/// `M_CONFLICTING_UNSUBSCRIPTION` with the status 409 (the user has unsubscribed since that event: leave it so), both
/// also with `IO.ELEMENT.MSC4306.` before their names; `M_NOT_FOUND` (there is no such thread).
///
/// Proposal: [MSC4306](https://github.com/matrix-org/matrix-spec-proposals/pull/4306).
#[doc(alias = "msc4306SetThreadSubscription")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetThreadSubscription {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event that the thread begins with.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// The event of the thread that made the client subscribe by itself. Without it, the user did.
    pub automatic: Option<EventId>,
}

impl SetThreadSubscription {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self {
            room_id,
            event_id,
            automatic: None,
        }
    }
}

impl Endpoint for SetThreadSubscription {
    const OPERATION: Operation = Operation::put(
        "msc4306SetThreadSubscription",
        "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription",
    )
    .auth(Auth::Required)
    .repeatable()
    .unstable(&[(
        "org.matrix.msc4306.stable",
        "/_matrix/client/v1/rooms/{roomId}/thread/{eventId}/subscription",
    )]);
    type Response = Empty;
}

/// Unsubscribes the user from a thread: flag `org.matrix.msc4306`. It succeeds if they are not subscribed.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such thread), `M_UNRECOGNIZED`.
///
/// Proposal: [MSC4306](https://github.com/matrix-org/matrix-spec-proposals/pull/4306).
#[doc(alias = "msc4306DeleteThreadSubscription")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteThreadSubscription {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event that the thread begins with.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
}

impl DeleteThreadSubscription {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self { room_id, event_id }
    }
}

impl Endpoint for DeleteThreadSubscription {
    const OPERATION: Operation = Operation::delete(
        "msc4306DeleteThreadSubscription",
        "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription",
    )
    .auth(Auth::Required)
    .repeatable()
    .unstable(&[(
        "org.matrix.msc4306.stable",
        "/_matrix/client/v1/rooms/{roomId}/thread/{eventId}/subscription",
    )]);
    type Response = Empty;
}
