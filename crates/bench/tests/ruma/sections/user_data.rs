use hardline::client_api::user_data::{
    DeleteProfileField, DeleteRoomTag, GetAccountData, GetAccountDataPerRoom, GetProfileField,
    GetRoomTags, GetUserProfile, SearchUserDirectory, SetAccountData, SetAccountDataPerRoom,
    SetProfileField, SetRoomTag,
};
use ruma::api::client::{config, profile, tag, user_directory};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetAccountData, config::get_global_account_data::v3::Request>(),
        pair::<SetAccountData, config::set_global_account_data::v3::Request>(),
        pair::<GetAccountDataPerRoom, config::get_room_account_data::v3::Request>(),
        pair::<SetAccountDataPerRoom, config::set_room_account_data::v3::Request>(),
        pair::<GetProfileField, profile::get_profile_field::v3::Request>(),
        pair::<SetProfileField, profile::set_profile_field::v3::Request>(),
        pair::<DeleteProfileField, profile::delete_profile_field::v3::Request>(),
        pair::<GetUserProfile, profile::get_profile::v3::Request>(),
        pair::<GetRoomTags, tag::get_tags::v3::Request>(),
        pair::<SetRoomTag, tag::create_tag::v3::Request>(),
        pair::<DeleteRoomTag, tag::delete_tag::v3::Request>(),
        pair::<SearchUserDirectory, user_directory::search_users::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getAccountData",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/account_data/org.example.custom.config",
        "",
        r#"{"custom_account_data_key": "custom_config_value"}"#,
    ),
    both(
        "cs:setAccountData",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.org/account_data/org.example.config",
        r#"{"ü": null, "n": 9007199254740991, "f": 1.5, "a": [[], {}]}"#,
        "{}",
    ),
    both(
        "cs:getAccountDataPerRoom",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/account_data/m.marked_unread",
        "",
        r#"{"unread": true}"#,
    ),
    both(
        "cs:setAccountDataPerRoom",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/rooms/%21726s6s6q%3Aexample.com/account_data/org.example.custom.room.config",
        r#"{"custom_account_data_key": "custom_account_data_value"}"#,
        "{}",
    ),
    both(
        "cs:getProfileField",
        "as specified",
        "/_matrix/client/v3/profile/%40alice%3Aexample.com/displayname",
        "",
        r#"{"displayname": "Alice"}"#,
    ),
    answer("cs:getProfileField", "no name, from Synapse", 200, r#"{}"#),
    answer(
        "cs:getProfileField",
        "none",
        404,
        r#"{"errcode": "M_NOT_FOUND", "error": "No such field"}"#,
    ),
    answer(
        "cs:getProfileField",
        "null",
        200,
        r#"{"org.example.null": null}"#,
    ),
    both(
        "cs:setProfileField",
        "as specified",
        "/_matrix/client/v3/profile/%40alice%3Aexample.org/displayname",
        r#"{"displayname": "Alice Wonderland"}"#,
        "{}",
    ),
    request(
        "cs:setProfileField",
        "of its own, null",
        "/_matrix/client/v3/profile/%40alice%3Aexample.org/org.example.null",
        r#"{"org.example.null": null}"#,
    ),
    request(
        "cs:setProfileField",
        "an avatar",
        "/_matrix/client/v3/profile/%40alice%3Aexample.org/avatar_url",
        r#"{"avatar_url": "mxc://localhost:19448/aliceAVATAR"}"#,
    ),
    request(
        "cs:setProfileField",
        "a time zone",
        "/_matrix/client/v3/profile/%40alice%3Aexample.org/m.tz",
        r#"{"m.tz": "Europe/London"}"#,
    ),
    both(
        "cs:deleteProfileField",
        "as specified",
        "/_matrix/client/v3/profile/%40alice%3Aexample.com/displayname",
        "",
        "{}",
    ),
    both(
        "cs:getUserProfile",
        "as specified",
        "/_matrix/client/v3/profile/%40alice%3Aexample.com",
        "",
        r#"{"avatar_url": "mxc://matrix.org/SDGdghriugerRg", "displayname": "Alice Margatroid", "m.tz": "Europe/London", "m.example_field": "custom_value"}"#,
    ),
    answer(
        "cs:getUserProfile",
        "null for an avatar",
        200,
        r#"{"displayname": "Bob", "avatar_url": null}"#,
    ),
    answer(
        "cs:getUserProfile",
        "an avatar that is no URI, from Synapse",
        200,
        r#"{"displayname": "Bob", "avatar_url": "https://x.test/a.png"}"#,
    ),
    both(
        "cs:getRoomTags",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/rooms/%21726s6s6q%3Aexample.com/tags",
        "",
        r#"{"tags": {"m.favourite": {"order": 0.1}, "u.Work": {"order": 0.7}, "u.Customers": {}}}"#,
    ),
    answer(
        "cs:getRoomTags",
        "what clients put, from Synapse",
        200,
        r#"{"tags": {"u.a": {"order": "0.5", "org.example": 1}, "u.b": {"order": null}, "u.c": {"order": 1}}}"#,
    ),
    both(
        "cs:setRoomTag",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/tags/u.work",
        r#"{"order": 0.25}"#,
        "{}",
    ),
    request(
        "cs:setRoomTag",
        "without an order",
        "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/tags/u.%C3%9Cml%C3%A4ut%20tag%2Fslash",
        r#"{}"#,
    ),
    both(
        "cs:deleteRoomTag",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/rooms/%21726s6s6q%3Aexample.com/tags/u.work",
        "",
        "{}",
    ),
    both(
        "cs:searchUserDirectory",
        "as specified",
        "/_matrix/client/v3/user_directory/search",
        r#"{"search_term": "foo", "limit": 10}"#,
        r#"{"results": [{"user_id": "@foo:bar.com", "display_name": "Foo", "avatar_url": "mxc://bar.com/foo"}], "limited": false}"#,
    ),
    answer(
        "cs:searchUserDirectory",
        "null for an avatar, from Synapse",
        200,
        r#"{"limited": false, "results": [{"user_id": "@bob:localhost:19448", "display_name": "Bob here", "avatar_url": null}]}"#,
    ),
];
