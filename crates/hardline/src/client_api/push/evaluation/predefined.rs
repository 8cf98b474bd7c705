use serde::Serialize;

use crate::client_api::push::{PushAction, PushCondition, PushRule, Ruleset};
use crate::types::UserId;

impl Ruleset {
    /// The rules that every account begins with, in version 1.19 of the specification. Servers have others besides: ask
    /// yours with [`GetPushRules`](crate::client_api::push::GetPushRules), and use these where that is not possible.
    ///
    /// Specification: [predefined rules](https://spec.matrix.org/v1.19/client-server-api/#predefined-rules).
    pub fn predefined(user_id: &UserId) -> Self {
        Self {
            override_rules: override_rules(user_id.as_str()),
            underride: underride_rules(),
            ..Self::default()
        }
    }
}

fn override_rules(user_id: &str) -> Vec<PushRule> {
    let master = PushRule {
        enabled: false,
        ..rule(".m.rule.master", [], [])
    };
    vec![
        master,
        rule(
            ".m.rule.suppress_notices",
            [event_match("content.msgtype", "m.notice")],
            [],
        ),
        rule(
            ".m.rule.invite_for_me",
            [
                of_type("m.room.member"),
                event_match("content.membership", "invite"),
                event_match("state_key", user_id),
            ],
            [PushAction::Notify, PushAction::sound("default")],
        ),
        rule(".m.rule.member_event", [of_type("m.room.member")], []),
        rule(
            ".m.rule.is_user_mention",
            [contains(r"content.m\.mentions.user_ids", user_id)],
            [
                PushAction::Notify,
                PushAction::sound("default"),
                PushAction::highlight(true),
            ],
        ),
        rule(
            ".m.rule.is_room_mention",
            [
                is(r"content.m\.mentions.room", &true),
                PushCondition::sender_notification_permission("room"),
            ],
            [PushAction::Notify, PushAction::highlight(true)],
        ),
        rule(
            ".m.rule.tombstone",
            [of_type("m.room.tombstone"), event_match("state_key", "")],
            [PushAction::Notify, PushAction::highlight(true)],
        ),
        rule(".m.rule.reaction", [of_type("m.reaction")], []),
        rule(
            ".m.rule.room.server_acl",
            [of_type("m.room.server_acl"), event_match("state_key", "")],
            [],
        ),
        rule(
            ".m.rule.suppress_edits",
            [is(r"content.m\.relates_to.rel_type", "m.replace")],
            [],
        ),
    ]
}

fn underride_rules() -> Vec<PushRule> {
    let between_two = || PushCondition::room_member_count("2");
    let with_sound = |sound| [PushAction::Notify, PushAction::sound(sound)];
    vec![
        rule(
            ".m.rule.call",
            [of_type("m.call.invite")],
            with_sound("ring"),
        ),
        rule(
            ".m.rule.encrypted_room_one_to_one",
            [between_two(), of_type("m.room.encrypted")],
            with_sound("default"),
        ),
        rule(
            ".m.rule.room_one_to_one",
            [between_two(), of_type("m.room.message")],
            with_sound("default"),
        ),
        rule(
            ".m.rule.message",
            [of_type("m.room.message")],
            [PushAction::Notify],
        ),
        rule(
            ".m.rule.encrypted",
            [of_type("m.room.encrypted")],
            [PushAction::Notify],
        ),
    ]
}

fn of_type(event_type: &str) -> PushCondition {
    event_match("type", event_type)
}

fn event_match(key: &str, pattern: &str) -> PushCondition {
    PushCondition::event_match(key, pattern)
}

fn is<T: Serialize + ?Sized>(key: &str, value: &T) -> PushCondition {
    PushCondition::event_property_is(key, value).expect("texts and booleans have a JSON form")
}

fn contains(key: &str, value: &str) -> PushCondition {
    PushCondition::event_property_contains(key, value).expect("a text has a JSON form")
}

fn rule<const C: usize, const A: usize>(
    rule_id: &str,
    conditions: [PushCondition; C],
    actions: [PushAction; A],
) -> PushRule {
    PushRule {
        actions: actions.into(),
        default: true,
        enabled: true,
        rule_id: rule_id.to_owned(),
        conditions: Some(conditions.into()),
        pattern: None,
    }
}
