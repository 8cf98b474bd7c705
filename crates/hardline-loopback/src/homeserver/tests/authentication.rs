//! User-interactive authentication.

use super::*;

#[test]
fn adding_asks_for_the_password() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.validated();
    let body = json!({"sid": sid, "client_secret": "s"});
    let (status, challenge) = world.post(ADD, &token, &body);
    let session = challenge["session"].as_str().unwrap();
    let expected = json!({
        "session": session, "flows": [{"stages": ["m.login.password"]}], "completed": [], "params": {},
    });
    assert_eq!((status, &challenge), (401, &expected));
    let stage = |user, password| {
        with(
            body.clone(),
            "auth",
            password_stage(user, password, Some(session)),
        )
    };
    for (user, password) in [("alice", "wrong"), ("nobody", "secret")] {
        let (status, again) = world.post(ADD, &token, &stage(user, password));
        let expected = with(expected.clone(), "errcode", "M_FORBIDDEN");
        let expected = with(expected, "error", "invalid username or password");
        assert_eq!((status, again), (401, expected));
    }
    let other_stage = with(
        body.clone(),
        "auth",
        json!({"type": "m.login.dummy", "session": session}),
    );
    assert_eq!(
        world.refused(ADD, &token, &other_stage),
        (401, "M_UNRECOGNIZED".to_owned())
    );
    let no_password = with(
        body.clone(),
        "auth",
        json!({"type": "m.login.password", "session": session}),
    );
    assert_eq!(
        world.refused(ADD, &token, &no_password),
        (400, "M_MISSING_PARAM".to_owned())
    );
    assert_eq!(
        world.post(ADD, &token, &stage("alice", "secret")),
        (200, json!({}))
    );
    // What was lost on its way back is asked for again.
    let only_session = with(body, "auth", json!({"session": session}));
    assert_eq!(world.post(ADD, &token, &only_session), (200, json!({})));
}

#[test]
fn an_authentication_session_is_good_for_its_request_alone() {
    let world = World::new();
    world
        .homeserver
        .add_account("bob", &Password::from("secret"))
        .unwrap();
    let (alice, bob) = (world.log_in("alice"), world.log_in("bob"));
    let body = json!({"sid": "1", "client_secret": "s"});
    let (_, challenge) = world.post(ADD, &alice, &body);
    let session = challenge["session"].as_str().unwrap();
    let stage = password_stage("alice", "secret", Some(session));
    let changed = (403, "M_UNKNOWN".to_owned());
    for (path, token, sid) in [
        (ADD, &alice, "2"),
        (ADD, &bob, "1"),
        ("/_matrix/client/r0/account/3pid/add", &alice, "1"),
        ("/_matrix/client/v3/account/3pid/add?x=1", &alice, "1"),
    ] {
        let body = json!({"sid": sid, "client_secret": "s", "auth": stage});
        assert_eq!(world.refused(path, token, &body), changed, "{path} {sid}");
    }
    let unknown = with(
        body.clone(),
        "auth",
        password_stage("alice", "secret", Some("nope")),
    );
    assert_eq!(
        world.refused(ADD, &alice, &unknown),
        (400, "M_UNKNOWN".to_owned())
    );
    let bobs = with(
        body.clone(),
        "auth",
        password_stage("bob", "secret", Some(session)),
    );
    assert_eq!(
        world.refused(ADD, &alice, &bobs),
        (403, "M_FORBIDDEN".to_owned())
    );
    let same = with(body, "auth", stage);
    assert_eq!(
        world.refused(ADD, &alice, &same),
        (400, "M_THREEPID_AUTH_FAILED".to_owned())
    );
}

#[test]
fn a_body_that_cannot_be_compared_binds_no_session() {
    let world = World::new();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let body = format!("{{\"username\":\"bob\",\"password\":\"secret\",\"x\":{deep}}}");
    let (status, answer) = parts(world.send(Request::post(REGISTER), body));
    assert_eq!((status, &answer["errcode"]), (400, &"M_BAD_JSON".into()));
}

#[test]
fn an_old_client_names_the_user_of_a_stage_as_it_used_to() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.validated();
    let auth = json!({"type": "m.login.password", "user": "alice", "password": "secret"});
    let body = json!({"sid": sid, "client_secret": "s", "auth": auth});
    assert_eq!(world.post(ADD, &token, &body), (200, json!({})));
}

/// Registering asks for a page in a browser, which a captcha stands for.
fn world_with_captcha() -> (World, Value) {
    let world = World::new();
    world
        .homeserver
        .require_to_register(vec![vec![AuthType::Recaptcha]]);
    let body = json!({"username": "bob", "password": "secret"});
    let (_, challenge) = world.post(REGISTER, "", &body);
    let session = challenge["session"].clone();
    let page = "/_matrix/client/v3/auth/m.login.recaptcha/fallback/web";
    let form = format!("session={}", session.as_str().unwrap());
    assert_eq!(world.browse("POST", page, &form).0, 200);
    (world, json!({"session": session}))
}

