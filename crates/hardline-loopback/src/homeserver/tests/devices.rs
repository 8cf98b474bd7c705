//! The devices of an account: what they are called, and how they are logged out.

use super::*;

const DEVICES: &str = "/_matrix/client/v3/devices";
const DELETE_MANY: &str = "/_matrix/client/v3/delete_devices";

impl World {
    fn log_in_on(&self, device_id: &str, name: &str) -> String {
        let body = password_login(&json!({"type": "m.id.user", "user": "alice"}), "secret");
        let body = with(body, "device_id", device_id);
        let body = with(body, "initial_device_display_name", name);
        let (_, answer) = self.post(LOGIN, "", &body);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// The IDs and names of the devices, sorted.
    fn devices(&self, token: &str) -> Vec<(String, Value)> {
        let (status, answer) = self.get(DEVICES, token);
        assert_eq!(status, 200, "{answer}");
        let devices = answer["devices"].as_array().unwrap().iter();
        let mut devices: Vec<_> = devices
            .map(|device| {
                let id = device["device_id"].as_str().unwrap().to_owned();
                (id, device["display_name"].clone())
            })
            .collect();
        devices.sort_by(|(one, _), (other, _)| one.cmp(other));
        devices
    }
}

fn named(id: &str, name: &str) -> (String, Value) {
    (id.to_owned(), name.into())
}

#[test]
fn a_device_has_the_name_that_it_was_given() {
    let world = World::new();
    let token = world.log_in_on("PHONE", "a phone");
    world.log_in_on("DESK", "a desktop");
    let both = [named("DESK", "a desktop"), named("PHONE", "a phone")];
    assert_eq!(world.devices(&token), both);
    // One that logs in again keeps its name.
    let token = world.log_in_on("PHONE", "another");
    assert_eq!(world.devices(&token), both);

    let path = format!("{DEVICES}/PHONE");
    assert_eq!(world.put(&path, &token, &json!({})), (200, json!({})));
    let name = "\u{1F4F1}".repeat(100);
    let update = json!({"display_name": name});
    assert_eq!(world.put(&path, &token, &update), (200, json!({})));
    let too_long = json!({"display_name": format!("{name}!")});
    let (status, refused) = world.put(&path, &token, &too_long);
    assert_eq!((status, &refused["errcode"]), (400, &"M_TOO_LARGE".into()));
    assert_eq!(
        world.get(&path, &token),
        (
            200,
            json!({"device_id": "PHONE", "display_name": name, "last_seen_ts": START})
        )
    );
}

#[test]
fn a_device_that_is_another_users_is_not_found() {
    let world = World::new();
    let token = world.log_in_on("PHONE", "a phone");
    world
        .homeserver
        .add_account("bob", &Password::from("secret"))
        .unwrap();
    let bob = world.log_in("bob");
    let path = format!("{DEVICES}/PHONE");
    let not_found = |(status, body): (u16, Value)| {
        assert_eq!((status, &body["errcode"]), (404, &"M_NOT_FOUND".into()));
    };
    not_found(world.get(&path, &bob));
    not_found(world.put(&path, &bob, &json!({"display_name": "mine"})));
    // To delete it succeeds, and does nothing.
    let auth = password_stage("bob", "secret", None);
    let body = json!({"devices": ["PHONE"], "auth": auth});
    assert_eq!(world.post(DELETE_MANY, &bob, &body), (200, json!({})));
    assert_eq!(world.get(WHOAMI, &token).0, 200);
    assert_eq!(world.get(DEVICES, "").1["errcode"], "M_MISSING_TOKEN");
}

#[test]
fn who_deletes_a_device_has_to_know_the_password() {
    let world = World::new();
    let (token, other) = (world.log_in_on("A", "a"), world.log_in_on("B", "b"));
    let path = format!("{DEVICES}/B");
    let delete = |body: &str| {
        let request = with_token(Request::delete(&path), &token);
        parts(world.send(request, body.to_owned()))
    };
    // Clients send no body first.
    let (status, challenge) = delete("");
    assert_eq!(status, 401);
    assert_eq!(
        challenge["flows"],
        json!([{"stages": ["m.login.password"]}])
    );
    assert_eq!(world.get(WHOAMI, &other).0, 200);
    let session = challenge["session"].as_str();
    let wrong = json!({"auth": password_stage("alice", "wrong", session)});
    let (status, refused) = delete(&wrong.to_string());
    assert_eq!((status, &refused["errcode"]), (401, &"M_FORBIDDEN".into()));
    let right = json!({"auth": password_stage("alice", "secret", session)});
    assert_eq!(delete(&right.to_string()), (200, json!({})));
    assert_eq!(world.get(WHOAMI, &other).0, 401);
    assert_eq!(world.devices(&token), [named("A", "a")]);
}

#[test]
fn several_devices_are_deleted_at_once_their_own_too() {
    let world = World::new();
    let tokens = ["A", "B", "C"].map(|id| world.log_in_on(id, id));
    let body = json!({"devices": ["A", "C", "NONE"]});
    let (status, challenge) = world.post(DELETE_MANY, &tokens[0], &body);
    assert_eq!(status, 401);
    let auth = password_stage("alice", "secret", challenge["session"].as_str());
    let authenticated = with(body, "auth", auth);
    assert_eq!(
        world.post(DELETE_MANY, &tokens[0], &authenticated),
        (200, json!({}))
    );
    let statuses = tokens.each_ref().map(|token| world.get(WHOAMI, token).0);
    assert_eq!(statuses, [401, 200, 401]);
}
