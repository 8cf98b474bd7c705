use hardline_derive::{Request, Response};

use crate::json::RawJson;
use crate::types::{RoomId, Timestamp};
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
    .query(&["status", "from"]);
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
