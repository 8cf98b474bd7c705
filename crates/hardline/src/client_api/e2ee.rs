//! End-to-end encryption: the keys of devices and users, and the server-side backup of room keys.
//!
//! Objects that are signed are kept as they came, since a signature holds for every member of them: those that are read
//! by type are in a [`RawMap`](crate::json::RawMap), which gives both.
//!
//! Specification: [end-to-end encryption](https://spec.matrix.org/v1.19/client-server-api/#end-to-end-encryption).

mod all_room_keys;
mod backup_data;
mod backup_version;
mod claim_keys;
mod cross_signing;
mod key_objects;
mod query_keys;
mod room_keys;
mod session_key;
mod upload_keys;

pub use all_room_keys::{DeleteRoomKeys, GetRoomKeys, GetRoomKeysResponse, PutRoomKeys};
pub use backup_data::{
    BackupAlgorithm, BackupUpdate, BackupVersion, KeyBackupData, MegolmBackupAuthData,
    RoomKeyBackup,
};
pub use backup_version::{
    DeleteRoomKeysVersion, GetRoomKeysVersion, GetRoomKeysVersionCurrent, PostRoomKeysVersion,
    PostRoomKeysVersionResponse, PutRoomKeysVersion,
};
pub use claim_keys::{ClaimKeys, ClaimKeysResponse};
pub use cross_signing::{
    SignatureFailure, UploadCrossSigningKeys, UploadCrossSigningSignatures,
    UploadCrossSigningSignaturesResponse,
};
pub use key_objects::{
    CrossSigningKey, CrossSigningKeyUsage, DeviceKeys, OneTimeKey, SignedKey, UnsignedDeviceInfo,
    UserSignatures,
};
pub use query_keys::{GetKeysChanges, GetKeysChangesResponse, QueryKeys, QueryKeysResponse};
pub use room_keys::{DeleteRoomKeysByRoomId, GetRoomKeysByRoomId, PutRoomKeysByRoomId};
pub use session_key::{DeleteRoomKeyBySessionId, GetRoomKeyBySessionId, PutRoomKeyBySessionId};
pub use upload_keys::{UploadKeys, UploadKeysResponse};

crate::wire::operations![
    ClaimKeys,
    DeleteRoomKeyBySessionId,
    DeleteRoomKeys,
    DeleteRoomKeysByRoomId,
    DeleteRoomKeysVersion,
    GetKeysChanges,
    GetRoomKeyBySessionId,
    GetRoomKeys,
    GetRoomKeysByRoomId,
    GetRoomKeysVersion,
    GetRoomKeysVersionCurrent,
    PostRoomKeysVersion,
    PutRoomKeyBySessionId,
    PutRoomKeys,
    PutRoomKeysByRoomId,
    PutRoomKeysVersion,
    QueryKeys,
    UploadCrossSigningKeys,
    UploadCrossSigningSignatures,
    UploadKeys,
];
