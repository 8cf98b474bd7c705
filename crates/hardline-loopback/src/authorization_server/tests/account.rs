use super::*;

/// Opens the account page and logs in.
fn open(world: &World, user: &str, query: &[(&str, &str)]) -> Answer {
    let page = world.get(&format!("/account/?{}", form(query)));
    assert_eq!(page.status, 200);
    let password = format!("secret of {user}");
    world.post_form(
        "/account/",
        &[
            ("token", &page.hidden("token")),
            ("action", &page.hidden("action")),
            ("device_id", &page.hidden("device_id")),
            ("user", user),
            ("password", &password),
            // What a user has not seen is not confirmed.
            ("confirm", "yes"),
        ],
    )
}

/// Sends the first form of a page.
fn submit(world: &World, page: &Answer, confirm: &str) -> Answer {
    world.post_form(
        "/account/",
        &[
            ("token", &page.hidden("token")),
            ("action", &page.hidden("action")),
            ("device_id", &page.hidden("device_id")),
            ("confirm", confirm),
        ],
    )
}

#[test]
fn devices_are_listed_viewed_and_logged_out() {
    let world = World::new();
    let (access_token, refresh_token) = world.tokens(&world.client("<The client>"));
    let list = open(&world, "alice", &[("action", "org.matrix.devices_list")]);
    assert!(list.body.contains(DEVICE), "{}", list.body);
    assert!(list.body.contains("&lt;The client&gt;"), "{}", list.body);
    let view = submit(&world, &list, "");
    assert!(view.body.contains(DEVICE), "{}", view.body);
    let question = submit(&world, &view, "");
    assert!(question.body.contains("value=\"yes\""), "{}", question.body);
    assert!(world.is_valid(&access_token));
    let done = submit(&world, &question, "yes");
    assert!(done.body.contains("id=\"done\""), "{}", done.body);
    assert!(!world.is_valid(&access_token));
    let client_id = world.client("<The client>");
    assert_eq!(world.refresh(&client_id, &refresh_token).status, 400);
    let list = open(&world, "alice", &[("action", "org.matrix.devices_list")]);
    assert!(!list.body.contains(DEVICE), "{}", list.body);
}

#[test]
fn a_link_leads_to_its_action() {
    let world = World::new();
    let (access_token, _) = world.tokens(&world.client("a"));
    let device = ("device_id", DEVICE);
    for (action, expected) in [
        ("org.matrix.profile", "@alice:example.org"),
        ("", "@alice:example.org"),
        ("org.matrix.device_view", DEVICE),
        (
            "org.matrix.device_delete",
            "Log out the device AAABBBCCCDDD?",
        ),
        ("org.matrix.account_deactivate", "Deactivate your account"),
        (
            "org.matrix.cross_signing_reset",
            "replace your cross-signing keys",
        ),
        ("org.example.unknown", "<h1>Devices</h1>"),
    ] {
        let page = open(&world, "alice", &[("action", action), device]);
        assert_eq!(page.status, 200, "{action}");
        assert!(page.body.contains(expected), "{action}: {}", page.body);
        assert!(!page.body.contains("id=\"done\""), "{action}");
    }
    for action in ["org.matrix.device_view", "org.matrix.device_delete"] {
        let page = open(&world, "alice", &[("action", action)]);
        assert!(
            page.body.contains("<h1>Devices</h1>"),
            "{action}: {}",
            page.body
        );
    }
    assert!(world.is_valid(&access_token));
}

#[test]
fn a_device_is_its_users() {
    let world = World::new();
    let (access_token, _) = world.tokens(&world.client("a"));
    let device = ("device_id", DEVICE);
    let view = open(
        &world,
        "bob",
        &[("action", "org.matrix.device_view"), device],
    );
    assert_eq!(view.status, 404);
    let question = open(
        &world,
        "bob",
        &[("action", "org.matrix.device_delete"), device],
    );
    assert_eq!(submit(&world, &question, "yes").status, 404);
    assert!(world.is_valid(&access_token));
}

#[test]
fn an_account_is_deactivated() {
    let world = World::new();
    let client_id = world.client("a");
    let (access_token, _) = world.tokens(&client_id);
    let code = world.code(&client_id);
    let question = open(
        &world,
        "alice",
        &[("action", "org.matrix.account_deactivate")],
    );
    assert!(world.is_valid(&access_token));
    submit(&world, &question, "yes");
    assert!(!world.is_valid(&access_token));
    // A code that was under way leads nowhere.
    assert_eq!(
        world.exchange(&client_id, &code).error(),
        (400, "invalid_grant".to_owned())
    );
    let page = world.get(&authorization(&client_id, &[]));
    assert_eq!(world.approve(&page, "alice").status, 403);
}

