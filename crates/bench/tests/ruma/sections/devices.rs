use hardline::client_api::devices::{
    DeleteDevice, DeleteDevices, GetDevice, GetDevices, UpdateDevice,
};
use ruma::api::client::device;

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetDevices, device::get_devices::v3::Request>(),
        pair::<GetDevice, device::get_device::v3::Request>(),
        pair::<UpdateDevice, device::update_device::v3::Request>(),
        pair::<DeleteDevice, device::delete_device::v3::Request>(),
        pair::<DeleteDevices, device::delete_devices::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getDevices",
        "as specified",
        "/_matrix/client/v3/devices",
        "",
        r#"{"devices": [{"device_id": "QBUAZIFURK", "display_name": "android", "last_seen_ip": "1.2.3.4", "last_seen_ts": 1474491775024}]}"#,
    ),
    answer(
        "cs:getDevices",
        "one never seen, from Synapse",
        200,
        r#"{"devices": [{"user_id": "@nioa52447:localhost:19448", "device_id": "FFLUHTWNWQ", "display_name": null, "last_seen_ts": null, "last_seen_ip": null}]}"#,
    ),
    answer(
        "cs:getDevices",
        "one of two without an ID",
        200,
        r#"{"devices": [{"display_name": "a"}, {"device_id": "B"}]}"#,
    ),
    both(
        "cs:getDevice",
        "as specified",
        "/_matrix/client/v3/devices/QBUAZIFURK",
        "",
        r#"{"device_id": "QBUAZIFURK", "display_name": "android", "last_seen_ip": "1.2.3.4", "last_seen_ts": 1474491775024}"#,
    ),
    both(
        "cs:updateDevice",
        "as specified",
        "/_matrix/client/v3/devices/QBUAZIFURK",
        r#"{"display_name": "My other phone"}"#,
        "{}",
    ),
    request(
        "cs:updateDevice",
        "without a name",
        "/_matrix/client/v3/devices/QBUAZIFURK",
        r#"{}"#,
    ),
    answer(
        "cs:updateDevice",
        "unknown",
        404,
        r#"{"errcode": "M_NOT_FOUND", "error": "No device found"}"#,
    ),
    both(
        "cs:deleteDevice",
        "as specified",
        "/_matrix/client/v3/devices/QBUAZIFURK",
        "{}",
        "{}",
    ),
    answer(
        "cs:deleteDevice",
        "asks for a password",
        401,
        r#"{"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": "xxxxxxyz"}"#,
    ),
    both(
        "cs:deleteDevices",
        "as specified",
        "/_matrix/client/v3/delete_devices",
        r#"{"devices": ["QBUAZIFURK", "AUIECTSRND"], "auth": {"type": "example.type.foo", "session": "xxxxx", "example_credential": "verypoorsharedsecret"}}"#,
        "{}",
    ),
    request(
        "cs:deleteDevices",
        "a password at once",
        "/_matrix/client/v3/delete_devices",
        r#"{"devices": ["NOPE"], "auth": {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "@nioa52447:localhost:19448"}, "password": "p"}}"#,
    ),
];
