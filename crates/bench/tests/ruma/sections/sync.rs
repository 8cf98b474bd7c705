use hardline::client_api::sync::{DefineFilter, GetFilter, PeekEvents, RoomInitialSync, Sync};
use ruma::api::client::{filter, peeking, sync};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<DefineFilter, filter::create_filter::v3::Request>(),
        pair::<GetFilter, filter::get_filter::v3::Request>(),
        pair::<PeekEvents, peeking::listen_to_new_events::v3::Request>(),
        pair::<RoomInitialSync, peeking::get_current_state::v3::Request>(),
        pair::<Sync, sync::sync_events::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:defineFilter",
        "with most members",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/filter",
        r#"{"event_fields": ["type", "content.body", "sender", "event_id"], "event_format": "federation", "presence": {"not_types": ["m.presence"], "senders": ["@alice:example.com"]}, "account_data": {"limit": 0, "not_senders": ["@spam:example.com"]}, "room": {"rooms": ["!a:example.org"], "not_rooms": ["!b:example.org"], "account_data": {"not_types": ["m.push_rules"]}, "ephemeral": {"types": ["m.receipt", "m.typing"]}, "include_leave": true, "state": {"lazy_load_members": true, "include_redundant_members": true}, "timeline": {"lazy_load_members": true, "limit": 3, "unread_thread_notifications": true, "contains_url": false, "types": []}}}"#,
        r#"{"filter_id": "66696p746572"}"#,
    ),
    request(
        "cs:defineFilter",
        "an empty object",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/filter",
        "{}",
    ),
    request(
        "cs:defineFilter",
        "what is the default",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/filter",
        r#"{"event_format": "client", "room": {"include_leave": false, "timeline": {"lazy_load_members": false, "unread_thread_notifications": false, "not_types": []}}}"#,
    ),
    request(
        "cs:defineFilter",
        "redundant members, without lazy loading",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/filter",
        r#"{"room": {"state": {"include_redundant_members": true}}}"#,
    ),
    both(
        "cs:getFilter",
        "as Synapse keeps it",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/filter/66696p746572",
        "",
        r#"{"event_fields": ["type", "content.body", "sender", "event_id"], "presence": {"not_types": ["m.presence"]}, "room": {"account_data": {"not_types": ["m.push_rules"]}, "ephemeral": {"types": ["m.receipt", "m.typing"]}, "include_leave": true, "state": {"lazy_load_members": true}, "timeline": {"lazy_load_members": true, "limit": 3, "unread_thread_notifications": true}}}"#,
    ),
    answer("cs:getFilter", "an empty object", 200, "{}"),
    both(
        "cs:peekEvents",
        "as specified",
        "/_matrix/client/v3/events?from=s3456_9_0&timeout=35000&room_id=%21somewhere%3Aover.the.rainbow",
        "",
        r#"{"start": "s3456_9_0", "end": "s3457_9_0", "chunk": [{"content": {"body": "This is an example text message", "msgtype": "m.text", "format": "org.matrix.custom.html", "formatted_body": "<b>This is an example text message</b>"}, "type": "m.room.message", "event_id": "$143273582443PhrSn:example.org", "room_id": "!somewhere:over.the.rainbow", "sender": "@example:example.org", "origin_server_ts": 1432735824653, "unsigned": {"age": 1234, "membership": "join"}}]}"#,
    ),
    answer(
        "cs:peekEvents",
        "typing and receipts among the events",
        200,
        r#"{"start": "s1", "end": "s2", "chunk": [{"type": "m.typing", "room_id": "!somewhere:over.the.rainbow", "content": {"user_ids": []}}, {"type": "m.presence", "content": {"presence": "online", "user_id": "@a:b.c"}}]}"#,
    ),
    both(
        "cs:roomInitialSync",
        "as specified",
        "/_matrix/client/v3/rooms/%21636q39766251%3Aexample.com/initialSync",
        "",
        r#"{"membership": "join", "visibility": "private", "messages": {"chunk": [{"content": {"body": "This is an example text message", "msgtype": "m.text"}, "type": "m.room.message", "event_id": "$143273582443PhrSn:example.org", "room_id": "!636q39766251:example.com", "sender": "@example:example.org", "origin_server_ts": 1432735824653, "unsigned": {"age": 1234, "membership": "join"}}], "end": "s3456_9_0", "start": "t44-3453_9_0"}, "room_id": "!636q39766251:example.com", "state": [{"content": {"join_rule": "public"}, "type": "m.room.join_rules", "event_id": "$143273582443PhrSn:example.org", "room_id": "!636q39766251:example.com", "sender": "@example:example.org", "origin_server_ts": 1432735824653, "unsigned": {"age": 1234}, "state_key": ""}], "account_data": [{"content": {"tags": {"work": {"order": "1"}}}, "type": "m.tag"}]}"#,
    ),
    answer(
        "cs:roomInitialSync",
        "as Synapse adds presence and receipts",
        200,
        r#"{"room_id": "!r:example.org", "membership": "join", "messages": {"chunk": [], "start": "t1", "end": "t2"}, "state": [], "account_data": [], "presence": [], "receipts": []}"#,
    ),
    both(
        "cs:sync",
        "with every section",
        "/_matrix/client/v3/sync?filter=66696p746572&since=s72594_4483_1934&full_state=true&set_presence=offline&timeout=30000&use_state_after=true",
        "",
        r#"{"next_batch": "s72595_4483_1934", "presence": {"events": [{"content": {"avatar_url": "mxc://localhost/wefuiwegh8742w", "last_active_ago": 2478593, "presence": "online", "currently_active": false, "status_msg": "Making cupcakes"}, "type": "m.presence", "sender": "@example:localhost"}]}, "account_data": {"events": [{"type": "org.example.custom.config", "content": {"custom_config_key": "custom_config_value"}}]}, "rooms": {"join": {"!726s6s6q:example.com": {"summary": {"m.heroes": ["@alice:example.com", "@bob:example.com"], "m.joined_member_count": 2, "m.invited_member_count": 0}, "state": {"events": [{"content": {"membership": "join", "avatar_url": "mxc://example.org/SEsfnsuifSDFSSEF", "displayname": "Alice Margatroid", "reason": "Looking for support"}, "type": "m.room.member", "event_id": "$143273582443PhrSn:example.org", "room_id": "!726s6s6q:example.com", "sender": "@alice:example.org", "origin_server_ts": 1432735824653, "unsigned": {"age": 1234}, "state_key": "@alice:example.org"}]}, "timeline": {"events": [{"content": {"body": "This is an example text message", "msgtype": "m.text"}, "type": "m.room.message", "event_id": "$143273582444PhrSn:example.org", "sender": "@example:example.org", "origin_server_ts": 1432735824653, "unsigned": {"age": 1234}}], "limited": true, "prev_batch": "t34-23535_0_0"}, "ephemeral": {"events": [{"content": {"user_ids": ["@alice:matrix.org"]}, "type": "m.typing"}]}, "account_data": {"events": [{"content": {"tags": {"u.work": {"order": 0.9}}}, "type": "m.tag"}]}, "unread_notifications": {"highlight_count": 1, "notification_count": 5}, "unread_thread_notifications": {"$threadroot": {"highlight_count": 3, "notification_count": 6}}}}, "invite": {"!696r7674:example.com": {"invite_state": {"events": [{"content": {"name": "My Room Name"}, "sender": "@alice:example.com", "state_key": "", "type": "m.room.name"}]}}}, "knock": {"!223asd456:example.com": {"knock_state": {"events": [{"content": {"name": "My Room Name"}, "sender": "@alice:example.com", "state_key": "", "type": "m.room.name"}]}}}, "leave": {"!left:example.com": {"timeline": {"events": [], "limited": false, "prev_batch": "t1"}, "state": {"events": []}, "account_data": {"events": []}}}}, "to_device": {"events": [{"sender": "@alice:example.com", "type": "m.new_device", "content": {"device_id": "XYZABCDE", "rooms": ["!726s6s6q:example.com"]}}]}, "device_lists": {"changed": ["@alice:example.com"], "left": ["@bob:example.com"]}, "device_one_time_keys_count": {"signed_curve25519": 20}, "device_unused_fallback_key_types": ["signed_curve25519"]}"#,
    ),
    request(
        "cs:sync",
        "a filter in the query",
        "/_matrix/client/v3/sync?filter=%7B%22room%22%3A%7B%22timeline%22%3A%7B%22limit%22%3A20%7D%7D%7D&timeout=0",
        "",
    ),
    request(
        "cs:sync",
        "what is the default",
        "/_matrix/client/v3/sync?full_state=false&set_presence=online&use_state_after=false",
        "",
    ),
    answer(
        "cs:sync",
        "nothing new, from Synapse",
        200,
        r#"{"next_batch": "s425_30_4_10_34_38_10_52_0_1_1_1_1_1", "device_one_time_keys_count": {"signed_curve25519": 0}, "device_unused_fallback_key_types": []}"#,
    ),
    answer(
        "cs:sync",
        "empty sections of a room",
        200,
        r#"{"next_batch": "s1", "rooms": {"join": {"!CqlAKLXfNiqRCQppSG:localhost:19448": {"timeline": {"events": [], "prev_batch": "s1", "limited": false}, "state": {"events": []}, "account_data": {"events": []}, "ephemeral": {"events": []}, "unread_notifications": {"notification_count": 0, "highlight_count": 0}, "summary": {}}}}}"#,
    ),
    answer(
        "cs:sync",
        "the state after the timeline",
        200,
        r#"{"next_batch": "s1", "rooms": {"join": {"!r:example.org": {"timeline": {"events": [], "limited": true, "prev_batch": "s0"}, "state_after": {"events": [{"content": {"name": "Timeline"}, "type": "m.room.name", "event_id": "$e", "sender": "@a:b.c", "origin_server_ts": 1, "state_key": ""}]}}}}}"#,
    ),
    answer(
        "cs:sync",
        "the state after the timeline, under Synapse's name",
        200,
        r#"{"next_batch": "s1", "rooms": {"join": {"!r:example.org": {"timeline": {"events": [], "limited": true, "prev_batch": "s0"}, "org.matrix.msc4222.state_after": {"events": [{"content": {"name": "Timeline"}, "type": "m.room.name", "event_id": "$e", "sender": "@a:b.c", "origin_server_ts": 1, "state_key": ""}]}}}}}"#,
    ),
    answer(
        "cs:sync",
        "device lists of which one changed",
        200,
        r#"{"next_batch": "s1", "device_lists": {"changed": ["@alice:example.com"]}}"#,
    ),
    answer(
        "cs:sync",
        "an event that is a string, among two",
        200,
        r#"{"next_batch": "s1", "account_data": {"events": ["no event", {"type": "m.direct", "content": {}}]}}"#,
    ),
    answer(
        "cs:sync",
        "a room ID without a sigil",
        200,
        r#"{"next_batch": "s1", "rooms": {"join": {"room": {}, "!r:example.org": {"summary": {"m.joined_member_count": 2}}}}}"#,
    ),
    answer(
        "cs:sync",
        "null for sections",
        200,
        r#"{"next_batch": "s1", "rooms": null, "to_device": {"events": null}, "device_lists": {"changed": null, "left": null}}"#,
    ),
    answer(
        "cs:sync",
        "a count below zero",
        200,
        r#"{"next_batch": "s1", "rooms": {"join": {"!r:example.org": {"unread_notifications": {"highlight_count": 1, "notification_count": -1}}}}}"#,
    ),
    answer("cs:sync", "without a token", 200, r#"{"rooms": {}}"#),
    answer(
        "cs:sync",
        "an unknown filter",
        400,
        r#"{"errcode": "M_INVALID_PARAM", "error": "No such filter"}"#,
    ),
    request(
        "cs:sync",
        "the state after the timeline, under Synapse's name",
        "/_matrix/client/v3/sync?org.matrix.msc4222.use_state_after=true&timeout=5000",
        "",
    ),
];
