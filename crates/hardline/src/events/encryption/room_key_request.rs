use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::text::text_enum;
use crate::types::{DeviceId, EncryptionAlgorithm, RoomId};

text_enum! {
    /// Whether something is requested, or no longer.
    KeyRequestAction {
        /// It is requested.
        Request = "request",
        /// An earlier request is taken back: somebody answered it.
        Cancellation = "request_cancellation",
    }
}

/// `m.room_key_request`: a device asks other devices for the key of a session, or no longer. It comes to devices, not
/// encrypted.
///
/// ```
/// use hardline::events::{RawEvent, RoomKeyRequest};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room_key_request",
///     "content": {
///         "action": "request",
///         "requesting_device_id": "RJYKSTBOIE",
///         "request_id": "1495474790150.19",
///         "body": {"algorithm": "m.megolm.v1.aes-sha2", "room_id": "!room:example.org", "session_id": "X3lUlvLELLYxeTx4"},
///     },
/// }))?;
/// let request: RoomKeyRequest = event.content_as()?;
/// assert_eq!(request.body.unwrap().session_id, "X3lUlvLELLYxeTx4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room_key_request`](https://spec.matrix.org/v1.19/client-server-api/#mroom_key_request).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomKeyRequest {
    /// Whether the key is requested, or no longer.
    pub action: KeyRequestAction,
    /// The device that asks.
    pub requesting_device_id: DeviceId,
    /// The request: one of the user and the device.
    pub request_id: String,
    /// What is requested. A cancellation has none.
    pub body: Option<RequestedKeyInfo>,
}

impl RoomKeyRequest {
    /// A request for this key.
    pub fn new(requesting_device_id: DeviceId, request_id: String, body: RequestedKeyInfo) -> Self {
        Self {
            action: KeyRequestAction::Request,
            requesting_device_id,
            request_id,
            body: Some(body),
        }
    }

    /// Takes a request back.
    pub fn cancellation(requesting_device_id: DeviceId, request_id: String) -> Self {
        Self {
            action: KeyRequestAction::Cancellation,
            requesting_device_id,
            request_id,
            body: None,
        }
    }
}

impl EventContent for RoomKeyRequest {
    const TYPE: &'static str = "m.room_key_request";
}

/// The key that is requested.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RequestedKeyInfo {
    /// What the key is for.
    pub algorithm: EncryptionAlgorithm,
    /// The room.
    pub room_id: RoomId,
    /// The Curve25519 key of the device that made the session. Deprecated since v1.3.
    pub sender_key: Option<String>,
    /// The session.
    pub session_id: String,
}

impl RequestedKeyInfo {
    /// The key of a session of Megolm.
    pub fn new(room_id: RoomId, session_id: String) -> Self {
        Self {
            algorithm: EncryptionAlgorithm::MegolmV1AesSha2,
            room_id,
            sender_key: None,
            session_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn taking_a_request_back_says_nothing_of_the_key() {
        let device = DeviceId::parse("D").unwrap();
        let request = RoomKeyRequest::cancellation(device, "1".to_owned());
        assert_eq!(
            RawJson::new(&request).unwrap().as_str(),
            r#"{"action":"request_cancellation","requesting_device_id":"D","request_id":"1"}"#
        );
    }
}
