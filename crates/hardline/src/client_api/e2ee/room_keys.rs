use hardline_derive::Request;

use crate::client_api::e2ee::{BackupUpdate, KeyBackupData, RoomKeyBackup};
use crate::json::JsonMap;
use crate::types::RoomId;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches the keys of a room from a backup. Without keys of the room the response has none.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::GetRoomKeysByRoomId;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomKeysByRoomId::new(RoomId::parse("!room:example.org")?, "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys/%21room%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /room_keys/keys/{roomId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeysroomid).
#[doc(alias = "getRoomKeysByRoomId")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomKeysByRoomId {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The version of the backup.
    pub version: String,
}

impl GetRoomKeysByRoomId {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, version: String) -> Self {
        Self { room_id, version }
    }
}

impl Endpoint for GetRoomKeysByRoomId {
    const OPERATION: Operation = Operation::get(
        "getRoomKeysByRoomId",
        "/_matrix/client/v3/room_keys/keys/{roomId}",
    )
    .auth(Auth::Required)
    .query(&["version"])
    .since(SpecVersion::v1(1));
    type Response = RoomKeyBackup;
}

/// Stores keys of a room in a backup. The server keeps the better of the two where it has one already: see
/// [`KeyBackupData`](super::KeyBackupData).
///
/// Errors worth handling: `M_WRONG_ROOM_KEYS_VERSION` (there is a newer backup, whose version `current_version` of the
/// error says; Conduit and its descendants say `M_INVALID_PARAM`), `M_NOT_FOUND` (there is no such backup),
/// `M_TOO_LARGE`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::PutRoomKeysByRoomId;
/// use hardline::json::JsonMap;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PutRoomKeysByRoomId::new(RoomId::parse("!room:example.org")?, "text".to_owned(), JsonMap::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys/%21room%3Aexample.org");
/// assert_eq!(request.body(), br#"{"sessions":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /room_keys/keys/{roomId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeysroomid).
#[doc(alias = "putRoomKeysByRoomId")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PutRoomKeysByRoomId {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The version of the backup.
    pub version: String,
    /// The keys of the sessions, by their IDs.
    pub sessions: JsonMap<String, KeyBackupData>,
}

impl PutRoomKeysByRoomId {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, version: String, sessions: JsonMap<String, KeyBackupData>) -> Self {
        Self {
            room_id,
            version,
            sessions,
        }
    }
}

impl Endpoint for PutRoomKeysByRoomId {
    const OPERATION: Operation = Operation::put(
        "putRoomKeysByRoomId",
        "/_matrix/client/v3/room_keys/keys/{roomId}",
    )
    .auth(Auth::Required)
    .query(&["version"])
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = BackupUpdate;
}

/// Deletes the keys of a room from a backup.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::DeleteRoomKeysByRoomId;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteRoomKeysByRoomId::new(RoomId::parse("!room:example.org")?, "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys/%21room%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /room_keys/keys/{roomId}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeysroomid).
#[doc(alias = "deleteRoomKeysByRoomId")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRoomKeysByRoomId {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The version of the backup.
    pub version: String,
}

impl DeleteRoomKeysByRoomId {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, version: String) -> Self {
        Self { room_id, version }
    }
}

impl Endpoint for DeleteRoomKeysByRoomId {
    const OPERATION: Operation = Operation::delete(
        "deleteRoomKeysByRoomId",
        "/_matrix/client/v3/room_keys/keys/{roomId}",
    )
    .auth(Auth::Required)
    .query(&["version"])
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = BackupUpdate;
}
