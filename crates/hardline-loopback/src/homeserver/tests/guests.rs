//! Accounts without a password.

use super::*;

const AS_GUEST: &str = "/_matrix/client/v3/register?kind=guest";

impl World {
    /// A new guest's answer.
    fn guest(&self) -> Value {
        let asked = json!({"initial_device_display_name": "Visitor", "username": "ignored", "password": "ignored"});
        let (status, answer) = self.post(AS_GUEST, "", &asked);
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

#[test]
fn a_guest_is_let_in_at_once_and_known_as_one() {
    let world = World::new();
    let guest = world.guest();
    let token = guest["access_token"].as_str().unwrap();
    let expected = json!({
        "user_id": guest["user_id"], "device_id": guest["device_id"], "is_guest": true,
    });
    assert_eq!(world.get(WHOAMI, token), (200, expected));
    let (_, devices) = world.get("/_matrix/client/v3/devices", token);
    assert_eq!(devices["devices"][0]["display_name"], "Visitor");
    let alice = world.log_in("alice");
    assert_eq!(world.get(WHOAMI, &alice).1["is_guest"], false);
    // Nobody knows a password of theirs.
    let identifier = json!({"type": "m.id.user", "user": guest["user_id"]});
    for password in ["", "ignored"] {
        let login = password_login(&identifier, password);
        assert_eq!(world.post(LOGIN, "", &login).0, 403);
    }
    assert_ne!(world.guest()["user_id"], guest["user_id"]);
}

#[test]
fn guests_may_do_what_the_specification_lists_alone() {
    let world = World::new();
    let guest = world.guest();
    let token = guest["access_token"].as_str().unwrap();
    let forbidden = (403, "M_GUEST_ACCESS_FORBIDDEN".to_owned());
    let user_id = guest["user_id"].as_str().unwrap();
    let openid = format!("/_matrix/client/v3/user/{user_id}/openid/request_token");
    for path in [
        "/_matrix/client/v3/createRoom",
        "/_matrix/client/v3/account/password",
        "/_matrix/client/v3/account/deactivate",
        "/_matrix/client/v3/account/3pid/add",
        "/_matrix/client/v3/delete_devices",
        "/_matrix/client/v1/login/get_token",
        &openid,
    ] {
        let body = json!({"devices": [], "sid": "1", "client_secret": "s", "new_password": "x"});
        assert_eq!(world.refused(path, token, &body), forbidden, "{path}");
    }
    for path in [
        "/_matrix/client/versions",
        "/_matrix/client/v3/capabilities",
        "/_matrix/client/v3/sync",
    ] {
        assert_eq!(world.get(path, token).0, 200, "{path}");
    }
}

#[test]
fn guests_can_be_kept_out() {
    let world = World::new();
    world.homeserver.set_guest_access(false);
    let forbidden = (403, "M_GUEST_ACCESS_FORBIDDEN".to_owned());
    assert_eq!(world.refused(AS_GUEST, "", &json!({})), forbidden);
}
