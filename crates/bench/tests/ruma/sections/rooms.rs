use hardline::client_api::rooms::{
    CreateRoom, DeleteRoomAlias, GetLocalAliases, GetMutualRooms, GetPublicRooms, GetRoomIdByAlias,
    GetRoomSummary, GetRoomVisibilityOnDirectory, GetSpaceHierarchy, QueryPublicRooms,
    SetRoomAlias, SetRoomVisibilityOnDirectory, UpgradeRoom,
};
use ruma::api::client::{alias, directory, membership, room, space};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<CreateRoom, room::create_room::v3::Request>(),
        pair::<GetRoomIdByAlias, alias::get_alias::v3::Request>(),
        pair::<SetRoomAlias, alias::create_alias::v3::Request>(),
        pair::<DeleteRoomAlias, alias::delete_alias::v3::Request>(),
        pair::<GetLocalAliases, room::aliases::v3::Request>(),
        pair::<GetRoomVisibilityOnDirectory, directory::get_room_visibility::v3::Request>(),
        pair::<SetRoomVisibilityOnDirectory, directory::set_room_visibility::v3::Request>(),
        pair::<GetPublicRooms, directory::get_public_rooms::v3::Request>(),
        pair::<QueryPublicRooms, directory::get_public_rooms_filtered::v3::Request>(),
        pair::<GetMutualRooms, membership::get_mutual_rooms::v1::Request>(),
        pair::<GetRoomSummary, room::get_summary::v1::Request>(),
        pair::<UpgradeRoom, room::upgrade_room::v3::Request>(),
        pair::<GetSpaceHierarchy, space::get_hierarchy::v1::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:createRoom",
        "with most members",
        "/_matrix/client/v3/createRoom",
        r#"{"visibility": "public", "room_alias_name": "thepub", "name": "The Grand Duke Pub", "topic": "All about happy hour", "invite": ["@bob:example.org"], "invite_3pid": [{"id_server": "matrix.org", "id_access_token": "abc123", "medium": "email", "address": "cheeky@monkey.com"}], "room_version": "10", "creation_content": {"m.federate": false}, "initial_state": [{"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": "!IucWrNXLfSExCPcbrt:example.org"}]}}], "preset": "public_chat", "is_direct": true, "power_level_content_override": {"ban": 60, "users": {"@alice:example.org": 100}}}"#,
        r#"{"room_id": "!sefiuhWgwghwWgh:example.com"}"#,
    ),
    request(
        "cs:createRoom",
        "an empty object",
        "/_matrix/client/v3/createRoom",
        "{}",
    ),
    request(
        "cs:createRoom",
        "what is the default",
        "/_matrix/client/v3/createRoom",
        r#"{"visibility": "private", "is_direct": false}"#,
    ),
    request(
        "cs:createRoom",
        "a state event without a state key",
        "/_matrix/client/v3/createRoom",
        r#"{"initial_state": [{"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}}]}"#,
    ),
    answer(
        "cs:createRoom",
        "the alias is in use",
        400,
        r#"{"errcode": "M_ROOM_IN_USE", "error": "Room alias already taken"}"#,
    ),
    both(
        "cs:getRoomIdByAlias",
        "as specified",
        "/_matrix/client/v3/directory/room/%23monkeys%3Amatrix.org",
        "",
        r#"{"room_id": "!abnjk1jdasj98:capuchins.com", "servers": ["capuchins.com", "matrix.org", "another.com"]}"#,
    ),
    answer(
        "cs:getRoomIdByAlias",
        "without servers",
        200,
        r#"{"room_id": "!abnjk1jdasj98:capuchins.com"}"#,
    ),
    both(
        "cs:setRoomAlias",
        "as specified",
        "/_matrix/client/v3/directory/room/%23monkeys%3Amatrix.org",
        r#"{"room_id": "!abnjk1jdasj98:capuchins.com"}"#,
        "{}",
    ),
    both(
        "cs:deleteRoomAlias",
        "with letters beyond ASCII",
        "/_matrix/client/v3/directory/room/%23%C3%BCn%C3%AF%2F52241%3Alocalhost%3A19448",
        "",
        "{}",
    ),
    both(
        "cs:getLocalAliases",
        "one",
        "/_matrix/client/v3/rooms/%21abc123%3Aexample.org/aliases",
        "",
        r##"{"aliases": ["#ünï52464:localhost:19478"]}"##,
    ),
    both(
        "cs:getRoomVisibilityOnDirectory",
        "as specified",
        "/_matrix/client/v3/directory/list/room/%21curbf%3Amatrix.org",
        "",
        r#"{"visibility": "public"}"#,
    ),
    answer(
        "cs:getRoomVisibilityOnDirectory",
        "without visibility",
        200,
        "{}",
    ),
    both(
        "cs:setRoomVisibilityOnDirectory",
        "as specified",
        "/_matrix/client/v3/directory/list/room/%21curbf%3Amatrix.org",
        r#"{"visibility": "private"}"#,
        "{}",
    ),
    request(
        "cs:setRoomVisibilityOnDirectory",
        "an empty object",
        "/_matrix/client/v3/directory/list/room/%21curbf%3Amatrix.org",
        "{}",
    ),
    both(
        "cs:getPublicRooms",
        "a real page",
        "/_matrix/client/v3/publicRooms?limit=2&since=p190q&server=matrix.org",
        "",
        r##"{"next_batch": "g6FtAaFy2SMhbHJUc3JiaWFjSG1pcVJHQ3J0", "chunk": [{"room_id": "!WphmwmPQONdvvhVxSD:localhost:19478", "name": "Gräfin & <b>Söhne</b>", "topic": "Тема 🧵\nsecond line", "canonical_alias": "#pub52464:localhost:19478", "num_joined_members": 3, "avatar_url": "mxc://localhost:19478/avatarAVATAR", "world_readable": true, "guest_can_join": true, "join_rule": "public"}, {"room_id": "!lrTsrbiacHmiqRGCrt:localhost:19478", "name": "Space", "num_joined_members": 1, "world_readable": false, "guest_can_join": false, "join_rule": "public", "room_type": "m.space"}], "total_room_count_estimate": 7}"##,
    ),
    answer(
        "cs:getPublicRooms",
        "one of two without an ID",
        200,
        r#"{"chunk": [{"name": "A", "num_joined_members": 1, "world_readable": true, "guest_can_join": true}, {"room_id": "!b:example.org", "num_joined_members": 1, "world_readable": true, "guest_can_join": true}]}"#,
    ),
    answer(
        "cs:getPublicRooms",
        "an empty topic, and null for a name",
        200,
        r#"{"chunk": [{"room_id": "!b:example.org", "name": null, "topic": "", "num_joined_members": 1, "world_readable": true, "guest_can_join": true, "join_rule": "public"}]}"#,
    ),
    both(
        "cs:queryPublicRooms",
        "as specified",
        "/_matrix/client/v3/publicRooms?server=bleecker.street",
        r#"{"limit": 10, "filter": {"generic_search_term": "foo", "room_types": [null, "m.space"]}, "include_all_networks": false, "third_party_instance_id": "irc-freenode"}"#,
        r#"{"chunk": [{"avatar_url": "mxc://bleecker.street/CHEDDARandBRIE", "guest_can_join": false, "name": "CHEESE", "num_joined_members": 37, "room_id": "!ol19s:bleecker.street", "topic": "Tasty tasty cheese", "world_readable": true, "join_rule": "public", "room_type": "m.space"}], "next_batch": "p190q", "prev_batch": "p1902", "total_room_count_estimate": 115}"#,
    ),
    request(
        "cs:queryPublicRooms",
        "all networks",
        "/_matrix/client/v3/publicRooms",
        r#"{"include_all_networks": true}"#,
    ),
    request(
        "cs:queryPublicRooms",
        "all networks, and one",
        "/_matrix/client/v3/publicRooms",
        r#"{"include_all_networks": true, "third_party_instance_id": "irc-freenode"}"#,
    ),
    request(
        "cs:queryPublicRooms",
        "an empty filter",
        "/_matrix/client/v3/publicRooms",
        r#"{"filter": {}}"#,
    ),
    both(
        "cs:getMutualRooms",
        "as specified",
        "/_matrix/client/v1/mutual_rooms?user_id=%40alice%3Aexample.com&from=next_batch_token",
        "",
        r#"{"joined": ["!OGEhHVWSdvArJzumhm:matrix.org"], "count": 1, "next_batch": "next_batch_token"}"#,
    ),
    answer(
        "cs:getMutualRooms",
        "the last page",
        200,
        r#"{"joined": ["!IucWrNXLfSExCPcbrt:localhost:19448", "!Nha25qTTjOSwDyElfVe3-o6oCDnWpPSS9eVXaca3xes"], "count": 2}"#,
    ),
    both(
        "cs:getRoomSummary",
        "as specified",
        "/_matrix/client/v1/room_summary/%23monkeys%3Amatrix.org?via=matrix.org&via=elsewhere.ca",
        "",
        r#"{"room_id": "!ol19s:bleecker.street", "avatar_url": "mxc://bleecker.street/CHEDDARandBRIE", "guest_can_join": false, "name": "CHEESE", "num_joined_members": 37, "topic": "Tasty tasty cheese", "world_readable": true, "join_rule": "public", "room_type": "m.space", "membership": "invite", "encryption": "m.megolm.v1.aes-sha2", "room_version": "9001"}"#,
    ),
    answer(
        "cs:getRoomSummary",
        "a restricted room",
        200,
        r#"{"room_id": "!ol19s:bleecker.street", "guest_can_join": false, "num_joined_members": 37, "world_readable": false, "join_rule": "restricted", "allowed_room_ids": ["!a:example.org"]}"#,
    ),
    answer(
        "cs:getRoomSummary",
        "without a join rule",
        200,
        r#"{"room_id": "!ol19s:bleecker.street", "guest_can_join": false, "num_joined_members": 37, "world_readable": false}"#,
    ),
    both(
        "cs:upgradeRoom",
        "with further creators",
        "/_matrix/client/v3/rooms/%21oldroom%3Aexample.org/upgrade",
        r#"{"new_version": "12", "additional_creators": ["@bob52241:localhost:19448"]}"#,
        r#"{"replacement_room": "!Qja_-OMYR7fYFGWD20DXZWeN4KUTWfmhr8ixdKod47w"}"#,
    ),
    both(
        "cs:getSpaceHierarchy",
        "a real page",
        "/_matrix/client/v1/rooms/%21space%3Aexample.org/hierarchy?suggested_only=true&limit=20&max_depth=5&from=next_batch_token",
        "",
        r##"{"rooms": [{"room_id": "!lrTsrbiacHmiqRGCrt:localhost:19478", "name": "Space", "canonical_alias": "#space52464:localhost:19478", "num_joined_members": 1, "join_rule": "public", "world_readable": false, "guest_can_join": false, "room_type": "m.space", "children_state": [{"type": "m.space.child", "state_key": "!WphmwmPQONdvvhVxSD:localhost:19478", "content": {"via": ["localhost:19478"], "suggested": true, "order": "a0"}, "sender": "@alice52464:localhost:19478", "origin_server_ts": 1795952477465}]}], "next_batch": "next_batch_token"}"##,
    ),
    answer(
        "cs:getSpaceHierarchy",
        "one of two without an ID",
        200,
        r#"{"rooms": [{"name": "A", "children_state": []}, {"room_id": "!b:example.org", "num_joined_members": 1, "world_readable": true, "guest_can_join": true, "children_state": []}]}"#,
    ),
    request(
        "cs:getSpaceHierarchy",
        "what is the default",
        "/_matrix/client/v1/rooms/%21space%3Aexample.org/hierarchy?suggested_only=false",
        "",
    ),
    answer(
        "cs:getSpaceHierarchy",
        "declined",
        400,
        r#"{"errcode": "M_INVALID_PARAM", "error": "suggested_only and max_depth cannot change on paginated requests"}"#,
    ),
];
