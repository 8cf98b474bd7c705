use hardline_derive::Wire;

use super::EncryptedFile;
use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::text::text_enum;
use crate::types::{EncryptionAlgorithm, RoomId, SessionKey};

/// `m.room_key`: the key of a session, from the device that sends messages with it. It comes to a device, encrypted with
/// Olm; one that was not encrypted is ignored.
///
/// ```
/// use hardline::events::{RawEvent, RoomKey};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room_key",
///     "content": {
///         "algorithm": "m.megolm.v1.aes-sha2",
///         "room_id": "!room:example.org",
///         "session_id": "X3lUlvLELLYxeTx4",
///         "session_key": "AgAAAADxKHa9",
///     },
/// }))?;
/// let key: RoomKey = event.content_as()?;
/// assert_eq!(key.session_key.reveal(), "AgAAAADxKHa9");
/// assert!(!key.is_history_shared());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room_key`](https://spec.matrix.org/v1.19/client-server-api/#mroom_key).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomKey {
    /// What the key is for.
    pub algorithm: EncryptionAlgorithm,
    /// The room.
    pub room_id: RoomId,
    /// The session.
    pub session_id: String,
    /// The key.
    pub session_key: SessionKey,
    /// Whether the key may be shared with users who join later: [`is_history_shared`](Self::is_history_shared). Since v1.19.
    pub shared_history: Option<bool>,
    /// The name of [`shared_history`](Self::shared_history) before it was specified, which clients write.
    #[serde(rename = "org.matrix.msc3061.shared_history")]
    pub unstable_shared_history: Option<bool>,
}

impl RoomKey {
    /// The key of a session of Megolm.
    pub fn new(room_id: RoomId, session_id: String, session_key: SessionKey) -> Self {
        Self {
            algorithm: EncryptionAlgorithm::MegolmV1AesSha2,
            room_id,
            session_id,
            session_key,
            shared_history: None,
            unstable_shared_history: None,
        }
    }

    /// Whether the key may be shared with users who join later. If the sender does not say so, it may not.
    pub fn is_history_shared(&self) -> bool {
        self.shared_history.or(self.unstable_shared_history) == Some(true)
    }
}

impl EventContent for RoomKey {
    const TYPE: &'static str = "m.room_key";
}

/// `m.forwarded_room_key`: the key of a session, from a device that received it. It comes to a device, encrypted with Olm.
/// Nothing of it is skipped.
///
/// Accept it from the user's own verified devices alone, and only if it was requested.
///
/// ```
/// use hardline::events::{ForwardedRoomKey, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.forwarded_room_key",
///     "content": {
///         "algorithm": "m.megolm.v1.aes-sha2",
///         "room_id": "!room:example.org",
///         "session_id": "X3lUlvLELLYxeTx4",
///         "session_key": "AgAAAADxKHa9",
///         "sender_key": "RF3s+E7RkTQTGF2d",
///         "sender_claimed_ed25519_key": "aj40p+aw64yPIdsx",
///         "forwarding_curve25519_key_chain": [],
///     },
/// }))?;
/// assert_eq!(event.content_as::<ForwardedRoomKey>()?.sender_key, "RF3s+E7RkTQTGF2d");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.forwarded_room_key`](https://spec.matrix.org/v1.19/client-server-api/#mforwarded_room_key).
#[derive(Clone, Debug, PartialEq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct ForwardedRoomKey {
    /// What the key is for.
    pub algorithm: EncryptionAlgorithm,
    /// The room.
    pub room_id: RoomId,
    /// The Curve25519 key of the device that made the session.
    pub sender_key: String,
    /// The session.
    pub session_id: String,
    /// The key, exported.
    pub session_key: SessionKey,
    /// The Ed25519 key of the device that made the session. Nothing proves it.
    pub sender_claimed_ed25519_key: String,
    /// The Curve25519 keys of the devices that forwarded it, the first first.
    pub forwarding_curve25519_key_chain: Vec<String>,
    /// Why the sender of the session keeps earlier keys back: `code` and `reason`, if the sender of this has it so.
    pub withheld: Option<JsonObject>,
}

impl ForwardedRoomKey {
    /// The key of a session of Megolm that came from its own device.
    pub fn new(
        room_id: RoomId,
        session_id: String,
        session_key: SessionKey,
        sender_key: String,
        sender_claimed_ed25519_key: String,
    ) -> Self {
        Self {
            algorithm: EncryptionAlgorithm::MegolmV1AesSha2,
            room_id,
            sender_key,
            session_id,
            session_key,
            sender_claimed_ed25519_key,
            forwarding_curve25519_key_chain: Vec::new(),
            withheld: None,
        }
    }
}

impl EventContent for ForwardedRoomKey {
    const TYPE: &'static str = "m.forwarded_room_key";
}

