use hardline_derive::{Request, Response};
use serde::Serialize;
use serde::ser::Error;

use crate::events::check_event_size;
use crate::json::RawJson;
use crate::types::{EventId, RoomId, TransactionId};
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

/// Sends an event that is not state to a room, a message for instance.
///
/// Repeat it with the same [`txn_id`](Self::txn_id) if its answer gets lost: the server then responds with the event
/// that it has, and sends none twice.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not, or is not in the room), `M_TOO_LARGE` (an event may have
/// 65,536 bytes with all that servers add), `M_DUPLICATE_ANNOTATION` (the user has reacted so already), `M_UNKNOWN` (it
/// relates to an event as that does not allow), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::room_events::SendMessage;
/// use hardline::types::{AccessToken, RoomId, TransactionId};
/// use hardline::wire::{self, Credentials, Target};
/// use serde_json::json;
///
/// let operation = SendMessage::event(
///     RoomId::parse("!room:example.org")?,
///     "m.room.message",
///     TransactionId::parse("1")?,
///     &json!({"msgtype": "m.text", "body": "hello"}),
/// )?;
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/send/m.room.message/1");
/// assert_eq!(request.body(), br#"{"body":"hello","msgtype":"m.text"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /rooms/{roomId}/send/{eventType}/{txnId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid).
#[doc(alias = "sendMessage")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SendMessage {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type of the event.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// Tells a repeated request from a new one: choose one for each new event.
    #[serde(rename = "txnId")]
    pub txn_id: TransactionId,
    /// The content: a JSON object.
    pub content: RawJson,
}

impl SendMessage {
    /// A request with the required fields.
    pub fn new(
        room_id: RoomId,
        event_type: String,
        txn_id: TransactionId,
        content: RawJson,
    ) -> Self {
        Self {
            room_id,
            event_type,
            txn_id,
            content,
        }
    }
}

impl Endpoint for SendMessage {
    const OPERATION: Operation = Operation::put(
        "sendMessage",
        "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}",
    )
    .auth(Auth::Required)
    .body(Body::Whole("content"))
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/send/{eventType}/{txnId}",
    )]);
    type Response = SentEvent;
}

impl SendMessage {
    /// Sends an event with this content: whatever serializes as a JSON object.
    ///
    /// # Errors
    /// The content has no JSON form, or servers would refuse the event for its size:
    /// [`check_event_size`](crate::events::check_event_size).
    pub fn event<C: Serialize + ?Sized>(
        room_id: RoomId,
        event_type: &str,
        txn_id: TransactionId,
        content: &C,
    ) -> Result<Self, serde_json::Error> {
        let content = RawJson::new(content)?;
        check_event_size(event_type, None, &content).map_err(Error::custom)?;
        Ok(Self::new(room_id, event_type.to_owned(), txn_id, content))
    }
}

/// An event that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SentEvent {
    /// The event.
    pub event_id: EventId,
}

impl SentEvent {
    /// An event that was sent.
    pub fn new(event_id: EventId) -> Self {
        Self { event_id }
    }
}

/// Removes an event's content from a room, for everybody and for good. A few members stay, as the room's version says.
///
/// Repeat it with the same [`txn_id`](Self::txn_id) if its answer gets lost. Conduit does not look at that, and redacts
/// twice, which does no harm.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user's event, and the user may not), `M_NOT_FOUND` (there is no
/// such event).
///
/// ```
/// use hardline::client_api::room_events::RedactEvent;
/// use hardline::types::{AccessToken, EventId, RoomId, TransactionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RedactEvent::new(
///     RoomId::parse("!room:example.org")?,
///     EventId::parse("$event:example.org")?,
///     TransactionId::parse("1")?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/rooms/%21room%3Aexample.org/redact/%24event%3Aexample.org/1",
/// );
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /rooms/{roomId}/redact/{eventId}/{txnId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid).
#[doc(alias = "redactEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RedactEvent {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// Tells a repeated request from a new one: choose one for each new request.
    #[serde(rename = "txnId")]
    pub txn_id: TransactionId,
    /// Why, for people to read.
    pub reason: Option<String>,
}

impl RedactEvent {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId, txn_id: TransactionId) -> Self {
        Self {
            room_id,
            event_id,
            txn_id,
            reason: None,
        }
    }
}

impl Endpoint for RedactEvent {
    const OPERATION: Operation = Operation::put(
        "redactEvent",
        "/_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/redact/{eventId}/{txnId}",
    )]);
    type Response = RedactEventResponse;
}

/// The event that redacts another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RedactEventResponse {
    /// That event.
    pub event_id: Option<EventId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_for_an_event_is_not_sent() {
        let event = |length: usize| {
            SendMessage::event(
                RoomId::parse("!room:example.org").unwrap(),
                "m.room.message",
                TransactionId::parse("1").unwrap(),
                &serde_json::json!({"body": "a".repeat(length)}),
            )
        };
        assert!(event(60_000).is_ok());
        let error = event(70_000).unwrap_err().to_string();
        assert!(
            error.contains("73099 bytes") && error.contains("65536"),
            "{error}"
        );
    }
}
