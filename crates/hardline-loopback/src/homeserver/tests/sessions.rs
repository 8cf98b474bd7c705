//! Tokens that expire, and what the server tells of itself.

use hardline::client_api::discovery::{
    Contact, ContactRole, GetWellknownPolicyResponse, GetWellknownSupportResponse,
};

use super::*;

const REFRESH: &str = "/_matrix/client/v3/refresh";

impl World {
    /// Logs in as a client that can refresh: the access token and the refresh token.
    fn log_in_for_a_while(&self) -> (String, String) {
        let body = password_login(&json!({"type": "m.id.user", "user": "alice"}), "secret");
        let (_, answer) = self.post(LOGIN, "", &with(body, "refresh_token", true));
        assert_eq!(answer["expires_in_ms"], 300_000);
        tokens(&answer)
    }
}

fn tokens(answer: &Value) -> (String, String) {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

#[test]
fn a_token_expires_and_is_refreshed() {
    let mut world = World::new();
    let (token, refresh_token) = world.log_in_for_a_while();
    world.now = world.now + Duration::from_secs(299);
    assert_eq!(world.get(WHOAMI, &token).0, 200);
    world.now = world.now + Duration::from_secs(1);
    let (status, answer) = world.get(WHOAMI, &token);
    assert_eq!(
        (status, &answer["errcode"], &answer["soft_logout"]),
        (401, &"M_UNKNOWN_TOKEN".into(), &true.into())
    );
    let body = json!({"refresh_token": refresh_token});
    let (status, answer) = world.post(REFRESH, "", &body);
    assert_eq!((status, &answer["expires_in_ms"]), (200, &300_000.into()));
    let (lost, _) = tokens(&answer);
    // Until the new token is used the old refresh token is good: the answer may have been lost.
    let (status, answer) = world.post(REFRESH, "", &body);
    assert_eq!(status, 200);
    assert_eq!(world.get(WHOAMI, &lost).0, 401);
    let (next, next_refresh) = tokens(&answer);
    assert_eq!(world.get(WHOAMI, &next).0, 200);
    let (status, answer) = world.post(REFRESH, "", &body);
    assert_eq!(
        (status, &answer["errcode"], &answer["soft_logout"]),
        (401, &"M_UNKNOWN_TOKEN".into(), &false.into())
    );
    let body = json!({"refresh_token": next_refresh});
    assert_eq!(world.post(REFRESH, "", &body).0, 200);
}

#[test]
fn how_long_a_token_is_good_can_be_set() {
    let mut world = World::new();
    world
        .homeserver
        .set_access_token_lifetime(Duration::from_secs(1));
    let auth = json!({"type": "m.login.dummy"});
    let body =
        json!({"username": "bob", "password": "secret", "refresh_token": true, "auth": auth});
    let (_, answer) = world.post(REGISTER, "", &body);
    assert_eq!(answer["expires_in_ms"], 1_000);
    let (token, _) = tokens(&answer);
    world.now = world.now + Duration::from_secs(1);
    assert_eq!(world.get(WHOAMI, &token).1["soft_logout"], true);
}

#[test]
fn logging_out_takes_the_refresh_token_along() {
    let world = World::new();
    let (token, refresh_token) = world.log_in_for_a_while();
    assert_eq!(world.post(LOGOUT, &token, &json!({})).0, 200);
    let body = json!({"refresh_token": refresh_token});
    assert_eq!(
        world.refused(REFRESH, "", &body),
        (401, "M_UNKNOWN_TOKEN".to_owned())
    );
}

#[test]
fn all_devices_are_logged_out_at_once() {
    let world = World::new();
    world
        .homeserver
        .add_account("bob", &Password::from("secret"))
        .unwrap();
    let (token, refresh_token) = world.log_in_for_a_while();
    let (other, bob) = (world.log_in("alice"), world.log_in("bob"));
    let path = "/_matrix/client/v3/logout/all";
    assert_eq!(world.post(path, &token, &json!({})), (200, json!({})));
    for token in [&token, &other] {
        assert_eq!(world.get(WHOAMI, token).0, 401);
    }
    let body = json!({"refresh_token": refresh_token});
    assert_eq!(world.post(REFRESH, "", &body).0, 401);
    assert_eq!(world.get(WHOAMI, &bob).0, 200);
}

#[test]
fn a_proof_of_who_one_is_is_good_for_an_hour() {
    let mut world = World::new();
    let token = world.log_in("alice");
    let path = |user: &str| format!("/_matrix/client/v3/user/{user}/openid/request_token");
    let alice = path("%40alice%3Aexample.org");
    let (status, answer) = world.post(&alice, &token, &json!({}));
    assert_eq!(
        (status, &answer["matrix_server_name"], &answer["expires_in"]),
        (200, &"example.org".into(), &3600.into())
    );
    assert_eq!(
        world.refused(&path("%40bob%3Aexample.org"), &token, &json!({})),
        (403, "M_FORBIDDEN".to_owned())
    );
    let proof = answer["access_token"].as_str().unwrap();
    let info = format!("/_matrix/federation/v1/openid/userinfo?access_token={proof}");
    assert_eq!(
        world.get(&info, ""),
        (200, json!({"sub": "@alice:example.org"}))
    );
    for (path, errcode) in [
        ("", "M_MISSING_TOKEN"),
        ("?access_token=made-up", "M_UNKNOWN_TOKEN"),
    ] {
        let path = format!("/_matrix/federation/v1/openid/userinfo{path}");
        let (status, answer) = world.get(&path, "");
        assert_eq!((status, &answer["errcode"]), (401, &errcode.into()));
    }
    // It is no token of the API.
    assert_eq!(world.get(WHOAMI, proof).0, 401);
    world.now = world.now + Duration::from_secs(3600);
    assert_eq!(world.get(&info, "").0, 401);
}

#[test]
fn the_server_tells_what_one_may_do_and_whom_to_write_to() {
    let world = World::new();
    let token = world.log_in("alice");
    let (status, answer) = world.get("/_matrix/client/v3/capabilities", &token);
    assert_eq!(status, 200);
    assert_eq!(
        answer["capabilities"]["m.change_password"],
        json!({"enabled": true})
    );
    let versions = &answer["capabilities"]["m.room_versions"];
    let available = versions["available"].as_object().unwrap();
    let expected = ["10", "11", "12", "6", "7", "8", "9"];
    assert!(available.keys().eq(expected.iter()), "{versions}");
    assert!(available.values().all(|stability| stability == "stable"));
    assert!(available.contains_key(versions["default"].as_str().unwrap()));
    for path in ["support", "policy_server"] {
        let (status, answer) = world.get(&format!("/.well-known/matrix/{path}"), "");
        assert_eq!((status, &answer["errcode"]), (404, &"M_NOT_FOUND".into()));
    }
    let mut support = GetWellknownSupportResponse::default();
    support.contacts.push(Contact::new(ContactRole::Admin));
    world.homeserver.set_support(support);
    assert_eq!(
        world.get("/.well-known/matrix/support", "").1,
        json!({"contacts": [{"role": "m.role.admin"}]})
    );
    let policy = GetWellknownPolicyResponse::new("key".to_owned());
    world.homeserver.set_policy(policy);
    assert_eq!(
        world.get("/.well-known/matrix/policy_server", "").1,
        json!({"public_keys": {"ed25519": "key"}})
    );
    let (status, answer) = world.get("/_matrix/client/v1/auth_metadata", "");
    assert_eq!(
        (status, &answer["errcode"]),
        (404, &"M_UNRECOGNIZED".into())
    );
}