#[test]
fn a_user_lets_the_cross_signing_keys_be_replaced() {
    let mut world = World::new();
    let alice = world.homeserver.user("alice").unwrap();
    let bob = world.homeserver.user("bob").unwrap();
    let question = open(
        &world,
        "alice",
        &[("action", "org.matrix.cross_signing_reset")],
    );
    assert!(!world.homeserver.may_reset_cross_signing(world.now, &alice));
    submit(&world, &question, "yes");
    assert!(world.homeserver.may_reset_cross_signing(world.now, &alice));
    assert!(!world.homeserver.may_reset_cross_signing(world.now, &bob));
    world.pass(10 * 60);
    assert!(!world.homeserver.may_reset_cross_signing(world.now, &alice));
}

#[test]
fn who_logged_in_here_replaces_the_cross_signing_keys_after_approving_it() {
    let world = World::new();
    let (access_token, _) = world.tokens(&world.client("a"));
    let upload = |key: char, auth: Value| {
        let key: String = std::iter::repeat_n(key, 43).collect();
        let master = json!({
            "user_id": "@alice:example.org", "usage": ["master"],
            "keys": {(format!("ed25519:{key}")): key},
        });
        let request = Request::post("/_matrix/client/v3/keys/device_signing/upload")
            .header("authorization", format!("Bearer {access_token}"));
        let body = json!({"master_key": master, "auth": auth});
        world.send(request, body.to_string())
    };
    assert_eq!(upload('A', Value::Null).status, 200);
    let asked = upload('B', Value::Null);
    let challenge = asked.json();
    assert_eq!(asked.status, 401);
    let stages = json!([{"stages": ["m.oauth"]}, {"stages": ["org.matrix.cross_signing_reset"]}]);
    assert_eq!(challenge["flows"], stages);
    let url = challenge["params"]["m.oauth"]["url"].as_str().unwrap();
    let auth = json!({"type": "m.oauth", "session": challenge["session"]});
    assert_eq!(upload('B', auth.clone()).status, 401);

    let action = url.strip_prefix("https://example.org/account/?action=");
    let question = open(&world, "alice", &[("action", action.unwrap())]);
    submit(&world, &question, "yes");
    assert_eq!(upload('B', auth.clone()).status, 200);
    assert_eq!(upload('C', auth).status, 401);
}

#[test]
fn a_form_is_sent_once_by_who_has_logged_in() {
    let mut world = World::new();
    let page = world.get("/account/?action=org.matrix.account_deactivate");
    let token = page.hidden("token");
    // Nobody has said who it is.
    let answer = submit(&world, &page, "yes");
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("invalid username or password"));
    for token in [&*token, "unknown"] {
        let answer = world.post_form(
            "/account/",
            &[
                ("token", token),
                ("action", "org.matrix.account_deactivate"),
                ("confirm", "yes"),
                ("user", "alice"),
                ("password", "secret of alice"),
            ],
        );
        assert_eq!(answer.status, 403, "{token}");
    }
    let question = open(
        &world,
        "alice",
        &[("action", "org.matrix.account_deactivate")],
    );
    world.pass(10 * 60);
    assert_eq!(submit(&world, &question, "yes").status, 403);
    assert!(world.homeserver.user("alice").is_some());
}

#[test]
fn a_client_renames_and_deletes_a_device_of_either_kind() {
    let world = World::new();
    let (access_token, refresh_token) = world.tokens(&world.client("A client"));
    let path = format!("/_matrix/client/v3/devices/{DEVICE}");
    let send = |request: http::request::Builder, body: Value| {
        let authorization = format!("Bearer {access_token}");
        world.send(
            request.header("authorization", authorization),
            body.to_string(),
        )
    };
    let device = send(Request::get(&path), json!({}));
    assert_eq!(device.json()["display_name"], "A client");
    let renamed = send(Request::put(&path), json!({"display_name": "my phone"}));
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    let list = open(&world, "alice", &[("action", "org.matrix.devices_list")]);
    assert!(list.body.contains("my phone"), "{}", list.body);

    let identifier = json!({"type": "m.id.user", "user": "alice"});
    let auth = json!({
        "type": "m.login.password", "identifier": identifier, "password": "secret of alice",
    });
    let deleted = send(Request::delete(&path), json!({"auth": auth}));
    assert_eq!((deleted.status, &*deleted.body), (200, "{}"));
    assert!(!world.is_valid(&access_token));
    let client_id = world.client("A client");
    assert_eq!(world.refresh(&client_id, &refresh_token).status, 400);
}