/// `m.room_key.withheld`: why a device does not get the key of a session. It comes to the device, not encrypted.
///
/// ```
/// use hardline::events::{RawEvent, RoomKeyWithheld, RoomKeyWithheldCode};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room_key.withheld",
///     "content": {"algorithm": "m.megolm.v1.aes-sha2", "sender_key": "RF3s+E7RkTQTGF2d", "code": "m.no_olm"},
/// }))?;
/// assert_eq!(event.content_as::<RoomKeyWithheld>()?.code, RoomKeyWithheldCode::NoOlm);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room_key.withheld`](https://spec.matrix.org/v1.19/client-server-api/#mroom_keywithheld).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomKeyWithheld {
    /// What the key is for.
    pub algorithm: EncryptionAlgorithm,
    /// The room. [`NoOlm`](RoomKeyWithheldCode::NoOlm) has none.
    pub room_id: Option<RoomId>,
    /// The session. [`NoOlm`](RoomKeyWithheldCode::NoOlm) has none.
    pub session_id: Option<String>,
    /// The Curve25519 key of the device that made the session, in unpadded base64.
    pub sender_key: String,
    /// Why.
    pub code: RoomKeyWithheldCode,
    /// Why, for people.
    pub reason: Option<String>,
}

impl RoomKeyWithheld {
    /// A notice about all sessions.
    pub fn new(sender_key: String, code: RoomKeyWithheldCode) -> Self {
        Self {
            algorithm: EncryptionAlgorithm::MegolmV1AesSha2,
            room_id: None,
            session_id: None,
            sender_key,
            code,
            reason: None,
        }
    }
}

impl EventContent for RoomKeyWithheld {
    const TYPE: &'static str = "m.room_key.withheld";
}

text_enum! {
    /// Why a device does not get the key of a session.
    ///
    /// Specification: [`m.room_key.withheld`](https://spec.matrix.org/v1.19/client-server-api/#mroom_keywithheld).
    RoomKeyWithheldCode {
        /// The user or the device was blocked.
        Blacklisted = "m.blacklisted",
        /// The user or the device is not verified.
        Unverified = "m.unverified",
        /// It is no business of the user or the device: not in the room when the message was sent.
        Unauthorised = "m.unauthorised",
        /// The device that was asked does not have it.
        Unavailable = "m.unavailable",
        /// No session of Olm with the device could be made. It stands for all sessions of Megolm.
        NoOlm = "m.no_olm",
        /// The sender does not share what was written before. Only in the files of
        /// [`RoomKeyBundle`](RoomKeyBundle)s. Since v1.19.
        HistoryNotShared = "m.history_not_shared",
    }
}

/// `m.room_key_bundle`: where the keys of a room's history are, for a user who is invited. It comes to a device, encrypted
/// with Olm. Since v1.19.
///
/// Ignore it unless the plaintext has
/// [`sender_device_keys`](super::OlmPlaintext::sender_device_keys) that are cross-signed.
///
/// ```
/// use hardline::events::{RawEvent, RoomKeyBundle};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room_key_bundle",
///     "content": {
///         "room_id": "!room:example.org",
///         "file": {
///             "url": "mxc://example.org/FHyPlCeYUSFFxlgbQYZmoEoe",
///             "key": {"kty": "oct", "key_ops": ["encrypt", "decrypt"], "alg": "A256CTR", "k": "aWF6", "ext": true},
///             "iv": "w+sE15fzSc0AAAAAAAAAAA",
///             "hashes": {"sha256": "fdSLu/YkRx3Wyh3KQabP3rd6"},
///             "v": "v2",
///         },
///     },
/// }))?;
/// let bundle: RoomKeyBundle = event.content_as()?;
/// assert_eq!(bundle.file.url, "mxc://example.org/FHyPlCeYUSFFxlgbQYZmoEoe");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room_key_bundle`](https://spec.matrix.org/v1.19/client-server-api/#mroom_key_bundle).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomKeyBundle {
    /// The room.
    pub room_id: RoomId,
    /// The encrypted file with the keys.
    pub file: EncryptedFile,
}

impl RoomKeyBundle {
    /// The keys of this room.
    pub fn new(room_id: RoomId, file: EncryptedFile) -> Self {
        Self { room_id, file }
    }
}

impl EventContent for RoomKeyBundle {
    const TYPE: &'static str = "m.room_key_bundle";
    const OTHER_TYPES: &'static [&'static str] = &["io.element.msc4268.room_key_bundle"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    fn key(members: &str) -> RoomKey {
        let text = format!(
            r#"{{"algorithm":"m.megolm.v1.aes-sha2","room_id":"!r:x.org","session_id":"s","session_key":"secret"{members}}}"#
        );
        let content: RawJson = serde_json::from_str(&text).unwrap();
        content.deserialize_lenient().unwrap().value
    }

    #[test]
    fn history_is_shared_only_if_the_sender_says_so() {
        assert!(key(r#","shared_history":true"#).is_history_shared());
        assert!(key(r#","org.matrix.msc3061.shared_history":true"#).is_history_shared());
        for members in [
            "",
            r#","shared_history":false,"org.matrix.msc3061.shared_history":true"#,
            r#","shared_history":"true""#,
        ] {
            assert!(!key(members).is_history_shared(), "{members}");
        }
    }

    #[test]
    fn the_key_of_a_session_stays_out_of_logs() {
        assert!(!format!("{:?}", key("")).contains("secret"));
    }
}
