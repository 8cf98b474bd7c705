//! Backups of room keys.

use super::*;

const VERSION: &str = "/_matrix/client/v3/room_keys/version";
const KEYS: &str = "/_matrix/client/v3/room_keys/keys";
const SESSION: &str = "sess+ion/1=";
const ONE: &str = "!one:example.org/sess%2Bion%2F1%3D";

fn key(index: u64, is_verified: bool) -> Value {
    json!({
        "first_message_index": index, "forwarded_count": 0, "is_verified": is_verified,
        "session_data": {"ciphertext": index},
    })
}

impl World {
    fn back_up(&self, token: &str) -> String {
        let body = json!({"algorithm": "m.other", "auth_data": {"k": [1]}});
        let (status, answer) = self.post(VERSION, token, &body);
        assert_eq!(status, 200, "{answer}");
        answer["version"].as_str().unwrap().to_owned()
    }
}

fn update(etag: u64, count: u64) -> (u16, Value) {
    (200, json!({"etag": etag.to_string(), "count": count}))
}

fn refusal((status, answer): (u16, Value)) -> (u16, String) {
    let errcode = answer["errcode"].as_str().unwrap_or_default();
    (status, errcode.to_owned())
}

#[test]
fn keys_are_stored_counted_and_deleted() {
    let world = World::new();
    let alice = world.log_in("alice");
    let version = world.back_up(&alice);
    let at = |path: &str| format!("{KEYS}{path}?version={version}");
    let one = at(&format!("/{ONE}"));
    assert_eq!(world.put(&one, &alice, &key(4, false)), update(1, 1));
    // A worse one changes nothing, a better one does.
    assert_eq!(world.put(&one, &alice, &key(5, false)), update(1, 1));
    assert_eq!(world.put(&one, &alice, &key(6, true)), update(2, 1));
    assert_eq!(world.put(&one, &alice, &key(0, false)), update(2, 1));
    assert_eq!(world.get(&one, &alice), (200, key(6, true)));
    let room = at("/!two:example.org");
    let sessions = json!({"sessions": {SESSION: key(1, true), "b": key(2, true)}});
    assert_eq!(world.put(&room, &alice, &sessions), update(3, 3));
    let rooms = json!({"rooms": {"!one:example.org": {"sessions": {"c": key(3, true)}}}});
    assert_eq!(world.put(&at(""), &alice, &rooms), update(4, 4));
    assert_eq!(world.get(&room, &alice), (200, sessions.clone()));
    let all = json!({"rooms": {
        "!one:example.org": {"sessions": {SESSION: key(6, true), "c": key(3, true)}},
        "!two:example.org": sessions,
    }});
    assert_eq!(world.get(&at(""), &alice), (200, all));
    let (_, info) = world.get(VERSION, &alice);
    let expected = json!({
        "algorithm": "m.other", "auth_data": {"k": [1]}, "count": 4, "etag": "4", "version": version,
    });
    assert_eq!(info, expected);

    assert_eq!(world.delete(&one, &alice), update(5, 3));
    let gone = refusal(world.get(&one, &alice));
    assert_eq!(gone, (404, "M_NOT_FOUND".to_owned()));
    assert_eq!(world.delete(&room, &alice), update(6, 1));
    assert_eq!(world.get(&room, &alice), (200, json!({"sessions": {}})));
    assert_eq!(world.delete(&at(""), &alice), update(7, 0));
    assert_eq!(world.get(&at(""), &alice), (200, json!({"rooms": {}})));
}

#[test]
fn only_the_newest_backup_takes_keys() {
    let world = World::new();
    let alice = world.log_in("alice");
    let not_found = || (404, "M_NOT_FOUND".to_owned());
    assert_eq!(refusal(world.get(VERSION, &alice)), not_found());
    let (first, second) = (world.back_up(&alice), world.back_up(&alice));
    let put = |version: &str| {
        world.put(
            &format!("{KEYS}/{ONE}?version={version}"),
            &alice,
            &key(1, true),
        )
    };
    let (status, answer) = put(&first);
    assert_eq!(
        (status, &answer["errcode"]),
        (403, &json!("M_WRONG_ROOM_KEYS_VERSION"))
    );
    assert_eq!(answer["current_version"], second);
    for version in ["55", "abc", "+1", "01"] {
        assert_eq!(refusal(put(version)), not_found());
        let path = format!("{VERSION}/{version}");
        assert_eq!(refusal(world.get(&path, &alice)), not_found());
        assert_eq!(refusal(world.delete(&path, &alice)), not_found());
    }
    assert_eq!(put(&second), update(1, 1));

    let path = format!("{VERSION}/{second}");
    let change = |body: Value| world.put(&path, &alice, &body);
    let new = json!({"algorithm": "m.other", "auth_data": "any", "version": second});
    assert_eq!(change(new.clone()), (200, json!({})));
    assert_eq!(world.get(&path, &alice).1["auth_data"], "any");
    for (name, value) in [("algorithm", "m.third"), ("version", "7")] {
        let refused = refusal(change(with(new.clone(), name, value)));
        assert_eq!(refused, (400, "M_INVALID_PARAM".to_owned()), "{name}");
    }
    // The other one is the newest then; a number is not given twice.
    for _ in 0..2 {
        assert_eq!(world.delete(&path, &alice), (200, json!({})));
    }
    assert_eq!(world.get(VERSION, &alice).1["version"], first);
    assert_eq!(put(&first), update(1, 1));
    assert_eq!(world.back_up(&alice), "3");
}

#[test]
fn keys_that_are_none_are_refused() {
    let world = World::new();
    let alice = world.log_in("alice");
    let version = world.back_up(&alice);
    let put = |path: &str, body: &Value| {
        let path = format!("{KEYS}{path}?version={version}");
        world.put(&path, &alice, body).0
    };
    let bad = with(key(1, true), "is_verified", "yes");
    let one = format!("/{ONE}");
    for body in [&without(key(1, true), "session_data"), &bad] {
        assert_eq!(put(&one, body), 400, "{body}");
        let sessions = json!({"sessions": {"a": body}});
        assert_eq!(put("/!one:example.org", &sessions), 400, "{body}");
        assert_eq!(
            put("", &json!({"rooms": {"!one:example.org": sessions}})),
            400,
            "{body}"
        );
    }
    let path = format!("{KEYS}?version={version}");
    assert_eq!(world.get(&path, &alice), (200, json!({"rooms": {}})));
}
