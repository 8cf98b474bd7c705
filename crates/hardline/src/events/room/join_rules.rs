use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::{JsonObject, RawJson};
use crate::types::{JoinRule, RoomId};

/// `m.room.join_rules`: how one gets into the room. Nothing of it is skipped: a wrong value is an error, since a rule must
/// never read as a looser one.
///
/// ```
/// use hardline::events::{RawEvent, RoomJoinRules};
/// use hardline::types::JoinRule;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.join_rules", "content": {
///     "join_rule": "restricted",
///     "allow": [{"type": "m.room_membership", "room_id": "!space:example.org"}],
/// }}))?;
/// let rules: RoomJoinRules = event.content_as()?;
/// assert_eq!(rules.join_rule, JoinRule::Restricted);
/// assert_eq!(rules.allowed_rooms().collect::<Vec<_>>(), ["!space:example.org"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.join_rules`](https://spec.matrix.org/v1.19/client-server-api/#mroomjoin_rules).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct RoomJoinRules {
    /// How one gets in. A rule that is not known lets nobody in who is not invited.
    pub join_rule: JoinRule,
    /// With [`JoinRule::Restricted`] and [`JoinRule::KnockRestricted`]: who may join without an invitation. One of them is
    /// enough. Since v1.2.
    pub allow: Option<Vec<AllowRule>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomJoinRules {
    /// This rule, which allows nobody in particular.
    pub fn new(join_rule: JoinRule) -> Self {
        Self {
            join_rule,
            allow: None,
            others: JsonObject::new(),
        }
    }

    /// Members of these rooms may join.
    pub fn restricted(rooms: impl IntoIterator<Item = RoomId>) -> Self {
        Self {
            join_rule: JoinRule::Restricted,
            allow: Some(rooms.into_iter().map(AllowRule::members_of).collect()),
            others: JsonObject::new(),
        }
    }

    /// The rooms whose members may join, if the rule has any.
    pub fn allowed_rooms(&self) -> impl Iterator<Item = RoomId> {
        let counts = matches!(
            self.join_rule,
            JoinRule::Restricted | JoinRule::KnockRestricted
        );
        let allow = self.allow.as_deref().filter(|_| counts);
        allow.unwrap_or_default().iter().filter_map(AllowRule::room)
    }
}

impl EventContent for RoomJoinRules {
    const TYPE: &'static str = "m.room.join_rules";
}

/// Who may join a room without an invitation. It is kept as it came: one of a type that is not known cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct AllowRule(RawJson);

impl AllowRule {
    /// The members of a room: `m.room_membership`.
    pub fn members_of(room: RoomId) -> Self {
        let members = JsonObject::new()
            .with_text("type", ROOM_MEMBERSHIP)
            .with_text("room_id", room.as_str());
        Self(RawJson::new(&members).expect("text has a JSON form"))
    }

    /// A rule of any type.
    pub fn other(rule: RawJson) -> Self {
        Self(rule)
    }

    /// The room whose members may join, if that is what it says.
    pub fn room(&self) -> Option<RoomId> {
        let text = |name| self.0.member(name)?.deserialize::<String>().ok();
        text("type").filter(|kind| kind == ROOM_MEMBERSHIP)?;
        RoomId::parse(text("room_id")?).ok()
    }

    /// All of it.
    pub fn as_raw(&self) -> &RawJson {
        &self.0
    }
}

const ROOM_MEMBERSHIP: &str = "m.room_membership";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{ContentError, RawEvent};

    fn rules(content: &str) -> Result<RoomJoinRules, ContentError> {
        let event: RawEvent =
            serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
        event.content_as()
    }

    #[test]
    fn conditions_that_cannot_be_met_are_kept_and_allow_nobody() {
        let text = r#"{"join_rule":"knock_restricted","allow":[{"type":"org.example.quiz","room_id":"!a"},5,{"type":"m.room_membership"},{"type":"m.room_membership","room_id":5},{"type":"m.room_membership","room_id":"!b"}]}"#;
        let rules = rules(text).unwrap();
        assert_eq!(rules.allowed_rooms().collect::<Vec<_>>(), ["!b"]);
        assert_eq!(RawJson::new(&rules).unwrap().as_str(), text);
    }

    #[test]
    fn who_is_allowed_counts_only_where_joins_are_restricted() {
        let allow = r#""allow": [{"type": "m.room_membership", "room_id": "!a"}]"#;
        for (rule, count) in [("restricted", 1), ("invite", 0), ("org.example.rule", 0)] {
            let rules = rules(&format!(r#"{{"join_rule": "{rule}", {allow}}}"#)).unwrap();
            assert_eq!(rules.allowed_rooms().count(), count, "{rule}");
        }
    }

    #[test]
    fn a_wrong_value_is_an_error_and_null_is_absent() {
        for content in [
            "{}",
            r#"{"join_rule": 5}"#,
            r#"{"join_rule": "restricted", "allow": {}}"#,
        ] {
            assert!(rules(content).is_err(), "{content}");
        }
        let rules = rules(r#"{"join_rule": "public", "allow": null}"#).unwrap();
        assert_eq!(rules, RoomJoinRules::new(JoinRule::Public));
    }

    #[test]
    fn a_rule_is_made_of_rooms() {
        let rooms = [RoomId::parse("!a").unwrap()];
        let rules = RoomJoinRules::restricted(rooms);
        assert_eq!(
            RawJson::new(&rules).unwrap().as_str(),
            r#"{"join_rule":"restricted","allow":[{"type":"m.room_membership","room_id":"!a"}]}"#
        );
    }
}
