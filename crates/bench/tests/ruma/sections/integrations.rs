use hardline::client_api::integrations::{
    GetProtocolMetadata, GetProtocols, GetTurnServer, PingAppservice, QueryLocationByAlias,
    QueryLocationByProtocol, QueryUserById, QueryUserByProtocol, RequestOpenIdToken,
    UpdateAppserviceRoomDirectoryVisibility,
};
use ruma::api::client::{account, appservice, thirdparty, voip};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<RequestOpenIdToken, account::request_openid_token::v3::Request>(),
        pair::<PingAppservice, appservice::request_ping::v1::Request>(),
        pair::<UpdateAppserviceRoomDirectoryVisibility, appservice::set_room_visibility::v3::Request>(
        ),
        pair::<GetProtocols, thirdparty::get_protocols::v3::Request>(),
        pair::<GetProtocolMetadata, thirdparty::get_protocol::v3::Request>(),
        pair::<QueryLocationByProtocol, thirdparty::get_location_for_protocol::v3::Request>(),
        pair::<QueryUserByProtocol, thirdparty::get_user_for_protocol::v3::Request>(),
        pair::<QueryLocationByAlias, thirdparty::get_location_for_room_alias::v3::Request>(),
        pair::<QueryUserById, thirdparty::get_user_for_user_id::v3::Request>(),
        pair::<GetTurnServer, voip::get_turn_server_info::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:requestOpenIdToken",
        "as specified",
        "/_matrix/client/v3/user/%40alice%3Aexample.com/openid/request_token",
        "{}",
        r#"{"access_token": "SomeT0kenHere", "token_type": "Bearer", "matrix_server_name": "example.com", "expires_in": 3600}"#,
    ),
    both(
        "cs:pingAppservice",
        "as specified",
        "/_matrix/client/v1/appservice/irc/ping",
        r#"{"transaction_id": "mautrix-1"}"#,
        r#"{"duration_ms": 42}"#,
    ),
    request(
        "cs:pingAppservice",
        "without a transaction",
        "/_matrix/client/v1/appservice/irc/ping",
        r#"{}"#,
    ),
    both(
        "cs:updateAppserviceRoomDirectoryVisibility",
        "as specified",
        "/_matrix/client/v3/directory/list/appservice/irc/%21somewhere%3Aexample.org",
        r#"{"visibility": "public"}"#,
        "{}",
    ),
    both(
        "cs:getProtocols",
        "as specified",
        "/_matrix/client/v3/thirdparty/protocols",
        "",
        r##"{"irc": {"user_fields": ["network", "nickname"], "location_fields": ["network", "channel"], "icon": "mxc://example.org/aBcDeFgH", "field_types": {"network": {"regexp": "([a-z0-9]+\\.)*[a-z0-9]+", "placeholder": "irc.example.org"}, "nickname": {"regexp": "[^\\s]+", "placeholder": "username"}, "channel": {"regexp": "#[^\\s]+", "placeholder": "#foobar"}}, "instances": [{"network_id": "freenode", "desc": "Freenode", "icon": "mxc://example.org/JkLmNoPq", "instance_id": "irc-freenode", "fields": {"network": "freenode.net"}}]}, "gitter": {"user_fields": ["username"], "location_fields": ["room"], "field_types": {"username": {"regexp": "@[^\\s]+", "placeholder": "@username"}, "room": {"regexp": "[^\\s]+\\/[^\\s]+", "placeholder": "matrix-org/matrix-spec"}}, "instances": [{"network_id": "gitter", "desc": "Gitter", "icon": "mxc://example.org/zXyWvUt", "instance_id": "gitter-gitter", "fields": {}}]}}"##,
    ),
    both(
        "cs:getProtocolMetadata",
        "as specified",
        "/_matrix/client/v3/thirdparty/protocol/irc",
        "",
        r##"{"user_fields": ["network", "nickname"], "location_fields": ["network", "channel"], "icon": "mxc://example.org/aBcDeFgH", "field_types": {"network": {"regexp": "([a-z0-9]+\\.)*[a-z0-9]+", "placeholder": "irc.example.org"}, "nickname": {"regexp": "[^\\s#]+", "placeholder": "username"}, "channel": {"regexp": "#[^\\s]+", "placeholder": "#foobar"}}, "instances": [{"desc": "Freenode", "icon": "mxc://example.org/JkLmNoPq", "fields": {"network": "freenode"}, "network_id": "freenode", "instance_id": "irc-freenode"}]}"##,
    ),
    answer(
        "cs:getProtocolMetadata",
        "an error without a code, from Synapse",
        404,
        r#"{"error": "Unknown protocol"}"#,
    ),
    both(
        "cs:queryLocationByProtocol",
        "as specified",
        "/_matrix/client/v3/thirdparty/location/irc",
        "",
        r##"[{"alias": "#freenode_#matrix:matrix.org", "protocol": "irc", "fields": {"network": "freenode", "channel": "#matrix"}}]"##,
    ),
    request(
        "cs:queryLocationByProtocol",
        "with fields of the protocol",
        "/_matrix/client/v3/thirdparty/location/irc?channel=%23matrix&network=freenode",
        "",
    ),
    both(
        "cs:queryUserByProtocol",
        "as specified",
        "/_matrix/client/v3/thirdparty/user/irc",
        "",
        r#"[{"userid": "@_gitter_jim:matrix.org", "protocol": "gitter", "fields": {"user": "jim"}}]"#,
    ),
    request(
        "cs:queryUserByProtocol",
        "with fields of the protocol",
        "/_matrix/client/v3/thirdparty/user/irc?nickname=jim&network=freenode",
        "",
    ),
    both(
        "cs:queryLocationByAlias",
        "as specified",
        "/_matrix/client/v3/thirdparty/location?alias=%23matrix%3Amatrix.org",
        "",
        r##"[{"alias": "#freenode_#matrix:matrix.org", "protocol": "irc", "fields": {"network": "freenode", "channel": "#matrix"}}]"##,
    ),
    both(
        "cs:queryUserByID",
        "as specified",
        "/_matrix/client/v3/thirdparty/user?userid=%40bob%3Amatrix.org",
        "",
        r#"[{"userid": "@_gitter_jim:matrix.org", "protocol": "gitter", "fields": {"user": "jim"}}]"#,
    ),
    answer("cs:queryUserByID", "none, from Synapse", 200, r#"[]"#),
    both(
        "cs:getTurnServer",
        "as specified",
        "/_matrix/client/v3/voip/turnServer",
        "",
        r#"{"username": "1795955983:@alice:example.org", "password": "JlKfBy1QwLrO20385QyAtEyIv0=", "ttl": 3600, "uris": ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349?transport=tcp"]}"#,
    ),
    answer(
        "cs:getTurnServer",
        "no TURN server, from Synapse",
        200,
        r#"{}"#,
    ),
];
