use hardline::client_api::unstable::msc3814::{
    DeleteDehydratedDevice, GetDehydratedDevice, PostDehydratedDeviceEvents, PutDehydratedDevice,
};
use hardline::client_api::unstable::msc4140::{
    GetDelayedEvents, ScheduleDelayedEvent, SendDelayedEvent, SetDelayedState, UpdateDelayedEvent,
};
use hardline::client_api::unstable::msc4186::SlidingSync;
use ruma::api::client::{dehydrated_device, delayed_events, sync};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<PutDehydratedDevice, dehydrated_device::put_dehydrated_device::unstable::Request>(),
        pair::<GetDehydratedDevice, dehydrated_device::get_dehydrated_device::unstable::Request>(),
        pair::<
            DeleteDehydratedDevice,
            dehydrated_device::delete_dehydrated_device::unstable::Request,
        >(),
        pair::<PostDehydratedDeviceEvents, dehydrated_device::get_events::unstable::Request>(),
        pair::<GetDelayedEvents, delayed_events::get_all_delayed_events::unstable::Request>(),
        pair::<ScheduleDelayedEvent, delayed_events::send_delayed_event::unstable::Request>(),
        pair::<SendDelayedEvent, delayed_events::delayed_message_event::unstable::Request>(),
        pair::<SetDelayedState, delayed_events::delayed_state_event::unstable::Request>(),
        pair::<UpdateDelayedEvent, delayed_events::update_delayed_event::unstable_v2::Request>(),
        pair::<SlidingSync, sync::sync_events::v5::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:msc3814PutDehydratedDevice",
        "with device keys",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
        r#"{"device_id": "DEHYDRATED1", "device_data": {"algorithm": "org.matrix.msc3814.v2", "account": "meDULTaRMgNBb9qZkaJrpgoOfZKDR", "nonce": "ENK64HEH+HDHoXdH"}, "initial_device_display_name": "Dehydrated device", "device_keys": {"user_id": "@alice:example.com", "device_id": "DEHYDRATED1", "algorithms": ["m.olm.v1.curve25519-aes-sha2"], "keys": {"curve25519:DEHYDRATED1": "RvJMOTs7Mss7Cvw0sVAzYpCeCHY2HIy/SJzIdGohxJ8", "ed25519:DEHYDRATED1": "07yr5Lf5XK1dfG2s5WtGA6+cV0ngoBp/a+zG1DpejU8"}, "signatures": {"@alice:example.com": {"ed25519:DEHYDRATED1": "HHGeS35+wtlRUuQC9Tg1MvEAgnWdCYdOOQkRb5tDAu4lkigVukn8"}}}}"#,
        r#"{"device_id": "DEHYDRATED1"}"#,
    ),
    both(
        "cs:msc3814GetDehydratedDevice",
        "from Synapse",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
        "",
        r#"{"device_id": "DEHYDRATED1", "device_data": {"algorithm": "org.matrix.msc3814.v2", "account": "G0DELXcGH4UpM1+26R6aaxEytHHsMvhKNt/iKJ+QezCWBC9GxCLh7snU6dPbrurpN87bmJD9mHPbWlH3ipCnRA", "nonce": "ZpOLM7hrbRY1op0J"}}"#,
    ),
    answer(
        "cs:msc3814GetDehydratedDevice",
        "none",
        404,
        r#"{"errcode": "M_NOT_FOUND", "error": "No dehydrated device available"}"#,
    ),
    both(
        "cs:msc3814DeleteDehydratedDevice",
        "from Synapse",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
        "",
        r#"{"device_id": "DEHYDRATED1"}"#,
    ),
    both(
        "cs:msc3814PostDehydratedDeviceEvents",
        "the next of them",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/DEHYDRATED1/events",
        r#"{"next_batch": "d14"}"#,
        r#"{"events": [{"content": {"a": 1}, "type": "m.dummy", "sender": "@bob52241:localhost:19448"}], "next_batch": "d15"}"#,
    ),
    request(
        "cs:msc3814PostDehydratedDeviceEvents",
        "the first of them",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/DEHYDRATED1/events",
        "{}",
    ),
    both(
        "cs:msc4140GetDelayedEvents",
        "from Synapse",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events",
        "",
        r#"{"delayed_events": [{"delay_id": "syd_VhEyWGfGXAXYOjDgQxGx", "room_id": "!CqlAKLXfNiqRCQppSG:localhost:19448", "type": "org.matrix.msc3401.call.member", "state_key": "_x", "delay_ms": 30000, "delayed_since_ts": 1795952380821, "content": {}, "delay": 30000, "running_since": 1795952380821}]}"#,
    ),
    both(
        "cs:msc4140ScheduleDelayedEvent",
        "a piece of state",
        "/_matrix/client/unstable/org.matrix.msc4140/rooms/%21r%3Aexample.org/delayed_event/m.room.topic/1",
        r#"{"delay_ms": 5000, "state_key": "", "content": {"topic": "later"}}"#,
        r#"{"delay_id": "syd_ihugsXvrCisDOKjEwmGq"}"#,
    ),
    both(
        "cs:msc4140SendDelayedEvent",
        "after a minute",
        "/_matrix/client/v3/rooms/%21CqlAKLXfNiqRCQppSG%3Alocalhost%3A19448/send/m.room.message/m52241.165?org.matrix.msc4140.delay=60000",
        r#"{"msgtype": "m.text", "body": "later"}"#,
        r#"{"delay_id": "syd_ihugsXvrCisDOKjEwmGq"}"#,
    ),
    answer(
        "cs:msc4140SendDelayedEvent",
        "sent at once, by an older Synapse",
        200,
        r#"{"event_id": "$Mx8IxpfsTil5_G_mPVpKKvQcC_eQSh7xt2_Fsc1f5aY"}"#,
    ),
    answer(
        "cs:msc4140SendDelayedEvent",
        "too many",
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "The maximum number of delayed events has been reached.", "retry_after_ms": 599952}"#,
    ),
    both(
        "cs:msc4140SetDelayedState",
        "after half a minute",
        "/_matrix/client/v3/rooms/%21CqlAKLXfNiqRCQppSG%3Alocalhost%3A19448/state/org.matrix.msc3401.call.member/_x?org.matrix.msc4140.delay=30000",
        "{}",
        r#"{"delay_id": "syd_VhEyWGfGXAXYOjDgQxGx"}"#,
    ),
    both(
        "cs:msc4140UpdateDelayedEvent",
        "restarted",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/syd_VhEyWGfGXAXYOjDgQxGx/restart",
        "{}",
        "{}",
    ),
    both(
        "cs:msc4186SlidingSync",
        "two lists and every extension",
        "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0&pos=1%2Fs530_35_6_13_40_39_12_54_0_1_1_1_1_1&set_presence=offline",
        r#"{"conn_id": "main", "lists": {"all": {"ranges": [[0, 4]], "required_state": [["m.room.create", ""], ["m.room.member", "$LAZY"], ["m.space.child", "*"]], "timeline_limit": 3}, "dms": {"ranges": [[0, 20]], "required_state": [["*", "*"]], "timeline_limit": 1, "filters": {"is_dm": true, "room_types": [null, "m.space"]}}}, "room_subscriptions": {"!CqlAKLXfNiqRCQppSG:localhost:19448": {"required_state": [["*", "*"]], "timeline_limit": 20}}, "extensions": {"to_device": {"enabled": true, "limit": 100, "since": "12"}, "e2ee": {"enabled": true}, "account_data": {"enabled": true}, "receipts": {"enabled": true, "rooms": ["*"]}, "typing": {"enabled": true}}}"#,
        r#"{"pos": "1/s531_35_7_14_40_39_13_54_0_1_1_1_1_1", "lists": {"all": {"count": 32, "ops": [{"op": "SYNC", "range": [0, 4], "room_ids": ["!CqlAKLXfNiqRCQppSG:localhost:19448"]}]}}, "rooms": {"!CqlAKLXfNiqRCQppSG:localhost:19448": {"name": "Timeline", "initial": true, "is_dm": true, "joined_count": 2, "invited_count": 1, "required_state": [{"type": "m.room.create", "state_key": "", "content": {}, "sender": "@a:b.c", "event_id": "$e", "origin_server_ts": 1}], "notification_count": 3, "highlight_count": 1, "bump_stamp": 531, "timeline": [{"content": {"body": "sliding", "msgtype": "m.text"}, "event_id": "$ZvoL11HIxxXxdgS_5pSMbjn8FtG_VAnBb8x-HBAWcbo", "origin_server_ts": 1795952378784, "sender": "@bob52241:localhost:19448", "type": "m.room.message", "unsigned": {"age": 140, "membership": "join"}}], "limited": true, "prev_batch": "s530_35_7_14_40_39_13_54_0_1_1_1_1_1", "num_live": 1}}, "extensions": {"to_device": {"next_batch": "13", "events": [{"content": {"a": 1}, "type": "m.dummy", "sender": "@bob52241:localhost:19448"}]}, "e2ee": {"device_one_time_keys_count": {"signed_curve25519": 5}, "device_unused_fallback_key_types": ["signed_curve25519"], "device_lists": {"changed": ["@a:b.c"], "left": []}}, "account_data": {"global": [{"type": "m.direct", "content": {}}], "rooms": {}}, "receipts": {"rooms": {}}, "typing": {"rooms": {"!CqlAKLXfNiqRCQppSG:localhost:19448": {"type": "m.typing", "content": {"user_ids": ["@bob52241:localhost:19448"]}}}}}}"#,
    ),
    answer(
        "cs:msc4186SlidingSync",
        "an invitation, and one of two rooms is no object",
        200,
        r#"{"pos": "2", "rooms": {"!a:example.org": 5, "!b:example.org": {"invite_state": [{"type": "m.room.name", "state_key": "", "content": {"name": "B"}, "sender": "@a:b.c"}]}}}"#,
    ),
    answer(
        "cs:msc4186SlidingSync",
        "an expired position",
        400,
        r#"{"errcode": "M_UNKNOWN_POS", "error": "Unknown position"}"#,
    ),
];
