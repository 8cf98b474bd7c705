use std::fmt;

use super::{RoomAction, RoomPowerLevels};
use crate::events::room::create::{RoomCreate, creators_outrank_levels};
use crate::types::{PowerLevel, UserId};

/// Who may do what in a room: its power levels and its creators.
///
/// It follows the rules that servers authorize events by, as far as they are about power; what a server allows beyond that
/// depends on membership and join rules.
///
/// ```
/// use hardline::events::{RoomAction, RoomCreate, RoomPower, RoomPowerLevels, UserPower};
/// use hardline::types::{RoomVersionId, UserId};
///
/// let alice = UserId::parse("@alice:example.org")?;
/// let create = RoomCreate::new(RoomVersionId::parse("12")?);
/// let power = RoomPower::new(&create, Some(alice.clone()), Some(RoomPowerLevels::new()));
/// assert_eq!(power.of(&alice), UserPower::Creator);
/// assert!(power.may(&alice, RoomAction::Ban));
///
/// let bob = UserId::parse("@bob:example.org")?;
/// assert!(power.may_send_message(&bob, "m.room.message"));
/// assert!(!power.may_send_state(&bob, "m.room.name", ""));
/// assert!(power.may_ban(&alice, &bob) && !power.may_ban(&bob, &alice));
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [`m.room.power_levels`](https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels),
/// [room version 12](https://spec.matrix.org/v1.19/rooms/v12/).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPower {
    creators: Vec<UserId>,
    creators_outrank_levels: bool,
    levels: Option<RoomPowerLevels>,
}

impl RoomPower {
    /// The power in a room with this `m.room.create`, whose sender it takes, and these power levels, if the room has any.
    ///
    /// Where the levels cannot be read, nobody but the server knows who may do what: do not pass `None` for those.
    pub fn new(
        create: &RoomCreate,
        create_sender: Option<UserId>,
        levels: Option<RoomPowerLevels>,
    ) -> Self {
        Self {
            creators: create.creators(create_sender),
            creators_outrank_levels: creators_outrank_levels(&create.room_version()),
            levels,
        }
    }

    /// The power of a user.
    ///
    /// The creators of rooms from version 12 on outrank every level. In a room without power levels, the creator has level
    /// 100.
    pub fn of(&self, user: &UserId) -> UserPower {
        let is_creator = self.creators.contains(user);
        match &self.levels {
            _ if is_creator && self.creators_outrank_levels => UserPower::Creator,
            Some(levels) => UserPower::Level(levels.of(user.as_str())),
            None if is_creator => UserPower::Level(PowerLevel::from(100)),
            None => UserPower::Level(PowerLevel::default()),
        }
    }

    /// Whether a user may send messages of this type: events that are not state.
    pub fn may_send_message(&self, user: &UserId, event_type: &str) -> bool {
        self.has(user, |levels| levels.for_message(event_type))
    }

    /// Whether a user may send state of this type and key. A key that is a user's ID belongs to that user alone; of
    /// `m.room.member` ask [`may`](Self::may), [`may_kick`](Self::may_kick) and [`may_ban`](Self::may_ban).
    pub fn may_send_state(&self, user: &UserId, event_type: &str, state_key: &str) -> bool {
        let is_anothers = state_key.starts_with('@') && user.as_str() != state_key;
        !is_anothers && self.has(user, |levels| levels.for_state(event_type))
    }

    /// Whether a user has the level for an action.
    pub fn may(&self, user: &UserId, action: RoomAction) -> bool {
        self.has(user, |levels| levels.for_action(action))
    }

    /// Whether a user may notify others by this key: `room` for everybody in the room.
    pub fn may_notify(&self, user: &UserId, key: &str) -> bool {
        self.has(user, |levels| levels.for_notification(key))
    }

    /// Whether a user may remove another, or reject their knock.
    pub fn may_kick(&self, user: &UserId, other: &UserId) -> bool {
        self.may(user, RoomAction::Kick) && self.of(user) > self.of(other)
    }

    /// Whether a user may ban another.
    pub fn may_ban(&self, user: &UserId, other: &UserId) -> bool {
        self.may(user, RoomAction::Ban) && self.of(user) > self.of(other)
    }

    /// Whether a user may take a ban back: it takes the level of a ban and of a removal.
    pub fn may_unban(&self, user: &UserId, other: &UserId) -> bool {
        self.may(user, RoomAction::Ban) && self.may_kick(user, other)
    }

    /// Whether a user may redact an event of a sender.
    pub fn may_redact(&self, user: &UserId, sender: &UserId) -> bool {
        let is_own = user == sender;
        self.may_send_message(user, "m.room.redaction")
            && (is_own || self.may(user, RoomAction::RedactOthers))
    }

    /// Whether a user may give another this level: none above their own, and only to users below them or to themselves.
    /// Creators who outrank levels have none.
    pub fn may_give_level(&self, user: &UserId, other: &UserId, level: PowerLevel) -> bool {
        let power = self.of(user);
        self.may_send_state(user, "m.room.power_levels", "")
            && power >= UserPower::Level(level)
            && self.of(other) != UserPower::Creator
            && (user == other || power > self.of(other))
    }

