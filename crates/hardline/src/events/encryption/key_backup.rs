use hardline_derive::Wire;

use crate::events::EventContent;

/// `m.key_backup`: whether the user wants room keys to be backed up. Since v1.19.
///
/// ```
/// use hardline::events::{KeyBackup, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.key_backup", "content": {"enabled": false}}))?;
/// assert_eq!(event.content_as::<KeyBackup>()?.enabled, Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key_backup`](https://spec.matrix.org/v1.19/client-server-api/#mkey_backup).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct KeyBackup {
    /// Whether the user wants it. `None` if nothing is said, as without the event.
    pub enabled: Option<bool>,
}

impl KeyBackup {
    /// The user wants it, or not.
    pub fn new(enabled: bool) -> Self {
        Self {
            enabled: Some(enabled),
        }
    }
}

impl EventContent for KeyBackup {
    const TYPE: &'static str = "m.key_backup";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn what_is_no_boolean_says_nothing() {
        for text in ["{}", r#"{"enabled":"false"}"#, r#"{"enabled":null}"#] {
            let content: RawJson = serde_json::from_str(text).unwrap();
            let decoded = content.deserialize_lenient::<KeyBackup>().unwrap();
            assert_eq!(decoded.value.enabled, None, "{text}");
        }
    }
}
