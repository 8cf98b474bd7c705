//! End-to-end encryption: encrypted events, room keys, verification of devices, and secrets.

mod device_notices;
mod encrypted_file;
mod key_backup;
mod plaintext;
mod room_encrypted;
mod room_key;
mod room_key_request;
mod sas;
mod secret_sharing;
mod secret_storage;
mod stored_secrets;
mod verification;
mod verification_start;

pub use device_notices::{Dummy, NewDevice};
pub use encrypted_file::{EncryptedFile, JsonWebKey};
pub use key_backup::KeyBackup;
pub use plaintext::{MegolmPlaintext, OlmPlaintext, PlaintextKeys};
pub use room_encrypted::{OlmMessage, RoomEncrypted};
pub use room_key::{
    ForwardedRoomKey, RoomKey, RoomKeyBundle, RoomKeyWithheld, RoomKeyWithheldCode,
};
pub use room_key_request::{KeyRequestAction, RequestedKeyInfo, RoomKeyRequest};
pub use sas::{
    KeyAgreementProtocol, KeyVerificationAccept, KeyVerificationKey, KeyVerificationMac,
    MessageAuthenticationCode, ShortAuthenticationString, VerificationHash,
};
pub use secret_sharing::{SecretName, SecretRequest, SecretSend};
pub use secret_storage::{
    AesHmacSha2EncryptedData, PassphraseAlgorithm, SecretCiphertexts, SecretStorageAlgorithm,
    SecretStorageDefaultKey, SecretStorageKey, SecretStoragePassphrase,
};
pub use stored_secrets::{
    CrossSigningMaster, CrossSigningSelfSigning, CrossSigningUserSigning, DehydratedDeviceKey,
    MegolmBackupV1,
};
pub use verification::{
    KeyVerificationCancel, KeyVerificationDone, KeyVerificationReady, KeyVerificationRequest,
    VerificationCancelCode, VerificationMethod,
};
pub use verification_start::KeyVerificationStart;

use super::contents;

contents![
    CrossSigningMaster,
    CrossSigningSelfSigning,
    CrossSigningUserSigning,
    DehydratedDeviceKey,
    Dummy,
    ForwardedRoomKey,
    KeyBackup,
    KeyVerificationAccept,
    KeyVerificationCancel,
    KeyVerificationDone,
    KeyVerificationKey,
    KeyVerificationMac,
    KeyVerificationReady,
    KeyVerificationRequest,
    KeyVerificationStart,
    MegolmBackupV1,
    NewDevice,
    RoomEncrypted,
    RoomKey,
    RoomKeyBundle,
    RoomKeyRequest,
    RoomKeyWithheld,
    SecretRequest,
    SecretSend,
    SecretStorageDefaultKey,
    SecretStorageKey,
];
