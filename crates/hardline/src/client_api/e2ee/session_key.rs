use hardline_derive::Request;

use crate::client_api::e2ee::{BackupUpdate, KeyBackupData};
use crate::json::RawJson;
use crate::types::RoomId;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches the key of one session from a backup.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such key or backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::GetRoomKeyBySessionId;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomKeyBySessionId::new(
///     RoomId::parse("!room:example.org")?,
///     "text".to_owned(),
///     "text".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys/%21room%3Aexample.org/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /room_keys/keys/{roomId}/{sessionId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeysroomidsessionid).
#[doc(alias = "getRoomKeyBySessionId")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomKeyBySessionId {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The ID of the session.
    #[serde(rename = "sessionId")]
    pub session_id: String,
    /// The version of the backup.
    pub version: String,
}

impl GetRoomKeyBySessionId {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, session_id: String, version: String) -> Self {
        Self {
            room_id,
            session_id,
            version,
        }
    }
}

impl Endpoint for GetRoomKeyBySessionId {
    const OPERATION: Operation = Operation::get(
        "getRoomKeyBySessionId",
        "/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}",
    )
    .auth(Auth::Required)
    .query(&["version"])
    .since(SpecVersion::v1(1));
    type Response = KeyBackupData;
}

/// Stores the key of one session in a backup. The server keeps the better of the two where it has one already: see
/// [`KeyBackupData`](super::KeyBackupData).
///
/// Errors worth handling: `M_WRONG_ROOM_KEYS_VERSION` (there is a newer backup, whose version `current_version` of the
/// error says; Conduit and its descendants say `M_INVALID_PARAM`), `M_NOT_FOUND` (there is no such backup),
/// `M_TOO_LARGE`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::PutRoomKeyBySessionId;
/// use hardline::json::RawJson;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PutRoomKeyBySessionId::new(
///     RoomId::parse("!room:example.org")?,
///     "text".to_owned(),
///     "text".to_owned(),
///     1,
///     1,
///     true,
///     RawJson::new(&serde_json::json!({}))?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys/%21room%3Aexample.org/text");
/// assert_eq!(
///     request.body(),
///     br#"{"first_message_index":1,"forwarded_count":1,"is_verified":true,"session_data":{}}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /room_keys/keys/{roomId}/{sessionId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeysroomidsessionid).
#[doc(alias = "putRoomKeyBySessionId")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PutRoomKeyBySessionId {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The ID of the session.
    #[serde(rename = "sessionId")]
    pub session_id: String,
    /// The version of the backup.
    pub version: String,
    /// The index of the first message that the key decrypts.
    pub first_message_index: u64,
    /// How often the key was forwarded.
    pub forwarded_count: u64,
    /// Whether the device that makes the backup verified the device that the key is of.
    pub is_verified: bool,
    /// The encrypted key: its members belong to the algorithm.
    pub session_data: RawJson,
}

impl PutRoomKeyBySessionId {
    /// A request with the required fields.
    pub fn new(
        room_id: RoomId,
        session_id: String,
        version: String,
        first_message_index: u64,
        forwarded_count: u64,
        is_verified: bool,
        session_data: RawJson,
    ) -> Self {
        Self {
            room_id,
            session_id,
            version,
            first_message_index,
            forwarded_count,
            is_verified,
            session_data,
        }
    }
}

impl Endpoint for PutRoomKeyBySessionId {
    const OPERATION: Operation = Operation::put(
        "putRoomKeyBySessionId",
        "/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}",
    )
    .auth(Auth::Required)
    .query(&["version"])
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = BackupUpdate;
}

/// Deletes the key of one session from a backup. Deleting one that is not there succeeds.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::DeleteRoomKeyBySessionId;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteRoomKeyBySessionId::new(
///     RoomId::parse("!room:example.org")?,
///     "text".to_owned(),
///     "text".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys/%21room%3Aexample.org/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /room_keys/keys/{roomId}/{sessionId}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeysroomidsessionid).
#[doc(alias = "deleteRoomKeyBySessionId")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRoomKeyBySessionId {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The ID of the session.
    #[serde(rename = "sessionId")]
    pub session_id: String,
    /// The version of the backup.
    pub version: String,
}

impl DeleteRoomKeyBySessionId {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, session_id: String, version: String) -> Self {
        Self {
            room_id,
            session_id,
            version,
        }
    }
}

impl Endpoint for DeleteRoomKeyBySessionId {
    const OPERATION: Operation = Operation::delete(
        "deleteRoomKeyBySessionId",
        "/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}",
    )
    .auth(Auth::Required)
    .query(&["version"])
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = BackupUpdate;
}
