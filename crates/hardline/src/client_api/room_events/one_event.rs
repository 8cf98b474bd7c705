use hardline_derive::{Request, Response};

use crate::client_api::room_events::Direction;
use crate::client_api::sync::RoomEventFilter;
use crate::events::RawEvent;
use crate::json::{JsonText, RawList};
use crate::types::{EventId, RoomId, Timestamp};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches one event of a room.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such event, or the user may not see it), `M_SENDER_IGNORED` (the
/// user ignores its sender).
///
/// ```
/// use hardline::client_api::room_events::GetOneRoomEvent;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetOneRoomEvent::new(RoomId::parse("!room:example.org")?, EventId::parse("$event:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/rooms/%21room%3Aexample.org/event/%24event%3Aexample.org",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/event/{eventId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomideventeventid).
#[doc(alias = "getOneRoomEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetOneRoomEvent {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
}

impl GetOneRoomEvent {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self { room_id, event_id }
    }
}

impl Endpoint for GetOneRoomEvent {
    const OPERATION: Operation = Operation::get(
        "getOneRoomEvent",
        "/_matrix/client/v3/rooms/{roomId}/event/{eventId}",
    )
    .auth(Auth::Required)
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/event/{eventId}",
    )]);
    type Response = RawEvent;
}

/// Fetches an event with what happened right before and after it.
///
/// Errors worth handling: `M_NOT_FOUND` or `M_UNKNOWN` with the status 404 (there is no such event, or the user may not
/// see it), `M_FORBIDDEN`.
///
/// ```
/// use hardline::client_api::room_events::GetEventContext;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetEventContext::new(RoomId::parse("!room:example.org")?, EventId::parse("$event:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/rooms/%21room%3Aexample.org/context/%24event%3Aexample.org",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/context/{eventId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidcontexteventid).
#[doc(alias = "getEventContext")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetEventContext {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// The maximum number of other events, half of them before: 10 by default. With 0, there are none.
    pub limit: Option<u64>,
    /// Which events before and after are wanted, and whether members are loaded lazily.
    pub filter: Option<JsonText<RoomEventFilter>>,
}

impl GetEventContext {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self {
            room_id,
            event_id,
            limit: None,
            filter: None,
        }
    }
}

impl Endpoint for GetEventContext {
    const OPERATION: Operation = Operation::get(
        "getEventContext",
        "/_matrix/client/v3/rooms/{roomId}/context/{eventId}",
    )
    .auth(Auth::Required)
    .query(&["limit", "filter"])
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/context/{eventId}",
    )]);
    type Response = GetEventContextResponse;
}

/// An event and what happened around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetEventContextResponse {
    /// Where the events before begin: a token for [`GetRoomEvents`](crate::client_api::room_events::GetRoomEvents),
    /// backward.
    pub start: Option<String>,
    /// Where the events after end: a token for [`GetRoomEvents`](crate::client_api::room_events::GetRoomEvents),
    /// forward.
    pub end: Option<String>,
    /// What happened before, the newest first.
    #[serde(default)]
    pub events_before: RawList<RawEvent>,
    /// The event.
    pub event: Option<RawEvent>,
    /// What happened after, the oldest first.
    #[serde(default)]
    pub events_after: RawList<RawEvent>,
    /// The state at the last of the events.
    #[serde(default)]
    pub state: RawList<RawEvent>,
}

/// Finds the event of a room that is closest to a time, in one direction. Clocks of other servers may be wrong: the
/// event can be far off.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no event in that direction), `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED`
/// (the server does not have it).
///
/// ```
/// use hardline::client_api::room_events::{Direction, GetEventByTimestamp};
/// use hardline::types::{AccessToken, RoomId, Timestamp};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetEventByTimestamp::new(
///     RoomId::parse("!room:example.org")?,
///     Timestamp::from_millis(1_795_422_468_365),
///     Direction::Backward,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/rooms/%21room%3Aexample.org/timestamp_to_event");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/timestamp_to_event`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidtimestamp_to_event).
#[doc(alias = "getEventByTimestamp")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetEventByTimestamp {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The time, in Unix milliseconds.
    pub ts: Timestamp,
    /// Forward, it finds the first event from then on; backward, the last one until then.
    pub dir: Direction,
}

impl GetEventByTimestamp {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, ts: Timestamp, dir: Direction) -> Self {
        Self { room_id, ts, dir }
    }
}

impl Endpoint for GetEventByTimestamp {
    const OPERATION: Operation = Operation::get(
        "getEventByTimestamp",
        "/_matrix/client/v1/rooms/{roomId}/timestamp_to_event",
    )
    .auth(Auth::Required)
    .query(&["ts", "dir"])
    .since(SpecVersion::v1(6));
    type Response = GetEventByTimestampResponse;
}

/// The event that is closest to a time.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetEventByTimestampResponse {
    /// The event.
    pub event_id: EventId,
    /// When the event was sent, by the clock of its server, in Unix milliseconds. Compare it with the time that was
    /// asked for.
    pub origin_server_ts: Timestamp,
}

impl GetEventByTimestampResponse {
    /// The event and its time.
    pub fn new(event_id: EventId, origin_server_ts: Timestamp) -> Self {
        Self {
            event_id,
            origin_server_ts,
        }
    }
}
