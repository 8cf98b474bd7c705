use hardline_derive::Request;

use crate::json::Empty;
use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Removes a user from a room, or takes their invitation back. They may come back unless the room's rules forbid it.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not, or they are not in the room; some servers say `M_UNKNOWN` or
/// `M_BAD_STATE` of that), `M_NOT_FOUND`.
///
/// ```
/// use hardline::client_api::membership::Kick;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Kick::new(RoomId::parse("!room:example.org")?, UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/kick");
/// assert_eq!(request.body(), br#"{"user_id":"@alice:example.org"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/kick`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidkick).
#[doc(alias = "kick")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Kick {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Who is removed.
    pub user_id: UserId,
    /// Why, for people to read.
    pub reason: Option<String>,
}

impl Kick {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, user_id: UserId) -> Self {
        Self {
            room_id,
            user_id,
            reason: None,
        }
    }
}

impl Endpoint for Kick {
    const OPERATION: Operation = Operation::post("kick", "/_matrix/client/v3/rooms/{roomId}/kick")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/rooms/{roomId}/kick")]);
    type Response = Empty;
}

/// Bans a user from a room: they leave it if they are in it, and cannot come back until they are unbanned.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not).
///
/// ```
/// use hardline::client_api::membership::Ban;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Ban::new(RoomId::parse("!room:example.org")?, UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/ban");
/// assert_eq!(request.body(), br#"{"user_id":"@alice:example.org"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/ban`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidban).
#[doc(alias = "ban")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Ban {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Who is banned.
    pub user_id: UserId,
    /// Why, for people to read.
    pub reason: Option<String>,
}

impl Ban {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, user_id: UserId) -> Self {
        Self {
            room_id,
            user_id,
            reason: None,
        }
    }
}

impl Endpoint for Ban {
    const OPERATION: Operation = Operation::post("ban", "/_matrix/client/v3/rooms/{roomId}/ban")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/rooms/{roomId}/ban")]);
    type Response = Empty;
}

/// Lifts a ban. The user is not in the room then, but may join or be invited as the room's rules say.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not; some servers also say it, `M_UNKNOWN` or `M_BAD_STATE` of
/// those who are not banned).
///
/// ```
/// use hardline::client_api::membership::Unban;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Unban::new(RoomId::parse("!room:example.org")?, UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/unban");
/// assert_eq!(request.body(), br#"{"user_id":"@alice:example.org"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/unban`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidunban).
#[doc(alias = "unban")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Unban {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Who was banned.
    pub user_id: UserId,
    /// Why, for people to read. Since v1.1.
    pub reason: Option<String>,
}

impl Unban {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, user_id: UserId) -> Self {
        Self {
            room_id,
            user_id,
            reason: None,
        }
    }
}

impl Endpoint for Unban {
    const OPERATION: Operation =
        Operation::post("unban", "/_matrix/client/v3/rooms/{roomId}/unban")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/rooms/{roomId}/unban",
            )]);
    type Response = Empty;
}
