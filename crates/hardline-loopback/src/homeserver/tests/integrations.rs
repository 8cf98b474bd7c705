//! Application services as the homeserver admits them, and TURN servers.

use hardline::client_api::integrations::GetTurnServerResponse;

use super::*;
use crate::ApplicationService;

const TOKEN: &str = "the bridge's token";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

fn bridged() -> World {
    let world = World::new();
    let bridge = ApplicationService::new("bridge", TOKEN)
        .users("irc_")
        .aliases("irc_");
    world.homeserver.add_application_service(bridge).unwrap();
    world
}

fn errcode((status, answer): (u16, Value)) -> (u16, String) {
    (status, answer["errcode"].as_str().unwrap_or("").to_owned())
}

fn as_user(path: &str, user_id: &str) -> String {
    format!("{path}?user_id={user_id}")
}

#[test]
fn a_service_acts_as_its_users_alone() {
    let world = bridged();
    let own = json!({"user_id": "@bridge:example.org", "is_guest": false});
    assert_eq!(world.get(WHOAMI, TOKEN), (200, own));
    let fox = as_user(WHOAMI, "@irc_fox:example.org");
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    // It is yet to be registered.
    assert_eq!(errcode(world.get(&fox, TOKEN)), forbidden);
    let register = json!({"type": "m.login.application_service", "username": "irc_fox"});
    let (status, registered) = world.post(REGISTER, TOKEN, &register);
    assert_eq!(
        (status, &registered["user_id"]),
        (200, &"@irc_fox:example.org".into())
    );
    assert_eq!(world.get(&fox, TOKEN).1["user_id"], "@irc_fox:example.org");
    // As one of its devices.
    let device = registered["device_id"].as_str().unwrap();
    let (_, owner) = world.get(&format!("{fox}&device_id={device}"), TOKEN);
    assert_eq!(owner["device_id"], device);
    let unknown = (400, "M_UNKNOWN_DEVICE".to_owned());
    assert_eq!(
        errcode(world.get(&format!("{fox}&device_id=NONE"), TOKEN)),
        unknown
    );

    for user_id in ["@alice:example.org", "@irc_fox:example.com"] {
        let refused = world.get(&as_user(WHOAMI, user_id), TOKEN);
        assert_eq!(errcode(refused), forbidden, "{user_id}");
    }
    let invalid = (400, "M_INVALID_PARAM".to_owned());
    assert_eq!(errcode(world.get(&as_user(WHOAMI, "fox"), TOKEN)), invalid);
    // Nobody else acts as another.
    let alice = world.log_in("alice");
    assert_eq!(world.get(&fox, &alice).1["user_id"], "@alice:example.org");
}

