//! Changing and resetting passwords, and giving an account up.

use super::*;

const PASSWORD: &str = "/_matrix/client/v3/account/password";
const DEACTIVATE: &str = "/_matrix/client/v3/account/deactivate";
const RESET_BY_EMAIL: &str = "/_matrix/client/v3/account/password/email/requestToken";
const RESET_BY_MSISDN: &str = "/_matrix/client/v3/account/password/msisdn/requestToken";

fn login_with(password: &str) -> Value {
    password_login(&json!({"type": "m.id.user", "user": "alice"}), password)
}

#[test]
fn a_new_password_logs_the_other_devices_out() {
    let world = World::new();
    let (token, other) = (world.log_in("alice"), world.log_in("alice"));
    let body = json!({"new_password": "new"});
    let (status, challenge) = world.post(PASSWORD, &token, &body);
    assert_eq!(status, 401);
    let session = challenge["session"].as_str();
    let body = with(body, "auth", password_stage("alice", "secret", session));
    assert_eq!(world.post(PASSWORD, &token, &body), (200, json!({})));
    assert_eq!(world.get(WHOAMI, &token).0, 200);
    assert_eq!(world.get(WHOAMI, &other).0, 401);
    assert_eq!(world.post(LOGIN, "", &login_with("secret")).0, 403);
    assert_eq!(world.post(LOGIN, "", &login_with("new")).0, 200);
}

#[test]
fn the_other_devices_may_stay() {
    let world = World::new();
    let (token, other) = (world.log_in("alice"), world.log_in("alice"));
    let auth = password_stage("alice", "secret", None);
    let body = json!({"new_password": "new", "logout_devices": false, "auth": auth});
    assert_eq!(world.post(PASSWORD, &token, &body).0, 200);
    assert_eq!(world.get(WHOAMI, &other).0, 200);
}

#[test]
fn a_forgotten_password_is_reset_by_link_or_by_code() {
    let world = World::new();
    let token = world.log_in("alice");
    let unknown = json!({"client_secret": "s", "email": "alice@example.org", "send_attempt": 1});
    assert_eq!(
        world.refused(RESET_BY_EMAIL, "", &unknown),
        (400, "M_THREEPID_NOT_FOUND".to_owned())
    );
    assert_eq!(
        world.refused(RESET_BY_MSISDN, "", &token_request(1)),
        (400, "M_THREEPID_NOT_FOUND".to_owned())
    );
    let email = world.request_link(email::REQUEST_TO_ADD, "alice@example.org");
    world.follow_link("alice@example.org");
    assert_eq!(world.add(&token, &email, "alice").0, 200);
    let number = world.validated();
    assert_eq!(world.add(&token, &number, "alice").0, 200);

    let body = json!({"client_secret": "t", "email": "alice@example.org", "send_attempt": 1});
    let (_, answer) = world.post(RESET_BY_EMAIL, "", &body);
    let creds = json!({"sid": answer["sid"], "client_secret": "t"});
    let body = json!({"new_password": "one"});
    let (status, challenge) = world.post(PASSWORD, "", &body);
    assert_eq!(status, 401);
    let stage = json!({
        "type": "m.login.email.identity", "session": challenge["session"], "threepid_creds": creds,
    });
    let body = with(body, "auth", stage);
    assert_eq!(
        world.refused(PASSWORD, "", &body),
        (401, "M_UNAUTHORIZED".to_owned())
    );
    world.follow_link("alice@example.org");
    assert_eq!(world.post(PASSWORD, "", &body), (200, json!({})));
    assert_eq!(world.post(LOGIN, "", &login_with("one")).0, 200);
    assert_eq!(world.get(WHOAMI, &token).0, 401);

    let asked = with(token_request(1), "client_secret", "t");
    let (_, answer) = world.post(RESET_BY_MSISDN, "", &asked);
    let creds = json!({"sid": answer["sid"], "client_secret": "t"});
    let submission = with(creds.clone(), "token", world.code());
    assert_eq!(world.post(SUBMIT, "", &submission).0, 200);
    let stage = json!({"type": "m.login.msisdn", "threepid_creds": creds});
    let body = json!({"new_password": "two", "auth": stage});
    assert_eq!(world.post(PASSWORD, "", &body), (200, json!({})));
    assert_eq!(world.post(LOGIN, "", &login_with("two")).0, 200);
}

#[test]
fn a_dead_token_is_not_taken_for_none() {
    let world = World::new();
    let body = json!({"new_password": "new"});
    for path in [PASSWORD, DEACTIVATE] {
        assert_eq!(
            world.refused(path, "nonsense", &body),
            (401, "M_UNKNOWN_TOKEN".to_owned())
        );
    }
    assert_eq!(
        world.refused(DEACTIVATE, "", &json!({})),
        (401, "M_MISSING_TOKEN".to_owned())
    );
    let empty = json!({"new_password": ""});
    assert_eq!(
        world.refused(PASSWORD, "", &empty),
        (400, "M_WEAK_PASSWORD".to_owned())
    );
}

#[test]
fn nobody_gets_into_an_account_that_was_given_up() {
    let world = World::new();
    let (token, other) = (world.log_in("alice"), world.log_in("alice"));
    let sid = world.validated();
    assert_eq!(world.add(&token, &sid, "alice").0, 200);
    let body = json!({"auth": password_stage("alice", "secret", None), "erase": true});
    assert_eq!(
        world.post(DEACTIVATE, &token, &body),
        (200, json!({"id_server_unbind_result": "success"}))
    );
    for token in [&token, &other] {
        assert_eq!(world.get(WHOAMI, token).1["errcode"], "M_UNKNOWN_TOKEN");
    }
    assert_eq!(
        world.refused(LOGIN, "", &login_with("secret")),
        (403, "M_USER_DEACTIVATED".to_owned())
    );
    // The name stays taken, the number is free.
    let (_, answer) = world.get("/_matrix/client/v3/register/available?username=alice", "");
    assert_eq!(answer["errcode"], "M_USER_IN_USE");
    let asked = with(token_request(1), "client_secret", "t");
    assert_eq!(world.post(REQUEST_TOKEN, "", &asked).0, 200);
}
