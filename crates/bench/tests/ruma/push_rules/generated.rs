//! Events, rules and contexts of few words, so that rules often match.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::case::{ALICE, BOB, CREATOR, Case, Context, Levels, ROOM};

pub(super) fn case() -> impl Strategy<Value = Case> {
    (event(), rules(), context()).prop_map(|(event, rules, context)| Case {
        event,
        rules,
        context,
    })
}

fn event() -> impl Strategy<Value = Value> {
    let senders = [BOB, BOB, BOB, CREATOR, ALICE, "@Bob:example.org", "bob"];
    let types = ["m.room.message", "m.room.encrypted", "m.room.member"];
    let rooms = [ROOM, "!coffee:example.org"];
    let state_keys = ["", ALICE];
    (
        select(types.to_vec()),
        option::of(select(senders.to_vec())),
        option::weighted(0.2, select(rooms.to_vec())),
        option::weighted(0.2, select(state_keys.to_vec())),
        content(),
    )
        .prop_map(|(event_type, sender, room_id, state_key, content)| {
            let mut event = json!({"type": event_type, "origin_server_ts": 1, "content": content});
            for (name, value) in [
                ("sender", sender),
                ("room_id", room_id),
                ("state_key", state_key),
            ] {
                if let Some(value) = value {
                    event[name] = json!(value);
                }
            }
            event
        })
}

