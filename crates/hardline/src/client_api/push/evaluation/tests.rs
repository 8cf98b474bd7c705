use serde_json::{Value, json};

use super::*;
use crate::client_api::push::PushCondition;
use crate::events::{RoomCreate, RoomPower};
use crate::types::{RoomId, RoomVersionId, UserId};

fn alice() -> UserId {
    UserId::parse("@alice:example.org").unwrap()
}

fn context() -> PushContext {
    PushContext::new(alice(), RoomId::parse("!tea:example.org").unwrap(), 3)
}

fn event(event: Value) -> RawEvent {
    RawEvent::new(&event).unwrap()
}

fn message(body: &str) -> RawEvent {
    event(json!({
        "type": "m.room.message",
        "sender": "@bob:example.org",
        "content": {"msgtype": "m.text", "body": body},
    }))
}

fn rule(rule_id: &str) -> PushRule {
    PushRule::new(rule_id.to_owned(), vec![PushAction::Notify])
}

fn matching<'r>(rules: &'r Ruleset, event: &RawEvent) -> Option<&'r str> {
    let (_, rule) = rules.matching_rule(event, &context())?;
    Some(&rule.rule_id)
}

/// Rules of every kind that match `message("tea")`.
fn of_every_kind() -> Ruleset {
    let mut content = rule("tea");
    content.pattern = Some("tea".to_owned());
    Ruleset {
        override_rules: vec![rule("override")],
        content: vec![content],
        room: vec![rule("!tea:example.org")],
        sender: vec![rule("@bob:example.org")],
        underride: vec![rule("underride")],
        ..Ruleset::default()
    }
}

#[test]
fn kinds_are_tried_in_their_order() {
    let mut rules = of_every_kind();
    let tea = message("tea");
    assert_eq!(matching(&rules, &tea), Some("override"));
    rules.override_rules[0].enabled = false;
    assert_eq!(matching(&rules, &tea), Some("tea"));
    rules.content[0].pattern = None;
    assert_eq!(matching(&rules, &tea), Some("!tea:example.org"));
    rules.room[0].rule_id = "!TEA:example.org".to_owned();
    assert_eq!(matching(&rules, &tea), Some("@bob:example.org"));
    rules.sender.clear();
    assert_eq!(matching(&rules, &tea), Some("underride"));
    rules.underride.clear();
    assert_eq!(matching(&rules, &tea), None);
    assert!(rules.actions(&tea, &context()).is_empty());
}

#[test]
fn of_a_kind_the_first_rule_that_matches_counts() {
    let mut rules = Ruleset {
        override_rules: vec![rule("a"), rule("b")],
        ..Ruleset::default()
    };
    let never = PushCondition::event_match("type", "m.room.name");
    rules.override_rules[0].conditions = Some(vec![never]);
    assert_eq!(matching(&rules, &message("")), Some("b"));
    rules.override_rules[0].conditions = Some(vec![]);
    assert_eq!(matching(&rules, &message("")), Some("a"));
}

#[test]
fn nobody_is_notified_of_what_they_did_themselves() {
    let own = event(json!({
        "type": "m.room.message",
        "sender": "@alice:example.org",
        "content": {"body": "tea"},
    }));
    assert_eq!(matching(&of_every_kind(), &own), None);
}

#[test]
fn a_room_that_the_event_names_is_the_one_that_counts() {
    let elsewhere = event(json!({
        "type": "m.room.message",
        "room_id": "!coffee:example.org",
        "sender": "@carol:example.org",
        "content": {"body": "tea"},
    }));
    let rules = Ruleset {
        room: vec![rule("!tea:example.org")],
        ..Ruleset::default()
    };
    assert_eq!(matching(&rules, &elsewhere), None);
    assert_eq!(matching(&rules, &message("")), Some("!tea:example.org"));
}

#[test]
fn rules_from_before_mentions_say_nothing_of_an_event_with_mentions() {
    let mut legacy = rule(".m.rule.contains_user_name");
    legacy.default = true;
    legacy.pattern = Some("alice".to_owned());
    let rules = Ruleset {
        content: vec![legacy],
        ..Ruleset::default()
    };
    assert!(matching(&rules, &message("Alice!")).is_some());
    for mentions in [json!({}), json!(null), json!({"user_ids": []})] {
        let event = event(json!({
            "type": "m.room.message",
            "sender": "@bob:example.org",
            "content": {"body": "Alice!", "m.mentions": mentions},
        }));
        assert_eq!(matching(&rules, &event), None);
    }
}

