use hardline_derive::{Response, Wire};

use crate::client_api::e2ee::UserSignatures;
use crate::json::{JsonMap, RawJson};
use crate::types::text::text_enum;

text_enum! {
    /// How a backup of room keys is encrypted.
    BackupAlgorithm {
        /// Each key is encrypted for a Curve25519 key, with AES-256 and HMAC-SHA-256.
        MegolmV1Curve25519AesSha2 = "m.megolm_backup.v1.curve25519-aes-sha2",
    }
}

/// A backup of room keys.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct BackupVersion {
    /// How it is encrypted.
    pub algorithm: BackupAlgorithm,
    /// What belongs to the algorithm, undecoded: a [`MegolmBackupAuthData`]. Servers do not check what clients store here.
    /// Check its signatures before you trust the backup.
    pub auth_data: RawJson,
    /// How many keys it has. Some servers leave it out.
    pub count: Option<u64>,
    /// Changes whenever its keys change. Compare it for equality alone.
    pub etag: Option<String>,
    /// The version, which the operations on keys take.
    pub version: String,
}

impl BackupVersion {
    /// A backup.
    pub fn new(
        algorithm: BackupAlgorithm,
        auth_data: RawJson,
        count: u64,
        etag: String,
        version: String,
    ) -> Self {
        Self {
            algorithm,
            auth_data,
            count: Some(count),
            etag: Some(etag),
            version,
        }
    }
}

/// What belongs to [`BackupAlgorithm::MegolmV1Curve25519AesSha2`].
///
/// Specification: [backup algorithm](https://spec.matrix.org/v1.19/client-server-api/#backup-algorithm-mmegolm_backupv1curve25519-aes-sha2).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct MegolmBackupAuthData {
    /// The public key that keys are encrypted for, in unpadded base64.
    pub public_key: String,
    /// Signatures of it, by a device or the master key.
    pub signatures: Option<UserSignatures>,
}

impl MegolmBackupAuthData {
    /// A key that is not signed.
    pub fn new(public_key: String) -> Self {
        Self {
            public_key,
            signatures: None,
        }
    }
}

/// The state of a backup after its keys changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct BackupUpdate {
    /// Changes whenever the keys change. Compare it for equality alone.
    pub etag: Option<String>,
    /// How many keys the backup has.
    pub count: Option<u64>,
}

impl BackupUpdate {
    /// A response.
    pub fn new(etag: String, count: u64) -> Self {
        Self {
            etag: Some(etag),
            count: Some(count),
        }
    }
}

/// The keys of a room in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomKeyBackup {
    /// The keys of the sessions, by their IDs.
    pub sessions: JsonMap<String, KeyBackupData>,
}

impl RoomKeyBackup {
    /// The keys of these sessions.
    pub fn new(sessions: JsonMap<String, KeyBackupData>) -> Self {
        Self { sessions }
    }
}

/// The key of a session in a backup.
///
/// Where a backup has a key of the session already, the server keeps the better one: the one that is verified, then the
/// one with the lower [`first_message_index`](Self::first_message_index), then the one with the lower
/// [`forwarded_count`](Self::forwarded_count).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct KeyBackupData {
    /// The index of the first message that the key decrypts.
    pub first_message_index: u64,
    /// How often the key was forwarded.
    pub forwarded_count: u64,
    /// Whether the device that made the backup verified the device that the key is of.
    pub is_verified: bool,
    /// The encrypted key, undecoded: its members belong to the algorithm.
    pub session_data: RawJson,
}

impl KeyBackupData {
    /// A key.
    pub fn new(
        first_message_index: u64,
        forwarded_count: u64,
        is_verified: bool,
        session_data: RawJson,
    ) -> Self {
        Self {
            first_message_index,
            forwarded_count,
            is_verified,
            session_data,
        }
    }
}
