use hardline_derive::{Request, Response};

use crate::client_api::e2ee::{BackupUpdate, RoomKeyBackup};
use crate::json::JsonMap;
use crate::types::RoomId;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches all keys from a backup.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup; Conduit responds without rooms), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::GetRoomKeys;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomKeys::new("text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /room_keys/keys`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeys).
#[doc(alias = "getRoomKeys")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomKeys {
    /// The version of the backup.
    pub version: String,
}

impl GetRoomKeys {
    /// A request with the required fields.
    pub fn new(version: String) -> Self {
        Self { version }
    }
}

impl Endpoint for GetRoomKeys {
    const OPERATION: Operation = Operation::get("getRoomKeys", "/_matrix/client/v3/room_keys/keys")
        .auth(Auth::Required)
        .query(&["version"])
        .since(SpecVersion::v1(1));
    type Response = GetRoomKeysResponse;
}

/// All keys of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRoomKeysResponse {
    /// The keys of each room.
    pub rooms: JsonMap<RoomId, RoomKeyBackup>,
}

impl GetRoomKeysResponse {
    /// The keys of these rooms.
    pub fn new(rooms: JsonMap<RoomId, RoomKeyBackup>) -> Self {
        Self { rooms }
    }
}

/// Stores keys of several rooms in a backup. The server keeps the better of the two where it has one already: see
/// [`KeyBackupData`](super::KeyBackupData).
///
/// Errors worth handling: `M_WRONG_ROOM_KEYS_VERSION` (there is a newer backup, whose version `current_version` of the
/// error says; Conduit and its descendants say `M_INVALID_PARAM`), `M_NOT_FOUND` (there is no such backup),
/// `M_TOO_LARGE`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::PutRoomKeys;
/// use hardline::json::JsonMap;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PutRoomKeys::new("text".to_owned(), JsonMap::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys");
/// assert_eq!(request.body(), br#"{"rooms":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /room_keys/keys`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeys).
#[doc(alias = "putRoomKeys")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PutRoomKeys {
    /// The version of the backup.
    pub version: String,
    /// The keys of each room.
    pub rooms: JsonMap<RoomId, RoomKeyBackup>,
}

impl PutRoomKeys {
    /// A request with the required fields.
    pub fn new(version: String, rooms: JsonMap<RoomId, RoomKeyBackup>) -> Self {
        Self { version, rooms }
    }
}

impl Endpoint for PutRoomKeys {
    const OPERATION: Operation = Operation::put("putRoomKeys", "/_matrix/client/v3/room_keys/keys")
        .auth(Auth::Required)
        .query(&["version"])
        .repeatable()
        .since(SpecVersion::v1(1));
    type Response = BackupUpdate;
}

/// Deletes all keys from a backup. The backup stays.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::DeleteRoomKeys;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteRoomKeys::new("text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/keys");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /room_keys/keys`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeys).
#[doc(alias = "deleteRoomKeys")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRoomKeys {
    /// The version of the backup.
    pub version: String,
}

impl DeleteRoomKeys {
    /// A request with the required fields.
    pub fn new(version: String) -> Self {
        Self { version }
    }
}

impl Endpoint for DeleteRoomKeys {
    const OPERATION: Operation =
        Operation::delete("deleteRoomKeys", "/_matrix/client/v3/room_keys/keys")
            .auth(Auth::Required)
            .query(&["version"])
            .repeatable()
            .since(SpecVersion::v1(1));
    type Response = BackupUpdate;
}
