use hardline_derive::Request;

use crate::json::Empty;
use crate::types::{EventId, RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Reports a room to the homeserver's administrators. The user need not be in it.
///
/// Servers may respond the same for rooms that they do not know, so as not to tell whether they exist.
///
/// Errors worth handling: `M_NOT_FOUND` (the server does not know the room), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::moderation::ReportRoom;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = ReportRoom::new(RoomId::parse("!room:example.org")?, "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/report");
/// assert_eq!(request.body(), br#"{"reason":"text"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/report`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreport).
#[doc(alias = "reportRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ReportRoom {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Why it is reported, for people to read. It may be empty.
    pub reason: String,
}

impl ReportRoom {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, reason: String) -> Self {
        Self { room_id, reason }
    }
}

impl Endpoint for ReportRoom {
    const OPERATION: Operation =
        Operation::post("reportRoom", "/_matrix/client/v3/rooms/{roomId}/report")
            .auth(Auth::Required)
            .since(SpecVersion::v1(13))
            .unstable(&[(
                "org.matrix.msc4151",
                "/_matrix/client/unstable/org.matrix.msc4151/rooms/{roomId}/report",
            )]);
    type Response = Empty;
}

/// Reports an event to the homeserver's administrators. The user has to be in its room.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such event, or the user may not see it).
///
/// ```
/// use hardline::client_api::moderation::ReportEvent;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = ReportEvent::new(RoomId::parse("!room:example.org")?, EventId::parse("$event:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/rooms/%21room%3Aexample.org/report/%24event%3Aexample.org",
/// );
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/report/{eventId}`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreporteventid).
#[doc(alias = "reportEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ReportEvent {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The event.
    #[serde(rename = "eventId")]
    pub event_id: EventId,
    /// Why it is reported, for people to read.
    pub reason: Option<String>,
}

impl ReportEvent {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_id: EventId) -> Self {
        Self {
            room_id,
            event_id,
            reason: None,
        }
    }
}

impl Endpoint for ReportEvent {
    const OPERATION: Operation = Operation::post(
        "reportEvent",
        "/_matrix/client/v3/rooms/{roomId}/report/{eventId}",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/report/{eventId}",
    )]);
    type Response = Empty;
}

/// Reports a user to the homeserver's administrators.
///
/// Servers may respond the same for users that do not exist, so as not to tell whether they do.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such user), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::moderation::ReportUser;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = ReportUser::new(UserId::parse("@alice:example.org")?, "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/users/%40alice%3Aexample.org/report");
/// assert_eq!(request.body(), br#"{"reason":"text"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /users/{userId}/report`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3usersuseridreport).
#[doc(alias = "reportUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ReportUser {
    /// The user who is reported.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// Why they are reported, for people to read. It may be empty.
    pub reason: String,
}

impl ReportUser {
    /// A request with the required fields.
    pub fn new(user_id: UserId, reason: String) -> Self {
        Self { user_id, reason }
    }
}

impl Endpoint for ReportUser {
    const OPERATION: Operation =
        Operation::post("reportUser", "/_matrix/client/v3/users/{userId}/report")
            .auth(Auth::Required)
            .since(SpecVersion::v1(14))
            .unstable(&[(
                "org.matrix.msc4260",
                "/_matrix/client/unstable/org.matrix.msc4260/users/{userId}/report",
            )]);
    type Response = Empty;
}
