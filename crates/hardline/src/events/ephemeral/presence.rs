use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::{MxcUri, PresenceState};

/// `m.presence`: whether a user is there. The user is the event's sender.
///
/// ```
/// use hardline::events::{Presence, RawEvent};
/// use hardline::types::PresenceState;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.presence",
///     "sender": "@alice:example.org",
///     "content": {"presence": "online", "status_msg": "Making cupcakes"},
/// }))?;
/// let presence: Presence = event.content_as()?;
/// assert_eq!(presence.presence, PresenceState::Online);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.presence`](https://spec.matrix.org/v1.19/client-server-api/#mpresence).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Presence {
    /// The user's picture.
    pub avatar_url: Option<MxcUri>,
    /// What the user is called.
    pub displayname: Option<String>,
    /// How long ago they last did something, in milliseconds.
    pub last_active_ago: Option<u64>,
    /// Whether they are there.
    pub presence: PresenceState,
    /// Whether they are doing something now.
    pub currently_active: Option<bool>,
    /// What they say of it, for people to read.
    pub status_msg: Option<String>,
}

impl Presence {
    /// A user of whom nothing else is known.
    pub fn new(presence: PresenceState) -> Self {
        Self {
            avatar_url: None,
            displayname: None,
            last_active_ago: None,
            presence,
            currently_active: None,
            status_msg: None,
        }
    }
}

impl EventContent for Presence {
    const TYPE: &'static str = "m.presence";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_servers_own_states_are_kept() {
        let event: RawEvent = serde_json::from_str(
            r#"{"content": {"presence": "org.matrix.msc3026.busy", "last_active_ago": 5.0, "status_msg": null}}"#,
        )
        .unwrap();
        let presence: Presence = event.content_as_strict().unwrap();
        assert_eq!(presence.presence, "org.matrix.msc3026.busy");
        assert_eq!(presence.last_active_ago, Some(5));
    }
}
