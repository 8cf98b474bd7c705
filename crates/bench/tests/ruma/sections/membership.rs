use hardline::client_api::membership::{
    Ban, ForgetRoom, GetJoinedRooms, InviteBy3pid, InviteUser, JoinRoom, JoinRoomById, Kick,
    KnockRoom, LeaveRoom, Unban,
};
use ruma::api::client::{knock, membership};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<Ban, membership::ban_user::v3::Request>(),
        pair::<Unban, membership::unban_user::v3::Request>(),
        pair::<InviteUser, membership::invite_user::v3::Request>(),
        pair::<InviteBy3pid, membership::invite_user::v3::Request>(),
        pair::<JoinRoomById, membership::join_room_by_id::v3::Request>(),
        pair::<JoinRoom, membership::join_room_by_id_or_alias::v3::Request>(),
        pair::<Kick, membership::kick_user::v3::Request>(),
        pair::<KnockRoom, knock::knock_room::v3::Request>(),
        pair::<LeaveRoom, membership::leave_room::v3::Request>(),
        pair::<ForgetRoom, membership::forget_room::v3::Request>(),
        pair::<GetJoinedRooms, membership::joined_rooms::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:ban",
        "as specified",
        "/_matrix/client/v3/rooms/%21e42d8c%3Amatrix.org/ban",
        r#"{"reason": "Telling unfunny jokes", "user_id": "@cheeky_monkey:matrix.org"}"#,
        "{}",
    ),
    answer(
        "cs:ban",
        "declined",
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "You do not have a high enough power level to ban from this room."}"#,
    ),
    both(
        "cs:unban",
        "with a reason",
        "/_matrix/client/v3/rooms/%21rXgT4Fk6A0u61rN-Q88_HpWwShrLsKV2yIFsLfQiiVs/unban",
        r#"{"user_id": "@carol:localhost:19448", "reason": "ok"}"#,
        "{}",
    ),
    both(
        "cs:inviteUser",
        "as specified",
        "/_matrix/client/v3/rooms/%21d41d8cd%3Amatrix.org/invite",
        r#"{"user_id": "@cheeky_monkey:matrix.org", "reason": "Welcome to the team!"}"#,
        "{}",
    ),
    answer(
        "cs:inviteUser",
        "too often",
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "Too many requests", "retry_after_ms": null}"#,
    ),
    both(
        "cs:inviteBy3PID",
        "by e-mail",
        "/_matrix/client/v3/rooms/%21d41d8cd%3Amatrix.org/invite",
        r#"{"id_server": "localhost:19093", "id_access_token": "abc123", "medium": "email", "address": "guest@lab.test"}"#,
        "{}",
    ),
    both(
        "cs:joinRoomById",
        "with a reason, and a signature of an identity server",
        "/_matrix/client/v3/rooms/%21d41d8cd%3Amatrix.org/join",
        r#"{"reason": "Looking for support", "third_party_signed": {"sender": "@alice:example.org", "mxid": "@bob:example.org", "token": "random8nonce", "signatures": {"example.org": {"ed25519:0": "some9signature"}}}}"#,
        r#"{"room_id": "!d41d8cd:matrix.org"}"#,
    ),
    request(
        "cs:joinRoomById",
        "an empty object",
        "/_matrix/client/v3/rooms/!rXgT4Fk6A0u61rN-Q88_HpWwShrLsKV2yIFsLfQiiVs/join",
        "{}",
    ),
    request(
        "cs:joinRoomById",
        "an empty body",
        "/_matrix/client/v3/rooms/%21d41d8cd%3Amatrix.org/join",
        "",
    ),
    both(
        "cs:joinRoom",
        "through two servers",
        "/_matrix/client/v3/join/%23monkeys%3Amatrix.org?via=matrix.org&via=elsewhere.ca",
        "{}",
        r#"{"room_id": "!d41d8cd:matrix.org"}"#,
    ),
    request(
        "cs:joinRoom",
        "servers under their older name",
        "/_matrix/client/v3/join/%23monkeys%3Amatrix.org?server_name=matrix.org",
        "{}",
    ),
    answer(
        "cs:joinRoom",
        "a room of version 12",
        200,
        r#"{"room_id": "!mza6PjwFVmlN_i767s-FD4uZ9t4-tXgwCRFMrtzeZuA"}"#,
    ),
    answer("cs:joinRoom", "without a room", 200, "{}"),
    both(
        "cs:kick",
        "with a reason",
        "/_matrix/client/v3/rooms/%21clPUKVGScMemwMUDzo%3Alocalhost%3A19448/kick",
        r#"{"user_id": "@dave:localhost:19448", "reason": "no"}"#,
        "{}",
    ),
    request(
        "cs:joinRoom",
        "an empty body",
        "/_matrix/client/v3/join/%23niopub52447:localhost:19448",
        "",
    ),
    both(
        "cs:knockRoom",
        "with a reason",
        "/_matrix/client/v3/knock/%21clPUKVGScMemwMUDzo%3Alocalhost%3A19448?via=localhost%3A19448",
        r#"{"reason": "let me in 🚪"}"#,
        r#"{"room_id": "!clPUKVGScMemwMUDzo:localhost:19448"}"#,
    ),
    both(
        "cs:leaveRoom",
        "as specified",
        "/_matrix/client/v3/rooms/%21nkl290a%3Amatrix.org/leave",
        r#"{"reason": "Saying farewell - thanks for the support!"}"#,
        "{}",
    ),
    request(
        "cs:leaveRoom",
        "an empty body",
        "/_matrix/client/v3/rooms/%21nkl290a%3Amatrix.org/leave",
        "",
    ),
    both(
        "cs:forgetRoom",
        "an empty body",
        "/_matrix/client/v3/rooms/%21au1ba7o%3Amatrix.org/forget",
        "",
        "{}",
    ),
    answer(
        "cs:forgetRoom",
        "declined",
        400,
        r#"{"errcode": "M_UNKNOWN", "error": "User @example:matrix.org is in room !au1ba7o:matrix.org"}"#,
    ),
    both(
        "cs:getJoinedRooms",
        "of versions 12 and 11",
        "/_matrix/client/v3/joined_rooms",
        "",
        r#"{"joined_rooms": ["!mza6PjwFVmlN_i767s-FD4uZ9t4-tXgwCRFMrtzeZuA", "!OGKLXCpOFNFIhKBwK:localhost:19478"]}"#,
    ),
    answer("cs:getJoinedRooms", "none", 200, r#"{"joined_rooms": []}"#),
    answer(
        "cs:getJoinedRooms",
        "null for a list",
        200,
        r#"{"joined_rooms": null}"#,
    ),
];