#[test]
fn one_authentication_registers_one_account() {
    let (world, auth) = world_with_captcha();
    let bob = json!({"username": "bob", "password": "secret", "auth": auth});
    let (status, answer) = world.post(REGISTER, "", &bob);
    assert_eq!(
        (status, &answer["user_id"]),
        (200, &"@bob:example.org".into())
    );
    let carl = with(bob.clone(), "username", "carl");
    for other in [carl, without(bob.clone(), "username")] {
        let changed = (403, "M_UNKNOWN".to_owned());
        assert_eq!(world.refused(REGISTER, "", &other), changed, "{other}");
    }
    // The answer may have been lost: the same request gets it again, with the same token.
    assert_eq!(world.post(REGISTER, "", &bob), (200, answer.clone()));
    assert_eq!(
        world.post(REGISTER, "", &json!({"auth": auth})),
        (200, answer)
    );
}

#[test]
fn an_account_without_a_chosen_name_is_registered_once() {
    let world = World::new();
    let body = json!({"password": "secret"});
    let (_, challenge) = world.post(REGISTER, "", &body);
    let auth = json!({"type": "m.login.dummy", "session": challenge["session"]});
    let body = with(body, "auth", auth);
    let (status, answer) = world.post(REGISTER, "", &body);
    assert_eq!(status, 200);
    assert_eq!(world.post(REGISTER, "", &body), (200, answer));
}

#[test]
fn a_change_of_password_is_not_replayed() {
    let world = World::new();
    let token = world.log_in("alice");
    let change = |from: &str, to: &str| {
        let path = "/_matrix/client/v3/account/password";
        let body = json!({"new_password": to});
        let (_, challenge) = world.post(path, &token, &body);
        let auth = password_stage("alice", from, challenge["session"].as_str());
        let body = with(body, "auth", auth);
        assert_eq!(world.post(path, &token, &body), (200, json!({})));
        (path, body)
    };
    let (path, first) = change("secret", "second");
    change("second", "third");
    assert_eq!(world.post(path, &token, &first), (200, json!({})));
    let identifier = json!({"type": "m.id.user", "user": "alice"});
    for (password, status) in [("second", 403), ("third", 200)] {
        let login = password_login(&identifier, password);
        assert_eq!(world.post(LOGIN, "", &login).0, status, "{password}");
    }
}

#[test]
fn what_fails_after_authentication_can_be_tried_again() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.request_token(1);
    let body = json!({"sid": sid, "client_secret": "s"});
    let (_, challenge) = world.post(ADD, &token, &body);
    let auth = password_stage("alice", "secret", challenge["session"].as_str());
    let body = with(body, "auth", auth);
    let early = (400, "M_THREEPID_AUTH_FAILED".to_owned());
    assert_eq!(world.refused(ADD, &token, &body), early);
    world.post(SUBMIT, "", &submission(&sid, &world.code()));
    assert_eq!(world.post(ADD, &token, &body), (200, json!({})));
}

#[test]
fn the_first_request_is_remembered_unless_it_is_switched_off() {
    for remembers in [true, false] {
        let world = World::new();
        world.homeserver.set_remembers_request(remembers);
        let body = json!({"username": "bob", "password": "secret"});
        let (_, challenge) = world.post(REGISTER, "", &body);
        let auth = json!({"type": "m.login.dummy", "session": challenge["session"]});
        let (status, answer) = world.post(REGISTER, "", &json!({"auth": auth}));
        if remembers {
            assert_eq!(
                (status, &answer["user_id"]),
                (200, &"@bob:example.org".into())
            );
            world.log_in("bob");
        } else {
            assert_eq!((status, &answer["errcode"]), (403, &"M_UNKNOWN".into()));
        }
    }
}

#[test]
fn a_remembered_request_is_that_of_its_path_and_user_alone() {
    let world = World::new();
    let _ = world
        .homeserver
        .add_account("bob", &Password::from("secret"));
    let (alice, bob) = (world.log_in("alice"), world.log_in("bob"));
    let (_, challenge) = world.post(ADD, &alice, &json!({"sid": "1", "client_secret": "s"}));
    let auth =
        |user: &str| json!({"auth": password_stage(user, "secret", challenge["session"].as_str())});
    let elsewhere = "/_matrix/client/r0/account/3pid/add";
    let incomplete = (400, "M_MISSING_PARAM".to_owned());
    assert_eq!(world.refused(elsewhere, &alice, &auth("alice")), incomplete);
    let changed = (403, "M_UNKNOWN".to_owned());
    assert_eq!(world.refused(ADD, &bob, &auth("bob")), changed);
}
