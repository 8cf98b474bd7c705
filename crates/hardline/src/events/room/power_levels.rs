mod room_action;
mod room_power;

pub use room_action::RoomAction;
pub use room_power::{RoomPower, UserPower};

use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::{JsonMap, JsonObject};
use crate::types::{PowerLevel, UserId};

/// `m.room.power_levels`: who may do what. Nothing of it is skipped: a wrong value is an error, since a level that reads as
/// absent would give power away.
///
/// [`RoomPower`] answers what a user may do; it knows the room's creators too.
///
/// ```
/// use hardline::events::{RawEvent, RoomPowerLevels};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.power_levels", "content": {
///     "ban": "50",
///     "events": {"m.room.name": 75},
///     "users": {"@alice:example.org": 100},
/// }}))?;
/// let levels: RoomPowerLevels = event.content_as()?;
/// assert_eq!(levels.for_state("m.room.name").get(), 75);
/// assert_eq!(levels.for_state("m.room.topic").get(), 50);
/// assert_eq!(levels.of("@alice:example.org").get(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.power_levels`](https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct RoomPowerLevels {
    /// What it takes to ban. Missing stands for 50.
    pub ban: Option<PowerLevel>,
    /// What it takes to send events of these types.
    pub events: Option<JsonMap<String, PowerLevel>>,
    /// What it takes to send messages of other types. Missing stands for 0.
    pub events_default: Option<PowerLevel>,
    /// What it takes to invite. Missing stands for 0.
    pub invite: Option<PowerLevel>,
    /// What it takes to remove somebody. Missing stands for 50.
    pub kick: Option<PowerLevel>,
    /// What it takes to redact others' events. Missing stands for 50.
    pub redact: Option<PowerLevel>,
    /// What it takes to send state of other types. Missing stands for 50.
    pub state_default: Option<PowerLevel>,
    /// The levels of these users.
    pub users: Option<JsonMap<UserId, PowerLevel>>,
    /// The level of other users. Missing stands for 0.
    pub users_default: Option<PowerLevel>,
    /// What it takes to notify others by these keys: `room`, which is 50 if it is missing.
    pub notifications: Option<JsonMap<String, PowerLevel>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomPowerLevels {
    /// The levels of a room that says nothing of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// The level of a user. It is not all that counts: [`RoomPower::of`] knows the creators too.
    pub fn of(&self, user: &str) -> PowerLevel {
        let level = self.users.as_ref().and_then(|users| users.get(user));
        level
            .or(self.users_default.as_ref())
            .copied()
            .unwrap_or_default()
    }

    /// What it takes to send a message of this type: an event that is not state.
    pub fn for_message(&self, event_type: &str) -> PowerLevel {
        let default = self.events_default.unwrap_or_default();
        self.for_type(event_type).unwrap_or(default)
    }

    /// What it takes to send state of this type.
    pub fn for_state(&self, event_type: &str) -> PowerLevel {
        let default = || or_half(self.state_default);
        self.for_type(event_type).unwrap_or_else(default)
    }

    fn for_type(&self, event_type: &str) -> Option<PowerLevel> {
        self.events.as_ref()?.get(event_type).copied()
    }

    /// What an action takes, beside a level above that of the user whom it is about.
    pub fn for_action(&self, action: RoomAction) -> PowerLevel {
        match action {
            RoomAction::Invite => self.invite.unwrap_or_default(),
            RoomAction::Kick => or_half(self.kick),
            RoomAction::Ban => or_half(self.ban),
            RoomAction::RedactOthers => or_half(self.redact),
            RoomAction::NotifyRoom => self.for_notification("room"),
        }
    }

    /// What it takes to notify others by this key.
    pub fn for_notification(&self, key: &str) -> PowerLevel {
        let level = self.notifications.as_ref().and_then(|keys| keys.get(key));
        or_half(level.copied())
    }
}

fn or_half(level: Option<PowerLevel>) -> PowerLevel {
    level.unwrap_or(PowerLevel::from(50))
}

impl EventContent for RoomPowerLevels {
    const TYPE: &'static str = "m.room.power_levels";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{ContentError, RawEvent};

    fn levels(content: &str) -> Result<RoomPowerLevels, ContentError> {
        let event: RawEvent =
            serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
        event.content_as()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let levels = levels(r#"{"users": null, "events": null, "notifications": null}"#).unwrap();
        assert_eq!(levels, RoomPowerLevels::new());
        for (action, level) in [
            (RoomAction::Invite, 0),
            (RoomAction::Kick, 50),
            (RoomAction::Ban, 50),
            (RoomAction::RedactOthers, 50),
            (RoomAction::NotifyRoom, 50),
        ] {
            assert_eq!(levels.for_action(action).get(), level, "{action:?}");
        }
        assert_eq!(levels.for_message("m.room.message").get(), 0);
        assert_eq!(levels.for_state("m.room.name").get(), 50);
        assert_eq!(levels.of("@a:a.org").get(), 0);
    }

    #[test]
    fn what_is_said_of_a_type_counts_before_the_default() {
        let levels = levels(
            r#"{"events": {"a": 1}, "events_default": 2, "state_default": 3, "users": {"@a:a.org": 4}, "users_default": 5,
                "notifications": {"room": 6}}"#,
        )
        .unwrap();
        let found = [
            levels.for_message("a"),
            levels.for_state("a"),
            levels.for_message("b"),
            levels.for_state("b"),
            levels.of("@a:a.org"),
            levels.of("@b:a.org"),
            levels.for_action(RoomAction::NotifyRoom),
            levels.for_notification("other"),
        ];
        assert_eq!(found.map(PowerLevel::get), [1, 1, 2, 3, 4, 5, 6, 50]);
    }

    #[test]
    fn old_rooms_have_levels_as_text_and_with_fractions() {
        let levels =
            levels(r#"{"ban": "60", "kick": 70.9, "users": {"@a:a.org": " +100 "}}"#).unwrap();
        assert_eq!(levels.for_action(RoomAction::Ban).get(), 60);
        assert_eq!(levels.for_action(RoomAction::Kick).get(), 70);
        assert_eq!(levels.of("@a:a.org").get(), 100);
    }

    #[test]
    fn a_level_that_is_none_is_an_error() {
        for content in [
            r#"{"ban": true}"#,
            r#"{"users": {"@a:a.org": "x"}}"#,
            r#"{"users": []}"#,
            r#"{"events": {"a": null}}"#,
            r#"{"notifications": {"room": []}}"#,
        ] {
            assert!(levels(content).is_err(), "{content}");
        }
    }

    #[test]
    fn whoever_changes_a_level_keeps_what_they_do_not_know() {
        let mut levels =
            levels(r#"{"ban": 50, "historical": 100, "org.example.x": {"a": [1]}}"#).unwrap();
        levels.ban = Some(75.into());
        let json = crate::json::RawJson::new(&levels).unwrap();
        assert_eq!(
            json.as_str(),
            r#"{"ban":75,"historical":100,"org.example.x":{"a": [1]}}"#
        );
    }
}
