//! Registering by the stages that a test asks for.

use hardline::types::RegistrationToken;

use super::*;

const BY_EMAIL: &str = "/_matrix/client/v3/register/email/requestToken";
const BY_MSISDN: &str = "/_matrix/client/v3/register/msisdn/requestToken";

fn stage(kind: &str, session: &Value) -> Value {
    json!({"type": kind, "session": session})
}

#[test]
fn every_stage_of_a_flow_is_to_be_completed() {
    let world = World::new();
    world.homeserver.require_to_register(vec![vec![
        AuthType::RegistrationToken,
        AuthType::Terms,
        AuthType::EmailIdentity,
    ]]);
    let token = RegistrationToken::from("fBVFdqVE");
    world.homeserver.add_registration_token(&token, 1);
    let body = json!({"username": "bob", "password": "secret"});
    let (_, challenge) = world.post(REGISTER, "", &body);
    let session = &challenge["session"];
    let policy = &challenge["params"]["m.login.terms"]["policies"]["terms"]["en"]["url"];
    let (status, _, page) = world.browse("GET", policy.as_str().unwrap(), "");
    assert_eq!(status, 200, "{page}");

    let submit = |auth: Value| world.post(REGISTER, "", &with(body.clone(), "auth", auth));
    let token = "m.login.registration_token";
    let (status, answer) = submit(with(stage(token, session), "token", "wrong"));
    assert_eq!(
        (status, &answer["errcode"]),
        (401, &"M_UNAUTHORIZED".into())
    );
    let (_, answer) = submit(with(stage(token, session), "token", "fBVFdqVE"));
    assert_eq!(answer["completed"], json!([token]));
    let (_, answer) = submit(stage("m.login.terms", session));
    assert_eq!(answer["completed"], json!([token, "m.login.terms"]));
    let sid = world.request_link(BY_EMAIL, "bob@example.org");
    let creds = json!({"sid": sid, "client_secret": "s"});
    let email = with(
        stage("m.login.email.identity", session),
        "threepid_creds",
        creds,
    );
    assert_eq!(submit(email.clone()).1["errcode"], "M_UNAUTHORIZED");
    world.follow_link("bob@example.org");
    let (status, answer) = submit(email);
    assert_eq!(status, 200, "{answer}");
    let access_token = answer["access_token"].as_str().unwrap();
    let (_, answer) = world.get(THREEPIDS, access_token);
    assert_eq!(answer["threepids"][0]["address"], "bob@example.org");
}

#[test]
fn one_registers_with_a_phone_number() {
    let world = World::new();
    world.homeserver.require_to_register(vec![
        vec![AuthType::Dummy, AuthType::Terms],
        vec![AuthType::Msisdn],
    ]);
    let (_, answer) = world.post(BY_MSISDN, "", &token_request(1));
    let sid = answer["sid"].as_str().unwrap();
    assert_eq!(
        world.post(SUBMIT, "", &submission(sid, &world.code())).0,
        200
    );
    let auth = json!({
        "type": "m.login.msisdn", "threepid_creds": {"sid": sid, "client_secret": "s"},
    });
    let body = json!({"username": "bob", "password": "secret", "auth": auth});
    assert_eq!(world.post(REGISTER, "", &body).0, 200);
    // The same session proves nothing for a second account.
    let body = with(body, "username", "carl");
    assert_eq!(
        world.refused(REGISTER, "", &body),
        (400, "M_THREEPID_IN_USE".to_owned())
    );
    let (_, answer) = world.get("/_matrix/client/v3/register/available?username=carl", "");
    assert_eq!(answer, json!({"available": true}));
}

#[test]
fn a_captcha_is_solved_on_its_page() {
    let world = World::new();
    world
        .homeserver
        .require_to_register(vec![vec![AuthType::Recaptcha]]);
    let body = json!({"username": "bob", "password": "secret"});
    let (_, challenge) = world.post(REGISTER, "", &body);
    assert_eq!(
        challenge["params"]["m.login.recaptcha"],
        json!({"public_key": "loopback"})
    );
    let session = challenge["session"].as_str().unwrap();
    let page = "/_matrix/client/v3/auth/m.login.recaptcha/fallback/web";
    let (status, _, html) = world.browse("GET", &format!("{page}?session={session}"), "");
    assert_eq!(status, 200);
    assert!(html.contains(session));
    let only_session = with(body, "auth", json!({"session": session}));
    assert_eq!(world.post(REGISTER, "", &only_session).0, 401);
    assert_eq!(world.browse("POST", page, "session=other").0, 404);
    assert_eq!(
        world.browse("POST", page, &format!("session={session}")).0,
        200
    );
    assert_eq!(world.post(REGISTER, "", &only_session).0, 200);
}

#[test]
fn a_page_completes_no_stage_that_needs_a_proof() {
    let world = World::new();
    let token = world.log_in("alice");
    let body = json!({"sid": "1", "client_secret": "s"});
    let (_, challenge) = world.post(ADD, &token, &body);
    let form = format!("session={}", challenge["session"].as_str().unwrap());
    let page = "/_matrix/client/v3/auth/m.login.password/fallback/web";
    assert_eq!(world.browse("POST", page, &form).0, 404);
    assert_eq!(world.browse("GET", &format!("{page}?{form}"), "").0, 404);
}