#[test]
fn what_a_service_says_as_a_user_that_user_says() {
    let world = bridged();
    let alice = world.log_in("alice");
    let room_id = world.create(&alice, &json!({"preset": "public_chat"}));
    let join = format!("/_matrix/client/v3/rooms/{room_id}/join");
    let send = format!("/_matrix/client/v3/rooms/{room_id}/send/m.room.message/1");
    for name in ["irc_fox", "irc_bear"] {
        let register = json!({"type": "m.login.application_service", "username": name});
        assert_eq!(world.post(REGISTER, TOKEN, &register).0, 200);
        let user_id = format!("@{name}:example.org");
        assert_eq!(
            world.post(&as_user(&join, &user_id), TOKEN, &json!({})).0,
            200
        );
        // The same transaction ID of two users is of two messages.
        let text = json!({"msgtype": "m.text", "body": name});
        assert_eq!(world.put(&as_user(&send, &user_id), TOKEN, &text).0, 200);
    }
    let news = world.sync(&alice, "");
    let timeline = &news["rooms"]["join"][&room_id]["timeline"]["events"];
    let timeline = timeline.as_array().unwrap().iter();
    let said: Vec<(&str, &str)> = timeline
        .filter_map(|event| {
            Some((
                event["sender"].as_str()?,
                event["content"]["body"].as_str()?,
            ))
        })
        .collect();
    let expected = [
        ("@irc_fox:example.org", "irc_fox"),
        ("@irc_bear:example.org", "irc_bear"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn the_names_of_a_service_are_its_own() {
    let world = bridged();
    let alice = world.log_in("alice");
    let exclusive = (400, "M_EXCLUSIVE".to_owned());
    let register = json!({"username": "IRC_fox", "password": "secret"});
    assert_eq!(world.refused(REGISTER, "", &register), exclusive);
    let available = "/_matrix/client/v3/register/available?username=irc_fox";
    assert_eq!(errcode(world.get(available, "")), exclusive);
    let beyond = json!({"type": "m.login.application_service", "username": "fox"});
    assert_eq!(world.refused(REGISTER, TOKEN, &beyond), exclusive);
    let unproven = json!({"type": "m.login.application_service", "username": "irc_fox"});
    let missing = (401, "M_MISSING_TOKEN".to_owned());
    assert_eq!(world.refused(REGISTER, "", &unproven), missing);
    let unknown = (401, "M_UNKNOWN_TOKEN".to_owned());
    assert_eq!(world.refused(REGISTER, &alice, &unproven), unknown);

    let room_id = world.create(&alice, &json!({}));
    let alias = "/_matrix/client/v3/directory/room/%23irc_den:example.org";
    let refused = world.put(alias, &alice, &json!({"room_id": room_id}));
    assert_eq!(errcode(refused), exclusive);
    let room_id = world.create(TOKEN, &json!({}));
    let made = world.put(alias, TOKEN, &json!({"room_id": room_id}));
    assert_eq!(made, (200, json!({})));
}

#[test]
fn a_service_logs_its_users_in() {
    let world = bridged();
    let register = json!({
        "type": "m.login.application_service", "username": "irc_fox", "inhibit_login": true,
    });
    let registered = json!({"user_id": "@irc_fox:example.org"});
    assert_eq!(world.post(REGISTER, TOKEN, &register), (200, registered));
    let login = |user: &str| {
        let identifier = json!({"type": "m.id.user", "user": user});
        json!({"type": "m.login.application_service", "identifier": identifier})
    };
    let (status, logged_in) = world.post(LOGIN, TOKEN, &login("irc_fox"));
    assert_eq!(status, 200, "{logged_in}");
    let token = logged_in["access_token"].as_str().unwrap();
    assert_eq!(
        world.get(WHOAMI, token).1["user_id"],
        "@irc_fox:example.org"
    );
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    assert_eq!(world.refused(LOGIN, TOKEN, &login("alice")), forbidden);
}

#[test]
fn a_service_has_a_directory_of_its_own() {
    let world = bridged();
    let alice = world.log_in("alice");
    let room_id = world.create(&alice, &json!({"preset": "public_chat"}));
    let list = format!("/_matrix/client/v3/directory/list/appservice/net/{room_id}");
    let visible = |visibility: &str| json!({"visibility": visibility});
    let refused = world.put(&list, &alice, &visible("public"));
    assert_eq!(errcode(refused), (403, "M_FORBIDDEN".to_owned()));
    assert_eq!(
        world.put(&list, TOKEN, &visible("public")),
        (200, json!({}))
    );
    let listed = |query: &Value| {
        let (_, found) = world.post("/_matrix/client/v3/publicRooms", &alice, query);
        found["chunk"].as_array().unwrap().len()
    };
    let network = json!({"third_party_instance_id": "bridge|net"});
    assert_eq!(listed(&network), 1);
    assert_eq!(
        listed(&json!({"third_party_instance_id": "bridge|other"})),
        0
    );
    assert_eq!(listed(&json!({})), 0);
    assert_eq!(listed(&json!({"include_all_networks": true})), 1);
    assert_eq!(
        world.put(&list, TOKEN, &visible("private")),
        (200, json!({}))
    );
    assert_eq!(listed(&network), 0);
}

#[test]
fn a_service_pings_itself_alone_and_has_to_have_a_url() {
    let world = bridged();
    let alice = world.log_in("alice");
    let ping = |id: &str, token: &str| {
        world.refused(
            &format!("/_matrix/client/v1/appservice/{id}/ping"),
            token,
            &json!({}),
        )
    };
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    assert_eq!(ping("bridge", &alice), forbidden);
    assert_eq!(ping("other", TOKEN), forbidden);
    assert_eq!(ping("bridge", TOKEN), (400, "M_URL_NOT_SET".to_owned()));
}

#[test]
fn users_are_told_of_a_turn_server_if_there_is_one() {
    let world = World::new();
    let alice = world.log_in("alice");
    let path = "/_matrix/client/v3/voip/turnServer";
    assert_eq!(world.get(path, &alice), (200, json!({})));
    assert_eq!(world.get(path, "").0, 401);
    let uris = vec!["turn:turn.example.org?transport=udp".to_owned()];
    let turn = GetTurnServerResponse::new("user".to_owned(), "hunter2".into(), uris.clone(), 3600);
    world.homeserver.set_turn_server(turn);
    let expected = json!({"username": "user", "password": "hunter2", "uris": uris, "ttl": 3600});
    assert_eq!(world.get(path, &alice), (200, expected));
}
