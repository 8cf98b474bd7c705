use hardline_derive::{Request, Response};

use crate::client_api::e2ee::{BackupAlgorithm, BackupVersion};
use crate::json::{Empty, RawJson};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks for the newest backup of room keys: its version and how it is encrypted.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::{BackupAlgorithm, GetRoomKeysVersionCurrent, MegolmBackupAuthData};
/// use hardline::wire;
///
/// let body = r#"{"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {"public_key": "abcdefg"},
///     "count": 42, "etag": "anopaquestring", "version": "1"}"#;
/// let backup = wire::decode::<GetRoomKeysVersionCurrent>(http::Response::new(body))?;
/// assert_eq!(backup.algorithm, BackupAlgorithm::MegolmV1Curve25519AesSha2);
/// let auth_data: MegolmBackupAuthData = backup.auth_data.deserialize()?;
/// assert_eq!(auth_data.public_key, "abcdefg");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /room_keys/version`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversion).
#[doc(alias = "getRoomKeysVersionCurrent")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomKeysVersionCurrent {}

impl GetRoomKeysVersionCurrent {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetRoomKeysVersionCurrent {
    const OPERATION: Operation = Operation::get(
        "getRoomKeysVersionCurrent",
        "/_matrix/client/v3/room_keys/version",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1));
    type Response = BackupVersion;
}

/// Asks for a backup of room keys: how it is encrypted, and how many keys it has.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::GetRoomKeysVersion;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomKeysVersion::new("1".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/version/1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /room_keys/version/{version}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversionversion).
#[doc(alias = "getRoomKeysVersion")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomKeysVersion {
    /// The version of the backup.
    pub version: String,
}

impl GetRoomKeysVersion {
    /// A request with the required fields.
    pub fn new(version: String) -> Self {
        Self { version }
    }
}

impl Endpoint for GetRoomKeysVersion {
    const OPERATION: Operation = Operation::get(
        "getRoomKeysVersion",
        "/_matrix/client/v3/room_keys/version/{version}",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1));
    type Response = BackupVersion;
}

/// Creates a backup of room keys, without keys. It is the newest then, which clients use.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::{BackupAlgorithm, PostRoomKeysVersion};
/// use hardline::json::RawJson;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let auth_data = RawJson::new(&serde_json::json!({"public_key": "abcdefg"}))?;
/// let operation = PostRoomKeysVersion::new(BackupAlgorithm::MegolmV1Curve25519AesSha2, auth_data);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.body(),
///     br#"{"algorithm":"m.megolm_backup.v1.curve25519-aes-sha2","auth_data":{"public_key":"abcdefg"}}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /room_keys/version`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3room_keysversion).
#[doc(alias = "postRoomKeysVersion")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PostRoomKeysVersion {
    /// How it is encrypted.
    pub algorithm: BackupAlgorithm,
    /// What belongs to the algorithm: a [`MegolmBackupAuthData`](super::MegolmBackupAuthData).
    pub auth_data: RawJson,
}

impl PostRoomKeysVersion {
    /// A request with the required fields.
    pub fn new(algorithm: BackupAlgorithm, auth_data: RawJson) -> Self {
        Self {
            algorithm,
            auth_data,
        }
    }
}

impl Endpoint for PostRoomKeysVersion {
    const OPERATION: Operation = Operation::post(
        "postRoomKeysVersion",
        "/_matrix/client/v3/room_keys/version",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1));
    type Response = PostRoomKeysVersionResponse;
}

/// The new backup.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct PostRoomKeysVersionResponse {
    /// The version of the new backup, which the operations on keys take.
    pub version: String,
}

impl PostRoomKeysVersionResponse {
    /// A response with this version.
    pub fn new(version: String) -> Self {
        Self { version }
    }
}

/// Changes the authentication data of a backup of room keys, for example to add a signature. The algorithm cannot
/// change.
///
/// Errors worth handling: `M_INVALID_PARAM` (it is another algorithm, or another version in the body), `M_NOT_FOUND`
/// (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::{PutRoomKeysVersion, BackupAlgorithm};
/// use hardline::json::RawJson;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PutRoomKeysVersion::new(
///     "1".to_owned(),
///     BackupAlgorithm::MegolmV1Curve25519AesSha2,
///     RawJson::new(&serde_json::json!({"public_key": "abcdefg"}))?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/version/1");
/// assert_eq!(request.body(), br#"{"algorithm":"m.megolm_backup.v1.curve25519-aes-sha2","auth_data":{"public_key":"abcdefg"}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /room_keys/version/{version}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keysversionversion).
#[doc(alias = "putRoomKeysVersion")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PutRoomKeysVersion {
    /// The version of the backup.
    pub version: String,
    /// How it is encrypted.
    pub algorithm: BackupAlgorithm,
    /// What belongs to the algorithm: a [`MegolmBackupAuthData`](super::MegolmBackupAuthData).
    pub auth_data: RawJson,
}

impl PutRoomKeysVersion {
    /// A request with the required fields.
    pub fn new(version: String, algorithm: BackupAlgorithm, auth_data: RawJson) -> Self {
        Self {
            version,
            algorithm,
            auth_data,
        }
    }
}

impl Endpoint for PutRoomKeysVersion {
    const OPERATION: Operation = Operation::put(
        "putRoomKeysVersion",
        "/_matrix/client/v3/room_keys/version/{version}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = Empty;
}

/// Deletes a backup of room keys with all its keys. The newest of those that are left is used then. Deleting one that
/// was deleted succeeds with Synapse.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such backup), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::e2ee::DeleteRoomKeysVersion;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteRoomKeysVersion::new("1".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/room_keys/version/1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /room_keys/version/{version}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keysversionversion).
#[doc(alias = "deleteRoomKeysVersion")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRoomKeysVersion {
    /// The version of the backup.
    pub version: String,
}

impl DeleteRoomKeysVersion {
    /// A request with the required fields.
    pub fn new(version: String) -> Self {
        Self { version }
    }
}

impl Endpoint for DeleteRoomKeysVersion {
    const OPERATION: Operation = Operation::delete(
        "deleteRoomKeysVersion",
        "/_matrix/client/v3/room_keys/version/{version}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = Empty;
}
