use hardline_derive::{Request, Response};

use crate::client_api::push::PushAction;
use crate::json::RawJson;
use crate::types::{RoomId, Timestamp};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the events that the user was notified of, or would have been, the newest first.
///
/// Read them page by page: [`from`](Self::from) of the next page is the
/// [`next_token`](GetNotificationsResponse::next_token) of this one.
///
/// ```
/// use hardline::client_api::push::GetNotifications;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetNotifications::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/notifications");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /notifications`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3notifications).
#[doc(alias = "getNotifications")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetNotifications {
    /// Where the page begins: the token of an earlier response. Without it, with the newest event.
    pub from: Option<String>,
    /// The maximum number; the server may return fewer.
    pub limit: Option<u64>,
    /// `highlight` lists only events whose actions highlight them.
    pub only: Option<String>,
}

impl GetNotifications {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetNotifications {
    const OPERATION: Operation =
        Operation::get("getNotifications", "/_matrix/client/v3/notifications")
            .auth(Auth::Required)
            .query(&["from", "limit", "only"])
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/notifications")]);
    type Response = GetNotificationsResponse;
}

/// A page of notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetNotificationsResponse {
    /// Where the next page begins. Missing on the last one; some servers send an empty string there.
    pub next_token: Option<String>,
    /// The notifications of this page.
    #[serde(default)]
    pub notifications: Vec<Notification>,
}

impl GetNotificationsResponse {
    /// The last page.
    pub fn new(notifications: Vec<Notification>) -> Self {
        Self {
            next_token: None,
            notifications,
        }
    }
}

/// An event that the user was notified of, or would have been.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Notification {
    /// What the rule that matched said to do.
    #[serde(default)]
    pub actions: Vec<PushAction>,
    /// The event, undecoded.
    pub event: RawJson,
    /// The profile tag of the rule that matched.
    pub profile_tag: Option<String>,
    /// Whether the user has read a later event in the room.
    #[serde(default)]
    pub read: bool,
    /// The room that the event was sent to.
    pub room_id: RoomId,
    /// When the server notified, in Unix milliseconds.
    pub ts: Timestamp,
}

impl Notification {
    /// A notification without a profile tag.
    pub fn new(
        actions: Vec<PushAction>,
        event: RawJson,
        read: bool,
        room_id: RoomId,
        ts: Timestamp,
    ) -> Self {
        Self {
            actions,
            event,
            profile_tag: None,
            read,
            room_id,
            ts,
        }
    }
}
