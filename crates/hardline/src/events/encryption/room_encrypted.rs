use hardline_derive::Wire;

use crate::events::{EventContent, RelatesTo};
use crate::json::{JsonMap, RawJson};
use crate::types::{DeviceId, EncryptionAlgorithm};

/// `m.room.encrypted`: an encrypted event, in a room or to a device.
///
/// What it says when it is decrypted is a [`MegolmPlaintext`](super::MegolmPlaintext) in a room, and an
/// [`OlmPlaintext`](super::OlmPlaintext) to a device. Its relation to another event is outside: one inside the ciphertext
/// is ignored.
///
/// ```
/// use hardline::events::{RawEvent, RoomEncrypted};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.encrypted",
///     "content": {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "X3lUlvLELLYxeTx4", "ciphertext": "AwgAEnACgAkLmt6q"},
/// }))?;
/// let encrypted: RoomEncrypted = event.content_as()?;
/// assert_eq!(encrypted.megolm_ciphertext().as_deref(), Some("AwgAEnACgAkLmt6q"));
/// assert_eq!(encrypted.olm_ciphertext(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.encrypted`](https://spec.matrix.org/v1.19/client-server-api/#mroomencrypted).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct RoomEncrypted {
    /// How it is encrypted.
    pub algorithm: EncryptionAlgorithm,
    /// What belongs to the algorithm: [`megolm_ciphertext`](Self::megolm_ciphertext),
    /// [`olm_ciphertext`](Self::olm_ciphertext).
    pub ciphertext: RawJson,
    /// Olm: the sender's Curve25519 identity key, in unpadded base64. Megolm: deprecated since v1.3, do not trust it.
    pub sender_key: Option<String>,
    /// Megolm: the sender's device. Deprecated since v1.3, do not trust it.
    pub device_id: Option<DeviceId>,
    /// Megolm: the session whose key decrypts it.
    pub session_id: Option<String>,
    /// The event that it relates to.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl RoomEncrypted {
    /// An event that is encrypted in any way.
    pub fn new(algorithm: EncryptionAlgorithm, ciphertext: RawJson) -> Self {
        Self {
            algorithm,
            ciphertext,
            sender_key: None,
            device_id: None,
            session_id: None,
            relates_to: None,
        }
    }

    /// An event of a room, encrypted for the devices that have this session's key.
    pub fn megolm(session_id: String, ciphertext: &str) -> Self {
        let ciphertext = RawJson::new(ciphertext).expect("a text has a JSON form");
        Self {
            session_id: Some(session_id),
            ..Self::new(EncryptionAlgorithm::MegolmV1AesSha2, ciphertext)
        }
    }

    /// An event to devices, encrypted for each: messages by the devices' Curve25519 identity keys, in unpadded base64.
    pub fn olm(sender_key: String, ciphertext: &JsonMap<String, OlmMessage>) -> Self {
        let ciphertext = RawJson::new(ciphertext).expect("texts and numbers have a JSON form");
        Self {
            sender_key: Some(sender_key),
            ..Self::new(EncryptionAlgorithm::OlmV1Curve25519AesSha2, ciphertext)
        }
    }

    /// The ciphertext of Megolm, in unpadded base64. `None` if it is not text.
    pub fn megolm_ciphertext(&self) -> Option<String> {
        self.ciphertext.deserialize().ok()
    }

    /// The ciphertext of Olm: messages by the Curve25519 identity keys of the devices that they are for, in unpadded base64.
    /// `None` if it is not such a map; a message that is none is left out.
    pub fn olm_ciphertext(&self) -> Option<JsonMap<String, OlmMessage>> {
        let decoded = self.ciphertext.deserialize_lenient().ok()?;
        Some(decoded.value)
    }
}

impl EventContent for RoomEncrypted {
    const TYPE: &'static str = "m.room.encrypted";
}

/// A message of an Olm session.
///
/// Specification: [`m.olm.v1.curve25519-aes-sha2`](https://spec.matrix.org/v1.19/client-server-api/#molmv1curve25519-aes-sha2).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct OlmMessage {
    /// 0: it begins a session. 1: it belongs to one.
    #[serde(rename = "type")]
    pub message_type: u64,
    /// The encrypted message, in unpadded base64.
    pub body: String,
}

impl OlmMessage {
    /// A message: of the type 0 if it begins a session, of the type 1 otherwise.
    pub fn new(message_type: u64, body: String) -> Self {
        Self { message_type, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_has_its_own_ciphertext() {
        let olm = RoomEncrypted::olm(
            "key".to_owned(),
            &JsonMap::from_iter([(
                "device".to_owned(),
                OlmMessage::new(0, "AwogGJJz".to_owned()),
            )]),
        );
        assert_eq!(
            RawJson::new(&olm).unwrap().as_str(),
            r#"{"algorithm":"m.olm.v1.curve25519-aes-sha2","ciphertext":{"device":{"type":0,"body":"AwogGJJz"}},"sender_key":"key"}"#
        );
        assert_eq!(olm.olm_ciphertext().unwrap()["device"].message_type, 0);
        assert_eq!(olm.megolm_ciphertext(), None);
    }

    #[test]
    fn a_bad_message_to_another_device_costs_nothing() {
        let content: RawJson = serde_json::from_str(
            r#"{"algorithm":"m.olm.v1.curve25519-aes-sha2","ciphertext":{"a":5,"b":{"type":1,"body":"x"}}}"#,
        )
        .unwrap();
        let encrypted: RoomEncrypted = content.deserialize().unwrap();
        let messages = encrypted.olm_ciphertext().unwrap();
        assert_eq!((messages.len(), &*messages["b"].body), (1, "x"));
    }
}
