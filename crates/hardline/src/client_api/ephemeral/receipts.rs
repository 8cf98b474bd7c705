use hardline_derive::Request;

use crate::json::Empty;
use crate::types::{EventId, ReceiptType, RoomId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Says up to which event the user has read. Do it when a person has really seen it.
///
/// Errors worth handling: `M_INVALID_PARAM` (the thread and the event do not fit together), `M_NOT_FOUND` (some servers
/// say so of unknown events), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::ephemeral::{PostReceipt, ReceiptType};
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PostReceipt::new(
///     RoomId::parse("!room:example.org")?,
///     ReceiptType::Read,
///     EventId::parse("$event:example.org")?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/rooms/%21room%3Aexample.org/receipt/m.read/%24event%3Aexample.org",
/// );
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/receipt/{receiptType}/{eventId}`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid).
#[doc(alias = "postReceipt")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PostReceipt {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Who sees it.
    #[serde(rename = "receiptType")]
    pub receipt_type: ReceiptType,
    /// The last event that was read.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// What the receipt is for: a thread by its root, `main` for all that is in no thread. Without it, for the whole
    /// room. Never together with [`ReceiptType::FullyRead`]. Since v1.4.
    pub thread_id: Option<String>,
}

impl PostReceipt {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, receipt_type: ReceiptType, event_id: EventId) -> Self {
        Self {
            room_id,
            receipt_type,
            event_id,
            thread_id: None,
        }
    }
}

impl Endpoint for PostReceipt {
    const OPERATION: Operation = Operation::post(
        "postReceipt",
        "/_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/receipt/{receiptType}/{eventId}",
    )]);
    type Response = Empty;
}

/// Moves the user's read marker of a room, and receipts with it. What is not given stays where it is.
///
/// Errors worth handling: `M_UNKNOWN` or `M_NOT_FOUND` with the status 404 (there is no such event),
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::ephemeral::SetReadMarker;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetReadMarker::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/read_markers");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/read_markers`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers).
#[doc(alias = "setReadMarker")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetReadMarker {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Up to where the user has read everything.
    #[serde(rename = "m.fully_read")]
    pub fully_read: Option<EventId>,
    /// The last event that was read, as everybody sees it.
    #[serde(rename = "m.read")]
    pub read: Option<EventId>,
    /// The last event that was read, as only the user's own devices see it. Since v1.4.
    #[serde(rename = "m.read.private")]
    pub read_private: Option<EventId>,
}

impl SetReadMarker {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            fully_read: None,
            read: None,
            read_private: None,
        }
    }
}

impl Endpoint for SetReadMarker {
    const OPERATION: Operation = Operation::post(
        "setReadMarker",
        "/_matrix/client/v3/rooms/{roomId}/read_markers",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/read_markers",
    )]);
    type Response = Empty;
}
