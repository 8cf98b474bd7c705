use hardline_derive::{Request, Response};

use crate::client_api::room_events::Direction;
use crate::events::RawEvent;
use crate::json::RawList;
use crate::types::{EventId, RoomId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches events that relate to an event: replies in a thread, reactions, edits, page by page.
///
/// Errors worth handling: `M_NOT_FOUND` or `M_UNKNOWN` with the status 404 (there is no such event, or the user may not
/// see it).
///
/// ```
/// use hardline::client_api::room_events::GetRelatingEvents;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRelatingEvents::new(
///     RoomId::parse("!room:example.org")?,
///     EventId::parse("$event:example.org")?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v1/rooms/%21room%3Aexample.org/relations/%24event%3Aexample.org",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/relations/{eventId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventid).
#[doc(alias = "getRelatingEvents")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRelatingEvents {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event that they relate to.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// Where the page begins: a token of an earlier response, of the history or of a sync.
    pub from: Option<String>,
    /// Where to stop at the latest: a token too.
    pub to: Option<String>,
    /// The maximum number of events; the server may return fewer.
    pub limit: Option<u64>,
    /// Which way to go: backward by default. Since v1.4.
    pub dir: Option<Direction>,
    /// Whether to include what relates to these events in turn. Since v1.10.
    pub recurse: Option<bool>,
}

impl GetRelatingEvents {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self {
            room_id,
            event_id,
            from: None,
            to: None,
            limit: None,
            dir: None,
            recurse: None,
        }
    }
}

impl Endpoint for GetRelatingEvents {
    const OPERATION: Operation = Operation::get(
        "getRelatingEvents",
        "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}",
    )
    .auth(Auth::Required)
    .query(&["from", "to", "limit", "dir", "recurse"])
    .since(SpecVersion::v1(3));
    type Response = RelatingEvents;
}

/// Fetches events that relate to an event in one way, page by page.
///
/// Errors worth handling: `M_NOT_FOUND` or `M_UNKNOWN` with the status 404 (there is no such event, or the user may not
/// see it).
///
/// ```
/// use hardline::client_api::room_events::GetRelatingEventsWithRelType;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRelatingEventsWithRelType::new(
///     RoomId::parse("!room:example.org")?,
///     EventId::parse("$event:example.org")?,
///     "m.thread".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v1/rooms/%21room%3Aexample.org/relations/%24event%3Aexample.org/m.thread",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/relations/{eventId}/{relType}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype).
#[doc(alias = "getRelatingEventsWithRelType")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRelatingEventsWithRelType {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event that they relate to.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// How they relate to it: `m.thread`, `m.annotation`, `m.replace`, `m.reference`.
    #[serde(rename = "relType")]
    pub rel_type: String,
    /// Where the page begins: a token of an earlier response, of the history or of a sync.
    pub from: Option<String>,
    /// Where to stop at the latest: a token too.
    pub to: Option<String>,
    /// The maximum number of events; the server may return fewer.
    pub limit: Option<u64>,
    /// Which way to go: backward by default. Since v1.4.
    pub dir: Option<Direction>,
    /// Whether to include what relates to these events in turn, in whichever way. Since v1.10.
    pub recurse: Option<bool>,
}

impl GetRelatingEventsWithRelType {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId, rel_type: String) -> Self {
        Self {
            room_id,
            event_id,
            rel_type,
            from: None,
            to: None,
            limit: None,
            dir: None,
            recurse: None,
        }
    }
}

impl Endpoint for GetRelatingEventsWithRelType {
    const OPERATION: Operation = Operation::get(
        "getRelatingEventsWithRelType",
        "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}",
    )
    .auth(Auth::Required)
    .query(&["from", "to", "limit", "dir", "recurse"])
    .since(SpecVersion::v1(3));
    type Response = RelatingEvents;
}

/// Fetches events of one type that relate to an event in one way, page by page. An encrypted event has the type
/// `m.room.encrypted`.
///
/// Errors worth handling: `M_NOT_FOUND` or `M_UNKNOWN` with the status 404 (there is no such event, or the user may not
/// see it).
///
/// ```
/// use hardline::client_api::room_events::GetRelatingEventsWithRelTypeAndEventType;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRelatingEventsWithRelTypeAndEventType::new(
///     RoomId::parse("!room:example.org")?,
///     EventId::parse("$event:example.org")?,
///     "text".to_owned(),
///     "text".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v1/rooms/%21room%3Aexample.org/relations/%24event%3Aexample.org/text/text",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/relations/{eventId}/{relType}/{eventType}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype).
#[doc(alias = "getRelatingEventsWithRelTypeAndEventType")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRelatingEventsWithRelTypeAndEventType {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event that they relate to.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// How they relate to it: `m.thread`, `m.annotation`, `m.replace`, `m.reference`.
    #[serde(rename = "relType")]
    pub rel_type: String,
    /// The type of the events.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// Where the page begins: a token of an earlier response, of the history or of a sync.
    pub from: Option<String>,
    /// Where to stop at the latest: a token too.
    pub to: Option<String>,
    /// The maximum number of events; the server may return fewer.
    pub limit: Option<u64>,
    /// Which way to go: backward by default. Since v1.4.
    pub dir: Option<Direction>,
    /// Whether to include what relates to these events in turn, if it is of the type too. Since v1.10.
    pub recurse: Option<bool>,
}

impl GetRelatingEventsWithRelTypeAndEventType {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId, rel_type: String, event_type: String) -> Self {
        Self {
            room_id,
            event_id,
            rel_type,
            event_type,
            from: None,
            to: None,
            limit: None,
            dir: None,
            recurse: None,
        }
    }
}

impl Endpoint for GetRelatingEventsWithRelTypeAndEventType {
    const OPERATION: Operation = Operation::get(
        "getRelatingEventsWithRelTypeAndEventType",
        "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}",
    )
    .auth(Auth::Required)
    .query(&["from", "to", "limit", "dir", "recurse"])
    .since(SpecVersion::v1(3));
    type Response = RelatingEvents;
}

/// A page of events that relate to another.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RelatingEvents {
    /// The events, the newest first if it went backward.
    pub chunk: RawList<RawEvent>,
    /// Where the next page begins. Missing on the last one.
    pub next_batch: Option<String>,
    /// Where the page before begins. Missing on the first one.
    pub prev_batch: Option<String>,
    /// How many levels the server went down, if it was asked to. Since v1.10.
    pub recursion_depth: Option<u64>,
}

impl RelatingEvents {
    /// One with the required fields.
    pub fn new(chunk: RawList<RawEvent>) -> Self {
        Self {
            chunk,
            next_batch: None,
            prev_batch: None,
            recursion_depth: None,
        }
    }
}
