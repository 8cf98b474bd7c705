//! Identifiers, secrets, raw bytes and timestamps.
//!
//! Values that a caller makes are checked against the specification's grammar; values from a server are accepted as
//! they are.

mod base64;
#[cfg(feature = "canonical-json")]
mod canonical_json;
mod device;
mod event;
mod integer;
mod media;
mod opaque;
mod raw_bytes;
mod room;
mod secrets;
mod server_name;
pub(crate) mod text;
mod third_party;
mod timestamp;
#[cfg(feature = "uri")]
mod uri;
mod user;

pub use base64::Base64;
#[cfg(feature = "canonical-json")]
pub use canonical_json::{CanonicalJsonError, canonical_json};
pub use device::{
    CrossSigningKeyId, DeviceId, DeviceKeyId, EncryptionAlgorithm, KeyAlgorithm, OneTimeKeyId,
    SigningKeyId,
};
pub use event::{EventId, ReceiptType, TransactionId};
pub use integer::{IntegerOutOfRange, PowerLevel, SafeInteger};
pub use media::MxcUri;
pub use opaque::{ClientId, IdentityProviderId, NamespacedId, OpaqueId, Shortcode};
pub use raw_bytes::RawBytes;
pub use room::{
    JoinRule, Membership, RoomAliasId, RoomId, RoomOrAliasId, RoomTag, RoomType, RoomVersionId,
    RoomVisibility, SpaceChildOrder,
};
pub use secrets::{
    AccessToken, ClientSecret, CodeVerifier, FileKey, LoginToken, Password, RefreshToken,
    RegistrationToken, SecretValue, SessionKey, ValidationToken,
};
pub use server_name::ServerName;
pub use text::InvalidText;
pub use third_party::{CountryCode, Medium, ValidationSessionId};
pub use timestamp::Timestamp;
#[cfg(feature = "uri")]
pub use uri::{MatrixId, MatrixUri, UriAction};
pub use user::{PresenceState, UserId};