#[test]
fn a_condition_that_is_unknown_or_incomplete_holds_of_no_event() {
    for condition in [
        r#"{"kind": "org.example.moon"}"#,
        r#"{"kind": "event_match", "key": "type"}"#,
        r#"{"kind": "event_match", "pattern": "*"}"#,
        r#"{"kind": "event_match", "key": "origin_server_ts", "pattern": "*"}"#,
        r#"{"kind": "event_match", "key": "missing", "pattern": "*"}"#,
        r#"{"kind": "event_property_is", "key": "type"}"#,
        r#"{"kind": "event_property_is", "key": "content", "value": {}}"#,
        r#"{"kind": "event_property_contains", "key": "content.body", "value": "tea"}"#,
        r#"{"kind": "room_member_count"}"#,
        r#"{"kind": "contains_display_name"}"#,
        r#"{"kind": "sender_notification_permission", "key": "room"}"#,
        r#"{"kind": "io.element.msc4306.thread_subscription", "subscribed": true}"#,
        r#"{"kind": 5}"#,
        "{}",
    ] {
        let mut override_rule = rule("a");
        override_rule.conditions = Some(vec![serde_json::from_str(condition).unwrap()]);
        let rules = Ruleset {
            override_rules: vec![override_rule],
            ..Ruleset::default()
        };
        assert_eq!(matching(&rules, &message("tea")), None, "{condition}");
    }
}

#[test]
fn a_thread_without_a_subscription_is_told_apart_after_the_content() {
    let mut unsubscribed = rule("unsubscribed");
    let condition = r#"{"kind": "io.element.msc4306.thread_subscription", "subscribed": false}"#;
    unsubscribed.conditions = Some(vec![serde_json::from_str(condition).unwrap()]);
    let mut rules = of_every_kind();
    rules.override_rules.clear();
    rules.postcontent = vec![unsubscribed];
    let in_thread = |body: &str| {
        event(json!({
            "type": "m.room.message",
            "sender": "@bob:example.org",
            "content": {"body": body, "m.relates_to": {"rel_type": "m.thread", "event_id": "$a"}},
        }))
    };
    let mut context = context();
    let matching = |event: &RawEvent, context: &PushContext| {
        let (_, rule) = rules.matching_rule(event, context).unwrap();
        rule.rule_id.clone()
    };
    assert_eq!(matching(&in_thread("x"), &context), "!tea:example.org");
    context.is_subscribed_to_thread = Some(false);
    assert_eq!(matching(&in_thread("x"), &context), "unsubscribed");
    assert_eq!(matching(&in_thread("tea"), &context), "tea");
    assert_eq!(matching(&message("x"), &context), "!tea:example.org");
    context.is_subscribed_to_thread = Some(true);
    assert_eq!(matching(&in_thread("x"), &context), "!tea:example.org");
}

#[test]
fn what_is_no_longer_specified_has_no_effect() {
    let actions: Vec<PushAction> =
        serde_json::from_str(r#"["dont_notify", "coalesce", {"set_tweak": "org.example"}]"#)
            .unwrap();
    let outcome = PushOutcome::from(actions.as_slice());
    assert_eq!(outcome, PushOutcome::default());
}

#[test]
fn who_may_notify_a_room_is_told_by_its_levels() {
    let rules = Ruleset::predefined(&alice());
    let event = event(json!({
        "type": "m.room.message",
        "sender": "@bob:example.org",
        "content": {"body": "@room", "m.mentions": {"room": true}},
    }));
    let is_highlighted = |power| {
        let mut context = context();
        context.power = power;
        PushOutcome::from(rules.actions(&event, &context)).highlight
    };
    let power = |version: &str, levels: Value| {
        let create = RoomCreate::new(RoomVersionId::parse(version).unwrap());
        let levels = serde_json::from_value(levels).unwrap();
        let bob = UserId::parse("@bob:example.org").unwrap();
        Some(RoomPower::new(&create, Some(bob), Some(levels)))
    };
    assert!(!is_highlighted(None));
    for (levels, may_notify) in [
        (json!({}), false),
        (json!({"users_default": 50}), true),
        (json!({"notifications": {"room": 0}}), true),
        (json!({"users": {"@bob:example.org": 50}}), true),
        (
            json!({"users": {"@bob:example.org": 49}, "users_default": 100}),
            false,
        ),
    ] {
        assert_eq!(
            is_highlighted(power("11", levels.clone())),
            may_notify,
            "{levels}"
        );
        assert!(is_highlighted(power("12", levels)));
    }
}
