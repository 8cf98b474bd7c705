use hardline_derive::Wire;

use crate::events::RawEvent;
use crate::json::{DecodeWarning, JsonObject, RawJson};
use crate::types::{RoomId, UserId};

/// What an event to a device says, decrypted with Olm.
///
/// Whoever wrote it could write anything. So read it of an event that is made by
/// [`RawEvent::from_untrusted`], and before you use it, hold it to what is known: [`is_for`](Self::is_for) the device that
/// decrypted it, and [`is_from`](Self::is_from) the device whose session it came by.
///
/// ```
/// use hardline::events::{OlmPlaintext, RawEvent, RoomKey};
/// use hardline::types::UserId;
///
/// let decrypted = r#"{
///     "type": "m.room_key",
///     "content": {
///         "algorithm": "m.megolm.v1.aes-sha2",
///         "room_id": "!room:example.org",
///         "session_id": "X3lUlvLELLYxeTx4",
///         "session_key": "AgAAAADxKHa9"
///     },
///     "sender": "@alice:example.org",
///     "recipient": "@bob:example.org",
///     "recipient_keys": {"ed25519": "bob's key"},
///     "keys": {"ed25519": "alice's key"}
/// }"#;
/// let event = RawEvent::from_untrusted(decrypted)?;
/// let plaintext = OlmPlaintext::of(&event)?;
/// assert!(plaintext.is_for(&UserId::parse("@bob:example.org")?, "bob's key"));
/// assert!(plaintext.is_from(&UserId::parse("@alice:example.org")?, "alice's key"));
/// assert_eq!(event.content_as::<RoomKey>()?.session_id, "X3lUlvLELLYxeTx4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`OlmPayload`](https://spec.matrix.org/v1.19/client-server-api/#definition-olmpayload).
#[derive(Clone, Debug, PartialEq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct OlmPlaintext {
    /// The type of the event that it is.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its content.
    pub content: JsonObject,
    /// Who sent it.
    pub sender: UserId,
    /// Who it is for.
    pub recipient: UserId,
    /// The Ed25519 key of the device that it is for.
    pub recipient_keys: PlaintextKeys,
    /// The Ed25519 key of the device that sent it.
    pub keys: PlaintextKeys,
    /// The keys of the device that sent it, signed, as they came: what signatures are verified with. They have the form of
    /// the device keys that a server gives. Since v1.15.
    pub sender_device_keys: Option<RawJson>,
}

impl OlmPlaintext {
    /// What is to be encrypted for a device: the Ed25519 keys of the two devices are given in unpadded base64.
    pub fn new(
        event_type: String,
        content: JsonObject,
        sender: UserId,
        sender_ed25519: String,
        recipient: UserId,
        recipient_ed25519: String,
    ) -> Self {
        Self {
            event_type,
            content,
            sender,
            recipient,
            recipient_keys: PlaintextKeys::new(recipient_ed25519),
            keys: PlaintextKeys::new(sender_ed25519),
            sender_device_keys: None,
        }
    }

    /// What a decrypted event says.
    ///
    /// # Errors
    /// It lacks something, or has something of a wrong type. The error does not repeat it.
    pub fn of(event: &RawEvent) -> Result<Self, DecodeWarning> {
        event.as_raw().deserialize_strict()
    }

    /// Whether it is for this user's device, whose Ed25519 key is given in unpadded base64. Discard it if not.
    pub fn is_for(&self, recipient: &UserId, ed25519: &str) -> bool {
        self.recipient == *recipient && self.recipient_keys.ed25519 == ed25519
    }

    /// Whether it is from this user's device, whose Ed25519 key is given in unpadded base64: the sender of the event that was
    /// decrypted, and the device whose Curve25519 key it was encrypted with. Discard it if not.
    pub fn is_from(&self, sender: &UserId, ed25519: &str) -> bool {
        self.sender == *sender && self.keys.ed25519 == ed25519
    }
}

/// The key of a device.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct PlaintextKeys {
    /// Its Ed25519 key, in unpadded base64.
    pub ed25519: String,
}

