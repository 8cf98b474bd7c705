use hardline_derive::{Request, Response};

use crate::json::{JsonObject, RawJson};
use crate::types::{EventId, RoomId, Timestamp};
use crate::wire::{Auth, Endpoint, Operation};

/// Lists the user's scheduled events: flag `org.matrix.msc4140`.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED`.
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140GetDelayedEvents")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetDelayedEvents {
    /// `scheduled` or `finalised`: which ones, on servers with an older form.
    pub status: Option<String>,
    /// Where the page begins, on servers with an older form: the token of an earlier response.
    pub from: Option<String>,
}

impl GetDelayedEvents {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetDelayedEvents {
    const OPERATION: Operation = Operation::get(
        "msc4140GetDelayedEvents",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events",
    )
    .auth(Auth::Required)
    .query(&["status", "from"])
    .unstable(&[(
        "org.matrix.msc4140.stable",
        "/_matrix/client/v1/delayed_events",
    )]);
    type Response = GetDelayedEventsResponse;
}

/// Events that are scheduled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetDelayedEventsResponse {
    /// The events. Finalised ones of an older form are what they were when they were scheduled.
    #[serde(default)]
    pub delayed_events: Vec<DelayedEvent>,
    /// Where the next page begins, on servers with an older form.
    pub next_batch: Option<String>,
}

/// Asks what has become of a scheduled event: flag `org.matrix.msc4140`. Servers with an older form do not have it.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such event, or it is long past), `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4140::GetDelayedEvent;
/// use hardline::wire;
///
/// let body = r#"{"delay_id": "d1", "room_id": "!room:example.org", "type": "m.room.message", "delay_ms": 5000,
///"scheduled_at": 1795952380821, "content": {}, "event_id": "$sent", "finalised_ts": 1795952385821}"#;
/// let answer = wire::decode::<GetDelayedEvent>(http::Response::new(body))?;
/// assert_eq!(answer.event_id.unwrap().as_str(), "$sent");
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140GetDelayedEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetDelayedEvent {
    /// The event.
    pub delay_id: String,
}

impl GetDelayedEvent {
    /// A request with the required fields.
    pub fn new(delay_id: String) -> Self {
        Self { delay_id }
    }
}

impl Endpoint for GetDelayedEvent {
    const OPERATION: Operation = Operation::get(
        "msc4140GetDelayedEvent",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delay_id}",
    )
    .auth(Auth::Required)
    .unstable(&[(
        "org.matrix.msc4140.stable",
        "/_matrix/client/v1/delayed_events/{delay_id}",
    )]);
    type Response = GetDelayedEventResponse;
}

/// An event that is or was scheduled.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetDelayedEventResponse {
    /// Its ID.
    pub delay_id: String,
    /// Its room.
    pub room_id: RoomId,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its state key, if it is state.
    pub state_key: Option<String>,
    /// After how long it is sent, in milliseconds.
    pub delay_ms: Option<u64>,
    /// When its time began, in Unix milliseconds.
    pub scheduled_at: Option<Timestamp>,
    /// The same, in an older form: Synapse.
    pub delayed_since_ts: Option<Timestamp>,
    /// Its content, undecoded.
    pub content: Option<RawJson>,
    /// The event that was sent. Missing if it was not, or not yet.
    pub event_id: Option<EventId>,
    /// Why it could not be sent, as an error of Matrix.
    pub error: Option<JsonObject>,
    /// When it was sent or cancelled, in Unix milliseconds. Missing while it is scheduled.
    pub finalised_ts: Option<Timestamp>,
}

impl GetDelayedEventResponse {
    /// One with the required fields.
    pub fn new(delay_id: String, room_id: RoomId, event_type: String) -> Self {
        Self {
            delay_id,
            room_id,
            event_type,
            state_key: None,
            delay_ms: None,
            scheduled_at: None,
            delayed_since_ts: None,
            content: None,
            event_id: None,
            error: None,
            finalised_ts: None,
        }
    }
}

/// An event that is scheduled. Of a time, servers have one name or the other.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DelayedEvent {
    /// Its ID.
    pub delay_id: String,
    /// Its room.
    pub room_id: RoomId,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its state key, if it is state.
    pub state_key: Option<String>,
    /// After how long it is sent, in milliseconds.
    pub delay_ms: Option<u64>,
    /// The same, in an older form.
    pub delay: Option<u64>,
    /// When its time began, in Unix milliseconds.
    pub scheduled_at: Option<Timestamp>,
    /// The same, in an older form.
    pub delayed_since_ts: Option<Timestamp>,
    /// The same, in a still older form.
    pub running_since: Option<Timestamp>,
    /// Its content, undecoded.
    pub content: Option<RawJson>,
}

impl DelayedEvent {
    /// One with the required fields.
    pub fn new(delay_id: String, room_id: RoomId, event_type: String) -> Self {
        Self {
            delay_id,
            room_id,
            event_type,
            state_key: None,
            delay_ms: None,
            delay: None,
            scheduled_at: None,
            delayed_since_ts: None,
            running_since: None,
            content: None,
        }
    }
}