fn content() -> impl Strategy<Value = Value> {
    let mentions = [
        json!({}),
        json!(null),
        json!({"room": true}),
        json!({"room": "true"}),
        json!({"user_ids": [ALICE]}),
        json!({"user_ids": [BOB, 5, null, ALICE]}),
        json!({"user_ids": []}),
    ];
    let others = ["n", "a.b", r"e\", r"e\x", "list", ""];
    (
        option::weighted(0.8, body()),
        option::weighted(0.3, select(mentions.to_vec())),
        option::weighted(0.3, select(&["m.text", "m.notice"][..])),
        vec((select(others.to_vec()), value()), 0..3),
        vec(value(), 0..3),
        option::weighted(0.3, value()),
    )
        .prop_map(|(body, mentions, msgtype, others, list, deep)| {
            let mut content = Map::new();
            for (name, value) in others {
                content.insert(name.to_owned(), value);
            }
            if !list.is_empty() {
                content.insert("list".to_owned(), list.into());
            }
            for (name, value) in [
                ("body", body.map(Value::from)),
                ("m.mentions", mentions),
                ("msgtype", msgtype.map(Value::from)),
                ("nested", deep.map(|deep| json!({"deep": deep}))),
            ] {
                content.extend(value.map(|value| (name.to_owned(), value)));
            }
            content.into()
        })
}

/// Words, mostly with something between them.
fn body() -> impl Strategy<Value = String> {
    let words = [
        "foo", "Foo", "foobar", "bar", "alice", "Alice", "@room", "x", "1", "_", "é", "日本",
    ];
    let between = [" ", " ", " ", "", "-", "! ", ".", "\n", "。", "😀"];
    vec((select(words.to_vec()), select(between.to_vec())), 0..5).prop_map(|parts| {
        let parts = parts.into_iter();
        parts.flat_map(|(word, between)| [word, between]).collect()
    })
}

/// What a property may be. Few are no whole number, or beyond those that Matrix has.
fn value() -> impl Strategy<Value = Value> {
    let usual = [
        json!(1),
        json!(-1),
        json!(9_007_199_254_740_991_i64),
        json!(true),
        json!(false),
        json!(null),
        json!("foo"),
        json!("1"),
        json!(ALICE),
    ];
    let unusual = [
        json!(9_007_199_254_740_993_i64),
        json!(1.5),
        json!([]),
        json!({}),
    ];
    prop_oneof![
        20 => select(usual.to_vec()),
        1 => select(unusual.to_vec()),
    ]
}

fn rules() -> impl Strategy<Value = Value> {
    let room_ids = [ROOM, ROOM, "!coffee:example.org", "!TEA:example.org"];
    let rare_room_ids = ["!t*:example.org", "tea"];
    let senders = [BOB, BOB, CREATOR, "@BOB:example.org"];
    let rare_senders = ["@b*:example.org", "bob"];
    let one_of = |usual: [&'static str; 4], rare: [&'static str; 2]| prop_oneof![40 => select(usual.to_vec()), 1 => select(rare.to_vec())];
    (
        vec(conditional(), 0..4),
        vec(with_pattern(), 0..3),
        vec(rule(one_of(room_ids, rare_room_ids)), 0..2),
        vec(rule(one_of(senders, rare_senders)), 0..2),
        vec(conditional(), 0..4),
    )
        .prop_map(|(overrides, content, room, sender, underride)| {
            json!({
                "override": overrides,
                "content": content,
                "room": room,
                "sender": sender,
                "underride": underride,
            })
        })
}

fn conditional() -> impl Strategy<Value = Value> {
    let legacy = [".m.rule.contains_display_name", ".m.rule.roomnotif"];
    let ids = prop_oneof![
        12 => "[a-z]{6}",
        1 => select(legacy.to_vec()).prop_map(str::to_owned),
    ];
    (rule(ids), vec(condition(), 0..3)).prop_map(|(mut rule, conditions)| {
        rule["conditions"] = conditions.into();
        rule
    })
}

fn with_pattern() -> impl Strategy<Value = Value> {
    let ids = prop_oneof![
        6 => "[a-z]{6}",
        1 => Just(".m.rule.contains_user_name".to_owned()),
    ];
    (rule(ids), option::weighted(0.98, pattern())).prop_map(|(mut rule, pattern)| {
        if let Some(pattern) = pattern {
            rule["pattern"] = pattern.into();
        }
        rule
    })
}

fn rule<T: Into<Value> + std::fmt::Debug>(
    ids: impl Strategy<Value = T>,
) -> impl Strategy<Value = Value> {
    let is_enabled = proptest::bool::weighted(0.9);
    (ids, any::<bool>(), is_enabled, actions()).prop_map(|(id, default, enabled, actions)| {
        let id: Value = id.into();
        json!({"rule_id": id, "default": default, "enabled": enabled, "actions": actions})
    })
}

fn actions() -> impl Strategy<Value = Vec<Value>> {
    let usual = [
        json!("notify"),
        json!("notify"),
        json!("dont_notify"),
        json!("coalesce"),
        json!({"set_tweak": "highlight"}),
        json!({"set_tweak": "highlight", "value": true}),
        json!({"set_tweak": "highlight", "value": false}),
        json!({"set_tweak": "sound", "value": "default"}),
        json!({"set_tweak": "sound", "value": "ring"}),
        json!({"set_tweak": "org.example", "value": [1]}),
    ];
    let unusual = [
        json!({"set_tweak": "highlight", "value": "yes"}),
        json!({"set_tweak": "highlight", "value": null}),
        json!({"set_tweak": "sound"}),
        json!({"set_tweak": "sound", "value": 5}),
        json!({"set_tweak": 5}),
        json!({"org.example": true}),
        json!(5),
        json!(["notify"]),
    ];
    let action = prop_oneof![80 => select(usual.to_vec()), 1 => select(unusual.to_vec())];
    vec(action, 0..3)
}

fn condition() -> impl Strategy<Value = Value> {
    let permissions = ["room", "room", "org.example"];
    let strange = [
        json!({"kind": "org.example.moon", "phase": "full"}),
        json!({"kind": "io.element.msc4306.thread_subscription", "subscribed": true}),
        json!({"kind": "org.matrix.msc3931.room_version_supports", "feature": "a"}),
    ];
    let incomplete = [
        json!({"kind": "event_match", "key": "type"}),
        json!({"kind": "event_match", "pattern": "*"}),
        json!({"kind": "event_match", "key": "type", "pattern": 5}),
        json!({"kind": "event_property_is", "key": "type"}),
        json!({"kind": "event_property_contains", "value": 1}),
        json!({"kind": "room_member_count"}),
        json!({"kind": "sender_notification_permission"}),
        json!({"kind": 5}),
        json!({}),
    ];
    prop_oneof![
        120 => (key(), pattern())
            .prop_map(|(key, pattern)| json!({"kind": "event_match", "key": key, "pattern": pattern})),
        60 => (key(), value())
            .prop_map(|(key, value)| json!({"kind": "event_property_is", "key": key, "value": value})),
        60 => (key(), value())
            .prop_map(|(key, value)| json!({"kind": "event_property_contains", "key": key, "value": value})),
        30 => Just(json!({"kind": "contains_display_name"})),
        30 => member_count().prop_map(|is| json!({"kind": "room_member_count", "is": is})),
        30 => select(permissions.to_vec())
            .prop_map(|key| json!({"kind": "sender_notification_permission", "key": key})),
        3 => select(strange.to_vec()),
        3 => select(incomplete.to_vec()),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    let keys = [
        "content.body",
        "content.body",
        "content.body",
        "content.msgtype",
        "type",
        "sender",
        "room_id",
        "state_key",
        "origin_server_ts",
        "content",
        "content.n",
        "content.list",
        "content.list.0",
        "content.nested",
        "content.nested.deep",
        "content.",
        r"content.a\.b",
        "content.a.b",
        r"content.e\\",
        r"content.e\\x",
        r"content.e\x",
        r"content.m\.mentions",
        r"content.m\.mentions.room",
        r"content.m\.mentions.user_ids",
        "missing",
    ];
    select(keys.to_vec())
}

fn pattern() -> impl Strategy<Value = &'static str> {
    let patterns = [
        "foo",
        "FOO",
        "bar",
        "alice",
        "@room",
        "foo bar",
        "é",
        "1",
        "f*",
        "*bar",
        "f?o",
        "?oo",
        "fo?",
        "?",
        "*",
        "f*?r",
        "foo*bar",
        "",
        "m.room.*",
        "m.room.message",
        "@BOB:*",
        "!tea:example.org",
        "[f]oo",
        "foo.",
    ];
    select(patterns.to_vec())
}

fn member_count() -> impl Strategy<Value = &'static str> {
    let usual = ["2", "==2", "<2", ">2", "<=2", ">=2", "03", "==3"];
    let unusual = [
        "+2",
        ">=+2",
        " 2",
        "=2",
        "=>2",
        "2.0",
        "",
        "9007199254740993",
        "99999999999999999999",
    ];
    prop_oneof![20 => select(usual.to_vec()), 1 => select(unusual.to_vec())]
}

fn context() -> impl Strategy<Value = Context> {
    let names = ["", "alice", "Alice", "é", "foo bar", "f?o"];
    let levels = || option::of(select(&[0, 49, 50, 100][..]));
    let levels = (levels(), select(&[0, 50][..]), levels()).prop_map(
        |(of_bob, of_others, to_notify_the_room)| Levels {
            of_bob,
            of_others,
            to_notify_the_room,
        },
    );
    (
        1_u32..5,
        select(names.to_vec()),
        any::<bool>(),
        option::weighted(0.8, levels),
    )
        .prop_map(
            |(member_count, display_name, is_version_12, levels)| Context {
                member_count,
                display_name,
                is_version_12,
                levels,
            },
        )
}