impl PlaintextKeys {
    /// This key.
    pub fn new(ed25519: String) -> Self {
        Self { ed25519 }
    }
}

/// What an event of a room says, decrypted with Megolm.
///
/// Whoever wrote it could write anything. So read it of an event that is made by [`RawEvent::from_untrusted`], and discard
/// it if it is not [of the room](Self::room_id) that it came in. Its sender, its ID and what it relates to are those of the
/// event that was decrypted.
///
/// ```
/// use hardline::events::{MegolmPlaintext, RawEvent};
///
/// let event = RawEvent::from_untrusted(
///     r#"{"type": "m.room.message", "content": {"msgtype": "m.text", "body": "hi"}, "room_id": "!room:example.org"}"#,
/// )?;
/// let plaintext = MegolmPlaintext::of(&event)?;
/// assert_eq!(plaintext.room_id, "!room:example.org");
/// assert_eq!(plaintext.event_type, "m.room.message");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.megolm.v1.aes-sha2`](https://spec.matrix.org/v1.19/client-server-api/#mmegolmv1aes-sha2).
#[derive(Clone, Debug, PartialEq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct MegolmPlaintext {
    /// The type of the event that it is.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its content.
    pub content: JsonObject,
    /// The room that it was written for.
    pub room_id: RoomId,
}

impl MegolmPlaintext {
    /// What is to be encrypted for a room.
    pub fn new(event_type: String, content: JsonObject, room_id: RoomId) -> Self {
        Self {
            event_type,
            content,
            room_id,
        }
    }

    /// What a decrypted event says.
    ///
    /// # Errors
    /// It lacks something, or has something of a wrong type. The error does not repeat it.
    pub fn of(event: &RawEvent) -> Result<Self, DecodeWarning> {
        event.as_raw().deserialize_strict()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn olm() -> Value {
        json!({
            "type": "m.dummy", "content": {}, "sender": "@a:x.org", "recipient": "@b:x.org",
            "recipient_keys": {"ed25519": "bk"}, "keys": {"ed25519": "ak"}, "org.example": 1,
            "sender_device_keys": {"user_id": "@a:x.org", "org.example": 1},
        })
    }

    fn read(payload: &Value) -> Result<OlmPlaintext, DecodeWarning> {
        OlmPlaintext::of(&RawEvent::from_untrusted(&payload.to_string()).unwrap())
    }

    #[test]
    fn a_plaintext_for_somebody_else_is_told() {
        let plaintext = read(&olm()).unwrap();
        let [a, b] = ["@a:x.org", "@b:x.org"].map(|user| UserId::parse(user).unwrap());
        assert!(plaintext.is_for(&b, "bk") && plaintext.is_from(&a, "ak"));
        assert!(!plaintext.is_for(&a, "bk") && !plaintext.is_for(&b, "ak"));
        assert!(!plaintext.is_from(&b, "ak") && !plaintext.is_from(&a, "bk"));
    }

    #[test]
    fn a_plaintext_that_lacks_what_must_be_checked_is_refused() {
        for name in [
            "type",
            "content",
            "sender",
            "recipient",
            "recipient_keys",
            "keys",
        ] {
            let mut payload = olm();
            payload.as_object_mut().unwrap().remove(name);
            assert!(read(&payload).is_err(), "{name}");
            payload[name] = json!(true);
            assert!(read(&payload).is_err(), "{name}");
        }
    }

    #[test]
    fn keys_that_are_signed_stay_as_they_came() {
        let keys = read(&olm()).unwrap().sender_device_keys.unwrap();
        assert_eq!(
            keys.deserialize::<Value>().unwrap(),
            olm()["sender_device_keys"]
        );
    }

    #[test]
    fn a_plaintext_of_no_room_is_refused() {
        let event =
            RawEvent::from_untrusted(r#"{"type": "m.room.message", "content": {}}"#).unwrap();
        assert_eq!(MegolmPlaintext::of(&event).unwrap_err().pointer, "");
    }
}
