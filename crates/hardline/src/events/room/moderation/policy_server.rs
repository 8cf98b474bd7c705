use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonMap;
use crate::types::ServerName;

/// `m.room.policy`: the server that signs events before they may be shown in the room. Only the event with the empty state
/// key counts. Nothing of it is skipped: a wrong value is an error, which means that there is no such server.
///
/// ```
/// use hardline::events::{RawEvent, RoomPolicy};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.policy", "state_key": "", "content": {
///     "via": "policy.example.org",
///     "public_keys": {"ed25519": "6yhHGKhCiXTSEN2ksjV7kX_N6rBQZ3Xb-M7LlC6NS-s"},
/// }}))?;
/// let policy: RoomPolicy = event.content_as()?;
/// let (server, _key) = policy.server().unwrap();
/// assert_eq!(server, "policy.example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.policy`](https://spec.matrix.org/v1.19/client-server-api/#mroompolicy).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct RoomPolicy {
    /// The server.
    pub via: Option<ServerName>,
    /// Its keys in unpadded base64, by their algorithms. One is `ed25519`.
    pub public_keys: Option<JsonMap<String, String>>,
    /// Its Ed25519 key, in events of the type `org.matrix.msc4284.policy`: the form from before it was specified.
    pub public_key: Option<String>,
}

impl RoomPolicy {
    /// This server, with its Ed25519 key; [`default`](Self::default) takes it away.
    pub fn new(via: ServerName, ed25519: String) -> Self {
        Self {
            via: Some(via),
            public_keys: Some([(ED25519.to_owned(), ed25519)].into()),
            public_key: None,
        }
    }

    /// The server and its Ed25519 key, in either form. `None` if there is no such server: either is missing.
    pub fn server(&self) -> Option<(&ServerName, &str)> {
        let key = match &self.public_keys {
            Some(keys) => keys.get(ED25519),
            None => self.public_key.as_ref(),
        };
        Some((self.via.as_ref()?, key?))
    }
}

const ED25519: &str = "ed25519";

impl EventContent for RoomPolicy {
    const TYPE: &'static str = "m.room.policy";
    const OTHER_TYPES: &'static [&'static str] = &["org.matrix.msc4284.policy"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{ContentError, RawEvent};

    fn policy(content: &str) -> Result<RoomPolicy, ContentError> {
        let event: RawEvent =
            serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
        event.content_as()
    }

    #[test]
    fn without_what_is_required_there_is_no_policy_server() {
        for content in [
            "{}",
            r#"{"via": "a.org"}"#,
            r#"{"via": "a.org", "public_keys": {}}"#,
            r#"{"public_keys": {"ed25519": "a"}}"#,
        ] {
            assert_eq!(policy(content).unwrap().server(), None, "{content}");
        }
        assert!(policy(r#"{"via": "a.org", "public_keys": {"ed25519": 5}}"#).is_err());
    }

    #[test]
    fn the_older_form_names_a_server_too() {
        let policy = policy(r#"{"via": "a.org", "public_key": "a"}"#).unwrap();
        let (server, key) = policy.server().unwrap();
        assert_eq!((server.as_str(), key), ("a.org", "a"));
    }

    #[test]
    fn keys_of_other_algorithms_are_kept() {
        let policy =
            policy(r#"{"via": "a.org", "public_keys": {"ed25519": "a", "ml-dsa": "b"}}"#).unwrap();
        assert_eq!(policy.public_keys.unwrap()["ml-dsa"], "b");
    }
}
