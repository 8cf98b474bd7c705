use hardline_derive::Wire;

use crate::events::EventContent;

/// `m.room.third_party_invite`: an invitation to an e-mail address or a phone number. The state key is its token.
///
/// ```
/// use hardline::events::{RawEvent, RoomThirdPartyInvite};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.third_party_invite", "state_key": "token", "content": {
///     "display_name": "a...@e...",
///     "key_validity_url": "https://is.example.org/valid",
///     "public_key": "abc",
/// }}))?;
/// let invite: RoomThirdPartyInvite = event.content_as()?;
/// assert_eq!(invite.display_name.as_deref(), Some("a...@e..."));
/// assert!(!invite.is_revoked());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.third_party_invite`](https://spec.matrix.org/v1.19/client-server-api/#mroomthird_party_invite).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomThirdPartyInvite {
    /// What the room may see of the address.
    pub display_name: Option<String>,
    /// The URL that says whether [`public_key`](Self::public_key) is still valid.
    pub key_validity_url: Option<String>,
    /// A key that may sign that the address belongs to a user, in base64, standard or URL-safe.
    pub public_key: Option<String>,
    /// All such keys.
    pub public_keys: Option<Vec<ThirdPartyInviteKey>>,
}

impl RoomThirdPartyInvite {
    /// An invitation; [`default`](Self::default) revokes one.
    pub fn new(display_name: String, key_validity_url: String, public_key: String) -> Self {
        Self {
            display_name: Some(display_name),
            key_validity_url: Some(key_validity_url),
            public_key: Some(public_key),
            public_keys: None,
        }
    }

    /// Whether the invitation was taken back: its members are gone.
    pub fn is_revoked(&self) -> bool {
        self.display_name.is_none() || self.public_key.is_none()
    }
}

impl EventContent for RoomThirdPartyInvite {
    const TYPE: &'static str = "m.room.third_party_invite";
}

/// A key that may sign that an invitation is for a user. One with a wrong value is skipped whole: a wrong
/// `key_validity_url` must not read as none.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct ThirdPartyInviteKey {
    /// The URL that says whether the key is still valid. Without it, it is.
    pub key_validity_url: Option<String>,
    /// The key in base64, standard or URL-safe.
    pub public_key: String,
}

impl ThirdPartyInviteKey {
    /// A key that stays valid.
    pub fn new(public_key: String) -> Self {
        Self {
            key_validity_url: None,
            public_key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    fn event(content: &str) -> RawEvent {
        serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap()
    }

    #[test]
    fn an_invitation_is_revoked_by_one_without_members() {
        let invite: RoomThirdPartyInvite = event("{}").content_as_strict().unwrap();
        assert!(invite.is_revoked());
    }

    #[test]
    fn a_bad_key_is_skipped_whole() {
        let event = event(
            r#"{"public_keys": [{"public_key": "a", "key_validity_url": 5}, {"public_key": "b"}]}"#,
        );
        let invite: RoomThirdPartyInvite = event.content_as().unwrap();
        let keys = invite.public_keys.unwrap();
        assert_eq!(keys, [ThirdPartyInviteKey::new("b".to_owned())]);
    }
}
