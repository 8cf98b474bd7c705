//! Identifiers, secrets, raw JSON, raw bytes and timestamps.
//!
//! What a caller makes is checked against the specification's grammar; what a server sends is taken as it comes.

mod base64;
mod empty;
mod identifiers;
mod invalid_text;
mod json_object;
mod raw_bytes;
mod raw_json;
mod secrets;
pub(crate) mod text;
mod timestamp;

pub use empty::Empty;
pub use identifiers::{
    CountryCode, DeviceId, IdentityProviderId, Medium, MxcUri, RoomAliasId, RoomId, ServerName,
    SigningKeyId, UserId, ValidationSessionId,
};
pub use invalid_text::InvalidText;
pub use json_object::JsonObject;
pub use raw_bytes::RawBytes;
pub(crate) use raw_json::RAW_VALUE;
pub use raw_json::RawJson;
pub use secrets::{
    AccessToken, ClientSecret, LoginToken, Password, RefreshToken, RegistrationToken,
    ValidationToken,
};
pub use timestamp::Timestamp;