#[test]
fn a_registration_token_is_good_for_so_many_accounts() {
    let world = World::new();
    world
        .homeserver
        .require_to_register(vec![vec![AuthType::RegistrationToken]]);
    let valid = |token: &str| {
        let path = "/_matrix/client/v1/register/m.login.registration_token/validity";
        world.get(&format!("{path}?token={token}"), "")
    };
    assert_eq!(valid("once"), (200, json!({"valid": false})));
    let once = RegistrationToken::from("once");
    world.homeserver.add_registration_token(&once, 1);
    assert_eq!(valid("once"), (200, json!({"valid": true})));
    let auth = json!({"type": "m.login.registration_token", "token": "once"});
    let body = json!({"username": "bob", "password": "secret", "auth": auth});
    assert_eq!(world.post(REGISTER, "", &body).0, 200);
    assert_eq!(valid("once"), (200, json!({"valid": false})));
    let body = with(body, "username", "carl");
    assert_eq!(
        world.refused(REGISTER, "", &body),
        (401, "M_UNAUTHORIZED".to_owned())
    );
}

#[test]
fn a_name_can_be_asked_for() {
    let world = World::new();
    let path = "/_matrix/client/v3/register/available?username=";
    assert_eq!(
        world.get(&format!("{path}bob"), ""),
        (200, json!({"available": true}))
    );
    for (name, errcode) in [
        ("alice", "M_USER_IN_USE"),
        ("BAD%20NAME", "M_INVALID_USERNAME"),
    ] {
        let (status, answer) = world.get(&format!("{path}{name}"), "");
        assert_eq!((status, &answer["errcode"]), (400, &errcode.into()));
    }
}

#[test]
fn an_account_is_registered_after_a_stage() {
    let world = World::new();
    let (status, challenge) = world.post(REGISTER, "", &json!({}));
    let session = challenge["session"].as_str().unwrap();
    assert_eq!(
        (status, &challenge["flows"]),
        (401, &json!([{"stages": ["m.login.dummy"]}]))
    );
    let auth = json!({"type": "m.login.dummy", "session": session});
    let body = json!({"username": "bob", "password": "secret", "device_id": "PHONE", "auth": auth});
    let (status, answer) = world.post(REGISTER, "", &body);
    assert_eq!(
        (status, &answer["user_id"]),
        (200, &"@bob:example.org".into())
    );
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(world.get(WHOAMI, token).1["device_id"], "PHONE");
    world.log_in("bob");
    // The session was bound by the first request that asked for something.
    let other = with(body, "username", "carl");
    assert_eq!(
        world.refused(REGISTER, "", &other),
        (403, "M_UNKNOWN".to_owned())
    );
}

#[test]
fn a_registration_may_come_without_a_name_or_a_login() {
    let world = World::new();
    let auth = json!({"type": "m.login.dummy"});
    let (status, answer) = world.post(REGISTER, "", &json!({"password": "secret", "auth": auth}));
    assert_eq!(status, 200);
    world.log_in(answer["user_id"].as_str().unwrap());
    let body =
        json!({"username": "bob", "password": "secret", "inhibit_login": true, "auth": auth});
    assert_eq!(
        world.post(&format!("{REGISTER}?kind=user"), "", &body),
        (200, json!({"user_id": "@bob:example.org"}))
    );
}

#[test]
fn a_bad_registration_is_refused() {
    let world = World::new();
    let auth = json!({"type": "m.login.dummy"});
    for (username, errcode) in [
        ("alice", "M_USER_IN_USE"),
        ("BAD NAME", "M_INVALID_USERNAME"),
        ("Alice", "M_USER_IN_USE"),
        ("", "M_INVALID_USERNAME"),
        ("@bob:example.org", "M_INVALID_USERNAME"),
        (&"b".repeat(250), "M_INVALID_USERNAME"),
    ] {
        // With and without the stage.
        for body in [
            json!({"username": username, "password": "secret"}),
            json!({"username": username, "password": "secret", "auth": auth}),
        ] {
            assert_eq!(
                world.refused(REGISTER, "", &body),
                (400, errcode.to_owned()),
                "{body}"
            );
        }
    }
    assert_eq!(
        world.refused(REGISTER, "", &json!({"username": "bob", "auth": auth})),
        (400, "M_MISSING_PARAM".to_owned())
    );
    let path = format!("{REGISTER}?kind=x");
    assert_eq!(
        world.refused(&path, "", &json!({})),
        (400, "M_INVALID_PARAM".to_owned())
    );
}

#[test]
fn capitals_in_a_name_are_small_letters() {
    let world = World::new();
    let auth = json!({"type": "m.login.dummy"});
    let body = json!({"username": "user-UPPER", "password": "secret", "auth": auth});
    let (status, answer) = world.post(REGISTER, "", &body);
    assert_eq!(
        (status, &answer["user_id"]),
        (200, &"@user-upper:example.org".into())
    );
    for user in ["user-UPPER", "USER-upper", "@User-Upper:example.org"] {
        world.log_in(user);
    }
    // The server's name is another thing.
    let identifier = json!({"type": "m.id.user", "user": "@user-upper:other.example"});
    assert_eq!(
        world
            .post(LOGIN, "", &password_login(&identifier, "secret"))
            .0,
        403
    );
    let available = "/_matrix/client/v3/register/available?username=User-Upper";
    assert_eq!(world.get(available, "").1["errcode"], "M_USER_IN_USE");
}
