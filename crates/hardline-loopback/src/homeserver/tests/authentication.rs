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