    fn has(&self, user: &UserId, needed: impl FnOnce(&RoomPowerLevels) -> PowerLevel) -> bool {
        let needed = match &self.levels {
            Some(levels) => needed(levels),
            None => needed(&RoomPowerLevels::new()),
        };
        self.of(user) >= UserPower::Level(needed)
    }
}

/// The power of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserPower {
    /// A level.
    Level(PowerLevel),
    /// More than any level: a creator's, in rooms from version 12 on.
    Creator,
}

impl fmt::Display for UserPower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => level.fmt(f),
            Self::Creator => f.write_str("creator"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RoomVersionId;

    fn user(name: &str) -> UserId {
        UserId::parse(format!("@{name}:a.org")).unwrap()
    }

    fn power(version: &str, levels: Option<&str>) -> RoomPower {
        let create = RoomCreate {
            creator: Some(user("creator")),
            additional_creators: Some(vec![user("second")]),
            ..RoomCreate::new(RoomVersionId::parse(version).unwrap())
        };
        let levels = levels.map(|levels| serde_json::from_str(levels).unwrap());
        RoomPower::new(&create, Some(user("creator")), levels)
    }

    const LEVELS: &str = r#"{"users": {"@admin:a.org": 100, "@mod:a.org": 50, "@bad:a.org": -1}, "invite": 50,
        "events": {"m.room.redaction": 10, "m.room.power_levels": 50}}"#;

    #[test]
    fn creators_outrank_levels_from_version_12_on() {
        for version in ["1", "11"] {
            let power = power(version, Some(LEVELS));
            let none = UserPower::Level(PowerLevel::default());
            assert_eq!(power.of(&user("creator")), none, "{version}");
            assert_eq!(power.of(&user("second")), none, "{version}");
        }
        for version in ["12", "org.example.new"] {
            let power = power(version, Some(LEVELS));
            assert_eq!(power.of(&user("creator")), UserPower::Creator, "{version}");
            assert_eq!(power.of(&user("second")), UserPower::Creator, "{version}");
            assert!(power.may_ban(&user("second"), &user("admin")));
            assert!(!power.may_ban(&user("second"), &user("creator")));
            assert!(!power.may_give_level(&user("creator"), &user("second"), 1.into()));
        }
    }

    #[test]
    fn in_a_room_without_levels_the_creator_has_100() {
        let power = power("6", None);
        assert_eq!(power.of(&user("creator")), UserPower::Level(100.into()));
        assert!(power.may_send_state(&user("creator"), "m.room.name", ""));
        assert!(!power.may_send_state(&user("other"), "m.room.name", ""));
        assert!(power.may_send_message(&user("other"), "m.room.message"));
    }

    #[test]
    fn what_is_done_to_others_takes_more_power_than_they_have() {
        let power = power("6", Some(LEVELS));
        let [admin, moderator, bad, other] = ["admin", "mod", "bad", "other"].map(user);
        assert!(power.may_kick(&moderator, &other) && power.may_ban(&moderator, &other));
        assert!(power.may_unban(&moderator, &other));
        assert!(!power.may_kick(&moderator, &moderator));
        assert!(!power.may_kick(&moderator, &admin));
        assert!(!power.may_ban(&other, &bad));
        assert!(power.may(&moderator, RoomAction::Invite));
        assert!(!power.may(&other, RoomAction::Invite));
        assert!(!power.may_send_message(&bad, "m.room.message"));
    }

    #[test]
    fn ones_own_events_can_be_redacted_by_whoever_may_send_redactions() {
        let power = power("6", Some(LEVELS));
        let [moderator, other] = ["mod", "other"].map(user);
        assert!(power.may_redact(&moderator, &other));
        assert!(power.may_redact(&moderator, &moderator));
        assert!(!power.may_redact(&other, &other));
        let power = self::power("6", Some("{}"));
        assert!(power.may_redact(&other, &other) && !power.may_redact(&other, &moderator));
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let power = power("6", Some(LEVELS));
        let [admin, moderator, other] = ["admin", "mod", "other"].map(user);
        assert!(power.may_give_level(&moderator, &other, 50.into()));
        assert!(!power.may_give_level(&moderator, &other, 51.into()));
        assert!(power.may_give_level(&moderator, &moderator, 0.into()));
        assert!(!power.may_give_level(&moderator, &admin, 0.into()));
        assert!(!power.may_give_level(&other, &other, 0.into()));
    }

    #[test]
    fn a_state_key_that_is_a_user_belongs_to_that_user() {
        let power = power("6", Some(LEVELS));
        let moderator = user("mod");
        assert!(power.may_send_state(&moderator, "org.example.status", "@mod:a.org"));
        assert!(!power.may_send_state(&moderator, "org.example.status", "@admin:a.org"));
    }
}
