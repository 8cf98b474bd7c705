use super::*;

fn revoke(world: &World, fields: &[(&str, &str)]) -> Answer {
    world.post_form("/oauth2/revoke", fields)
}

#[test]
fn an_expired_token_is_not_known_to_the_homeserver() {
    let mut world = World::new();
    let (access_token, _) = world.tokens(&world.client("a"));
    world.pass(299);
    assert!(world.is_valid(&access_token));
    world.pass(1);
    let answer = world.whoami(&access_token);
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["errcode"], "M_UNKNOWN_TOKEN");
    assert_eq!(answer.json()["soft_logout"], true);
}

#[test]
fn a_refresh_token_is_replaced_each_time() {
    let mut world = World::new();
    let client_id = world.client("a");
    let (first_access, first_refresh) = world.tokens(&client_id);
    world.pass(200);
    let answer = world.refresh(&client_id, &first_refresh);
    assert_eq!(answer.json()["expires_in"], 300);
    let (second_access, second_refresh) = tokens(&answer);
    assert_ne!(
        (&first_access, &first_refresh),
        (&second_access, &second_refresh)
    );
    // The access token before is as good until it expires.
    assert!(world.is_valid(&first_access));
    assert!(world.is_valid(&second_access));
    world.pass(100);
    assert!(!world.is_valid(&first_access));
    assert!(world.is_valid(&second_access));
    assert_eq!(world.whoami(&second_access).json()["device_id"], DEVICE);
}

#[test]
fn a_refresh_whose_response_was_lost_is_repeated() {
    let world = World::new();
    let client_id = world.client("a");
    let (_, first) = world.tokens(&client_id);
    let (lost_access, lost_refresh) = tokens(&world.refresh(&client_id, &first));
    let (access_token, refresh_token) = tokens(&world.refresh(&client_id, &first));
    // What was lost is void.
    assert!(!world.is_valid(&lost_access));
    let refused = world.refresh(&client_id, &lost_refresh);
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    assert!(world.is_valid(&access_token));
    tokens(&world.refresh(&client_id, &refresh_token));
}

#[test]
fn a_refresh_token_that_was_replaced_ends_the_session_once_its_successor_is_used() {
    type Use = fn(&World, &str, (&str, &str));
    let uses: [Use; 2] = [
        |world, _, (access_token, _)| assert!(world.is_valid(access_token)),
        |world, client_id, (_, refresh_token)| {
            tokens(&world.refresh(client_id, refresh_token));
        },
    ];
    for used in uses {
        let world = World::new();
        let client_id = world.client("a");
        let (_, first) = world.tokens(&client_id);
        let (access_token, refresh_token) = tokens(&world.refresh(&client_id, &first));
        used(&world, &client_id, (&access_token, &refresh_token));
        let stolen = world.refresh(&client_id, &first);
        assert_eq!(stolen.error(), (400, "invalid_grant".to_owned()));
        assert!(!world.is_valid(&access_token));
        let ended = world.refresh(&client_id, &refresh_token);
        assert_eq!(ended.error(), (400, "invalid_grant".to_owned()));
    }
}

#[test]
fn a_refresh_token_is_its_clients() {
    let world = World::new();
    let client_id = world.client("a");
    let (access_token, refresh_token) = world.tokens(&client_id);
    for (client_id, error) in [
        (&*world.client("b"), (400, "invalid_grant".to_owned())),
        ("unknown", (401, "invalid_client".to_owned())),
    ] {
        assert_eq!(world.refresh(client_id, &refresh_token).error(), error);
    }
    // An access token is none, and a refresh token is no access token.
    let refused = world.refresh(&client_id, &access_token);
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    assert!(!world.is_valid(&refresh_token));
    tokens(&world.refresh(&client_id, &refresh_token));
}

#[test]
fn either_token_ends_the_session_and_deletes_its_device() {
    for hint in ["", "access_token", "refresh_token", "pizza"] {
        for index in [0, 1] {
            let world = World::new();
            let client_id = world.client("a");
            let (access_token, refresh_token) = world.tokens(&client_id);
            let token = [&access_token, &refresh_token][index];
            let fields = [
                ("token", &**token),
                ("client_id", &*client_id),
                ("token_type_hint", hint),
            ];
            assert_eq!(revoke(&world, &fields).status, 200, "{hint} {index}");
            assert_eq!(
                world.whoami(&access_token).json()["errcode"],
                "M_UNKNOWN_TOKEN"
            );
            let refused = world.refresh(&client_id, &refresh_token);
            assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
            let alice = world.homeserver.user("alice").unwrap();
            assert!(world.homeserver.devices(&alice).is_empty());
            // Once more is no error.
            assert_eq!(revoke(&world, &fields).status, 200);
        }
    }
}

#[test]
fn a_token_is_revoked_by_its_client() {
    let world = World::new();
    let client_id = world.client("a");
    let (access_token, refresh_token) = world.tokens(&client_id);
    let other = world.client("b");
    for (client_id, error) in [
        (&*other, (401, "unauthorized_client".to_owned())),
        ("unknown", (401, "invalid_client".to_owned())),
    ] {
        let answer = revoke(
            &world,
            &[("token", &refresh_token), ("client_id", client_id)],
        );
        assert_eq!(answer.error(), error);
    }
    let answer = revoke(&world, &[("client_id", &client_id)]);
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    assert!(world.is_valid(&access_token));
    // The specification lets clients leave it out.
    assert_eq!(revoke(&world, &[("token", &refresh_token)]).status, 200);
    assert!(!world.is_valid(&access_token));
}

#[test]
fn a_device_has_one_session() {
    let world = World::new();
    let client_id = world.client("a");
    let (before, refresh_before) = world.tokens(&client_id);
    let (access_token, _) = world.tokens(&world.client("b"));
    assert!(!world.is_valid(&before));
    assert_eq!(world.refresh(&client_id, &refresh_before).status, 400);
    assert!(world.is_valid(&access_token));
    // A password begins the next one.
    let login = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "alice"},
        "password": "secret of alice",
        "device_id": DEVICE,
    });
    let answer = world.send(Request::post("/_matrix/client/v3/login"), login.to_string());
    let legacy = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert!(!world.is_valid(&access_token));
    assert!(world.is_valid(&legacy));
    let (access_token, _) = world.tokens(&client_id);
    assert!(!world.is_valid(&legacy));
    assert!(world.is_valid(&access_token));
}

#[test]
fn a_new_password_logs_the_other_devices_out() {
    let world = World::new();
    let (access_token, _) = world.tokens(&world.client("a"));
    let page = world.get(&authorization(
        &world.client("a"),
        &[(
            "scope",
            "urn:matrix:client:api:* urn:matrix:client:device:OTHEROTHER",
        )],
    ));
    let code = world.approve(&page, "alice").brought_back().result.unwrap();
    let (other, _) = tokens(&world.exchange(&world.client("a"), code.reveal()));
    let body = json!({
        "new_password": "new",
        "auth": {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": "alice"},
            "password": "secret of alice",
        },
    });
    let request = Request::post("/_matrix/client/v3/account/password")
        .header("authorization", format!("Bearer {access_token}"));
    let mut body = body;
    let challenge = world.send(
        Request::post("/_matrix/client/v3/account/password")
            .header("authorization", format!("Bearer {access_token}")),
        json!({"new_password": "new"}).to_string(),
    );
    body["auth"]["session"] = challenge.json()["session"].clone();
    assert_eq!(world.send(request, body.to_string()).status, 200);
    assert!(world.is_valid(&access_token));
    assert!(!world.is_valid(&other));
}
