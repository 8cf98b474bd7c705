use std::time::Duration;

use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::EncryptionAlgorithm;

/// `m.room.encryption`: messages in the room are encrypted. It cannot be turned off: not by another of these, and not by
/// redacting it.
///
/// ```
/// use hardline::events::{RawEvent, RoomEncryption};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}))?;
/// let encryption: RoomEncryption = event.content_as()?;
/// assert_eq!(encryption.rotation_msgs(), 100);
/// assert_eq!(encryption.algorithm.unwrap(), "m.megolm.v1.aes-sha2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.encryption`](https://spec.matrix.org/v1.19/client-server-api/#mroomencryption).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomEncryption {
    /// The algorithm. A redacted event lacks it, and the room stays encrypted.
    pub algorithm: Option<EncryptionAlgorithm>,
    /// How long a session is used, in milliseconds: [`rotation_period`](Self::rotation_period).
    pub rotation_period_ms: Option<u64>,
    /// For how many messages a session is used: [`rotation_msgs`](Self::rotation_msgs).
    pub rotation_period_msgs: Option<u64>,
}

impl RoomEncryption {
    /// This algorithm.
    pub fn new(algorithm: EncryptionAlgorithm) -> Self {
        Self {
            algorithm: Some(algorithm),
            rotation_period_ms: None,
            rotation_period_msgs: None,
        }
    }

    /// How long a session is used: a week where nothing else is said. Anybody who may send state says it, so set a limit
    /// of your own below it.
    pub fn rotation_period(&self) -> Duration {
        Duration::from_millis(self.rotation_period_ms.unwrap_or(604_800_000))
    }

    /// For how many messages a session is used: 100 where nothing else is said.
    pub fn rotation_msgs(&self) -> u64 {
        self.rotation_period_msgs.unwrap_or(100)
    }
}

impl EventContent for RoomEncryption {
    const TYPE: &'static str = "m.room.encryption";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_redacted_event_is_one_still() {
        let event: RawEvent = serde_json::from_str(r#"{"content": {}}"#).unwrap();
        let encryption: RoomEncryption = event.content_as_strict().unwrap();
        assert_eq!(encryption.algorithm, None);
        assert_eq!(
            encryption.rotation_period(),
            Duration::from_secs(7 * 86_400)
        );
    }
}
