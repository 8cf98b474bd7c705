use hardline::client_api::push::{
    DeletePushRule, GetNotifications, GetPushRule, GetPushRuleActions, GetPushRules,
    GetPushRulesGlobal, GetPushers, IsPushRuleEnabled, PostPusher, SetPushRule, SetPushRuleActions,
    SetPushRuleEnabled,
};
use ruma::api::client::push;

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetNotifications, push::get_notifications::v3::Request>(),
        pair::<GetPushers, push::get_pushers::v3::Request>(),
        pair::<PostPusher, push::set_pusher::v3::Request>(),
        pair::<GetPushRules, push::get_pushrules_all::v3::Request>(),
        pair::<GetPushRulesGlobal, push::get_pushrules_global_scope::v3::Request>(),
        pair::<GetPushRule, push::get_pushrule::v3::Request>(),
        pair::<SetPushRule, push::set_pushrule::v3::Request>(),
        pair::<DeletePushRule, push::delete_pushrule::v3::Request>(),
        pair::<IsPushRuleEnabled, push::get_pushrule_enabled::v3::Request>(),
        pair::<SetPushRuleEnabled, push::set_pushrule_enabled::v3::Request>(),
        pair::<GetPushRuleActions, push::get_pushrule_actions::v3::Request>(),
        pair::<SetPushRuleActions, push::set_pushrule_actions::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getNotifications",
        "as specified",
        "/_matrix/client/v3/notifications?from=xxxxx&limit=20&only=highlight",
        "",
        r#"{"next_token": "abcdef", "notifications": [{"room_id": "!ByfJdBsDqyQimvXMKy:localhost:19478", "profile_tag": "hcbvkzxhcvb", "actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}], "ts": 1795952506333, "event": {"type": "m.room.message", "sender": "@bob52464:localhost:19478", "content": {"msgtype": "m.text", "body": "thread ping 2", "m.mentions": {}}, "origin_server_ts": 1795952506308, "unsigned": {"age": 1599}, "event_id": "$E_hnZU1WADsS1kVzGkJwZEMcjXDr-cfr2duxyqO6pNk"}, "read": false}]}"#,
    ),
    answer(
        "cs:getNotifications",
        "null for a profile tag, from Synapse",
        200,
        r#"{"notifications": [{"room_id": "!ByfJdBsDqyQimvXMKy:localhost:19478", "profile_tag": null, "actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}], "ts": 1795952506333, "event": {"type": "m.room.message", "sender": "@bob52464:localhost:19478", "content": {"msgtype": "m.text", "body": "thread ping 2", "m.mentions": {}}, "origin_server_ts": 1795952506308, "unsigned": {"age": 1599}, "event_id": "$E_hnZU1WADsS1kVzGkJwZEMcjXDr-cfr2duxyqO6pNk"}, "read": false}]}"#,
    ),
    answer(
        "cs:getNotifications",
        "null for a token, from Synapse",
        200,
        r#"{"notifications": [], "next_token": null}"#,
    ),
    both(
        "cs:getPushers",
        "as specified",
        "/_matrix/client/v3/pushers",
        "",
        r#"{"pushers": [{"pushkey": "Xp/MzCt8/9DcSNE9cuiaoT5Ac55job3TdLSSmtmYl4A=", "kind": "http", "app_id": "face.mcapp.appy.prod", "app_display_name": "Appy McAppface", "device_display_name": "Alice's Phone", "profile_tag": "xyz", "lang": "en-US", "data": {"url": "https://example.com/_matrix/push/v1/notify"}}]}"#,
    ),
    answer(
        "cs:getPushers",
        "by e-mail",
        200,
        r#"{"pushers": [{"pushkey": "alice@example.org", "kind": "email", "app_id": "m.email", "app_display_name": "Email Notifications", "device_display_name": "alice@example.org", "lang": "en", "data": {"brand": "Hardline"}}]}"#,
    ),
    answer(
        "cs:getPushers",
        "of a kind of its own",
        200,
        r#"{"pushers": [{"pushkey": "k", "kind": "org.example.sms", "app_id": "a", "app_display_name": "A", "device_display_name": "D", "lang": "en", "data": {}}]}"#,
    ),
    answer("cs:getPushers", "none", 200, r#"{"pushers": []}"#),
    both(
        "cs:postPusher",
        "as specified",
        "/_matrix/client/v3/pushers/set",
        r#"{"lang": "en", "kind": "http", "app_display_name": "Mat Rix", "device_display_name": "iPhone 9", "profile_tag": "xxyyzz", "app_id": "com.example.app.ios", "pushkey": "APA91bHPRgkF3JUikC4ENAHEeMrd41Zxv3hVZjC9KtT8OvPVGJ-hQMRKRrZuJAEcl7B338qju59zJMjw2DELjzEvxwYv7hH5Ynpc1ODQ0aT4U4OFEeco8ohsN5PjL1iC2dNtk2BAokeMCg2ZXKqpc8FXKmhX94kIxQ", "data": {"url": "https://push-gateway.location.here/_matrix/push/v1/notify", "format": "event_id_only"}, "append": false}"#,
        "{}",
    ),
    request(
        "cs:postPusher",
        "removed",
        "/_matrix/client/v3/pushers/set",
        r#"{"kind": null, "app_id": "com.example.app.ios", "pushkey": "k"}"#,
    ),
    request(
        "cs:postPusher",
        "by e-mail, beside others",
        "/_matrix/client/v3/pushers/set",
        r#"{"kind": "email", "app_id": "m.email", "pushkey": "alice@example.org", "app_display_name": "E", "device_display_name": "D", "lang": "en", "data": {}, "append": true}"#,
    ),
    both(
        "cs:getPushRules",
        "as specified",
        "/_matrix/client/v3/pushrules/",
        "",
        r#"{"global": {"override": [{"actions": [], "conditions": [], "default": true, "enabled": false, "rule_id": ".m.rule.master"}, {"actions": [], "conditions": [{"key": "content.msgtype", "kind": "event_match", "pattern": "m.notice"}], "default": true, "enabled": true, "rule_id": ".m.rule.suppress_notices"}], "room": [], "sender": [], "underride": [{"actions": ["notify", {"set_tweak": "sound", "value": "ring"}, {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.call.invite"}], "default": true, "enabled": true, "rule_id": ".m.rule.call"}, {"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight"}], "conditions": [{"kind": "event_property_contains", "key": "content.m\\.mentions.user_ids", "value": "@alice:example.com"}], "default": true, "enabled": true, "rule_id": ".m.rule.is_user_mention"}, {"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}], "conditions": [{"kind": "room_member_count", "is": "2"}, {"kind": "event_match", "key": "type", "pattern": "m.room.message"}], "default": true, "enabled": true, "rule_id": ".m.rule.room_one_to_one"}, {"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.room.member"}, {"key": "content.membership", "kind": "event_match", "pattern": "invite"}, {"key": "state_key", "kind": "event_match", "pattern": "@alice:example.com"}], "default": true, "enabled": true, "rule_id": ".m.rule.invite_for_me"}, {"actions": ["notify", {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.room.member"}], "default": true, "enabled": true, "rule_id": ".m.rule.member_event"}, {"actions": ["notify", {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.room.message"}], "default": true, "enabled": true, "rule_id": ".m.rule.message"}]}}"#,
    ),
    answer(
        "cs:getPushRules",
        "a kind of a proposal, from Synapse",
        200,
        r#"{"global": {"underride": [], "sender": [], "room": [], "postcontent": [], "content": [], "override": [{"actions": [], "conditions": [], "default": true, "enabled": false, "rule_id": ".m.rule.master"}]}}"#,
    ),
    both(
        "cs:getPushRulesGlobal",
        "as specified",
        "/_matrix/client/v3/pushrules/global/",
        "",
        r#"{"override": [{"actions": [], "conditions": [], "default": true, "enabled": false, "rule_id": ".m.rule.master"}, {"actions": [], "conditions": [{"key": "content.msgtype", "kind": "event_match", "pattern": "m.notice"}], "default": true, "enabled": true, "rule_id": ".m.rule.suppress_notices"}], "room": [], "sender": [], "underride": [{"actions": ["notify", {"set_tweak": "sound", "value": "ring"}, {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.call.invite"}], "default": true, "enabled": true, "rule_id": ".m.rule.call"}, {"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight"}], "conditions": [{"kind": "event_property_contains", "key": "content.m\\.mentions.user_ids", "value": "@alice:example.com"}], "default": true, "enabled": true, "rule_id": ".m.rule.is_user_mention"}, {"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}], "conditions": [{"kind": "room_member_count", "is": "2"}, {"kind": "event_match", "key": "type", "pattern": "m.room.message"}], "default": true, "enabled": true, "rule_id": ".m.rule.room_one_to_one"}, {"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.room.member"}, {"key": "content.membership", "kind": "event_match", "pattern": "invite"}, {"key": "state_key", "kind": "event_match", "pattern": "@alice:example.com"}], "default": true, "enabled": true, "rule_id": ".m.rule.invite_for_me"}, {"actions": ["notify", {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.room.member"}], "default": true, "enabled": true, "rule_id": ".m.rule.member_event"}, {"actions": ["notify", {"set_tweak": "highlight", "value": false}], "conditions": [{"key": "type", "kind": "event_match", "pattern": "m.room.message"}], "default": true, "enabled": true, "rule_id": ".m.rule.message"}]}"#,
    ),
    both(
        "cs:getPushRule",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake",
        "",
        r#"{"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight"}], "default": false, "enabled": true, "pattern": "cake*lie", "rule_id": "nocake"}"#,
    ),
    answer(
        "cs:getPushRule",
        "an override rule",
        200,
        r#"{"conditions": [{"kind": "event_match", "key": "type", "pattern": "m.room.encrypted"}, {"kind": "room_member_count", "is": "2"}, {"kind": "sender_notification_permission", "key": "room"}, {"kind": "event_property_is", "key": "content.a", "value": 5}, {"kind": "contains_display_name"}], "actions": ["notify"], "rule_id": "my.ovr", "default": false, "enabled": true}"#,
    ),
    answer(
        "cs:getPushRule",
        "a condition of an unknown kind",
        200,
        r#"{"conditions": [{"kind": "org.matrix.msc3932.requires_room_version_support", "feature": "org.matrix.msc3932.extensible_events"}], "actions": [], "rule_id": "my.ovr", "default": false, "enabled": true}"#,
    ),
    answer(
        "cs:getPushRule",
        "an action of another time",
        200,
        r#"{"actions": ["dont_notify", "coalesce"], "rule_id": "!r:example.org", "default": false, "enabled": true}"#,
    ),
    both(
        "cs:setPushRule",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake?before=someRuleId&after=anotherRuleId",
        r#"{"pattern": "cake*lie", "actions": ["notify"]}"#,
        "{}",
    ),
    request(
        "cs:setPushRule",
        "an override rule",
        "/_matrix/client/v3/pushrules/global/override/my.ovr",
        r#"{"conditions": [{"kind": "event_match", "key": "content.body", "pattern": "cake"}, {"kind": "room_member_count", "is": ">=2"}], "actions": ["notify", {"set_tweak": "highlight"}]}"#,
    ),
    request(
        "cs:setPushRule",
        "a room rule",
        "/_matrix/client/v3/pushrules/global/room/%21r%3Aexample.org",
        r#"{"actions": []}"#,
    ),
    request(
        "cs:setPushRule",
        "an action that clients still write",
        "/_matrix/client/v3/pushrules/global/room/%21r%3Aexample.org",
        r#"{"actions": ["dont_notify"]}"#,
    ),
    request(
        "cs:setPushRule",
        "conditions of a room rule",
        "/_matrix/client/v3/pushrules/global/room/%21r%3Aexample.org",
        r#"{"actions": ["notify"], "conditions": [{"kind": "event_match", "key": "a", "pattern": "b"}]}"#,
    ),
    both(
        "cs:deletePushRule",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake",
        "",
        "{}",
    ),
    both(
        "cs:isPushRuleEnabled",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake/enabled",
        "",
        r#"{"enabled": true}"#,
    ),
    both(
        "cs:setPushRuleEnabled",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake/enabled",
        r#"{"enabled": true}"#,
        "{}",
    ),
    both(
        "cs:getPushRuleActions",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake/actions",
        "",
        r#"{"actions": ["notify", {"set_tweak": "sound", "value": "ring"}, {"set_tweak": "highlight", "value": false}, {"set_tweak": "org.example.colour", "value": "red"}]}"#,
    ),
    both(
        "cs:setPushRuleActions",
        "as specified",
        "/_matrix/client/v3/pushrules/global/content/nocake/actions",
        r#"{"actions": ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": false}]}"#,
        "{}",
    ),
];
