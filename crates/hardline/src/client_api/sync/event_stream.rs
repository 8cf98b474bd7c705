use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::RawList;
use crate::types::{EventId, RoomId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Deprecated: waits for new events. Use [`Sync`](crate::client_api::sync::Sync).
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server no longer has it).
///
/// ```
/// use hardline::client_api::sync::GetEvents;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetEvents::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/events");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /events`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events).
#[doc(alias = "getEvents")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetEvents {
    /// Where to begin: the token of an earlier response. Without it, with what comes next.
    pub from: Option<String>,
    /// How long to wait for events, in milliseconds.
    pub timeout: Option<u64>,
}

impl GetEvents {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetEvents {
    const OPERATION: Operation = Operation::get("getEvents", "/_matrix/client/v3/events")
        .auth(Auth::Required)
        .query(&["from", "timeout"])
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/events")]);
    type Response = EventStreamPage;
}

/// Waits for new events of a room without being in it. The room's history has to be readable for everybody.
///
/// Errors worth handling: `M_FORBIDDEN` (it is not readable for the user), `M_UNRECOGNIZED` (the server does not have
/// it).
///
/// ```
/// use hardline::client_api::sync::PeekEvents;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PeekEvents::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/events");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /events`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events).
#[doc(alias = "peekEvents")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PeekEvents {
    /// Where to begin: the token of an earlier response. Without it, with what comes next.
    pub from: Option<String>,
    /// How long to wait for events, in milliseconds.
    pub timeout: Option<u64>,
    /// The room.
    pub room_id: RoomId,
}

impl PeekEvents {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            from: None,
            timeout: None,
            room_id,
        }
    }
}

impl Endpoint for PeekEvents {
    const OPERATION: Operation = Operation::get("peekEvents", "/_matrix/client/v3/events")
        .auth(Auth::Required)
        .distinctive_field("room_id")
        .query(&["from", "timeout", "room_id"])
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/events")]);
    type Response = EventStreamPage;
}

/// Events that came in meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct EventStreamPage {
    /// Where these events begin.
    pub start: Option<String>,
    /// Where to go on.
    pub end: Option<String>,
    /// The events: receipts, typing notices and presence among them.
    #[serde(default)]
    pub chunk: RawList<RawEvent>,
}

/// Deprecated: fetches an event by its ID alone. Use
/// [`GetOneRoomEvent`](crate::client_api::room_events::GetOneRoomEvent).
///
/// Errors worth handling: a status of 404 (there is no such event, or the user may not see it), which Synapse says
/// without a code.
///
/// ```
/// use hardline::client_api::sync::GetOneEvent;
/// use hardline::types::{AccessToken, EventId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetOneEvent::new(EventId::parse("$event:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/events/%24event%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /events/{eventId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3eventseventid).
#[doc(alias = "getOneEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetOneEvent {
    /// The event.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
}

impl GetOneEvent {
    /// A request with the required fields.
    pub fn new(event_id: EventId) -> Self {
        Self { event_id }
    }
}

impl Endpoint for GetOneEvent {
    const OPERATION: Operation =
        Operation::get("getOneEvent", "/_matrix/client/v3/events/{eventId}")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/events/{eventId}")]);
    type Response = RawEvent;
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;
    use crate::wire::server::Router;

    #[test]
    fn waiting_for_events_of_a_room_is_peeking() {
        let mut router = Router::new();
        router.add(&GetEvents::OPERATION);
        router.add(&PeekEvents::OPERATION);
        for (query, id) in [
            ("", "getEvents"),
            ("?from=s1", "getEvents"),
            ("?from=s1&room_id=%21a", "peekEvents"),
        ] {
            let uri = format!("/_matrix/client/v3/events{query}");
            let request = http::Request::get(uri).body("").unwrap();
            assert_eq!(router.route(&request).unwrap().operation.id, id, "{query}");
        }
    }
}
