//! What devices send each other, past all rooms.

use super::*;

const BOB: &str = "@bob:example.org";

impl World {
    fn send_to(&self, token: &str, txn_id: &str, messages: &Value) -> (u16, Value) {
        let path = format!("/_matrix/client/v3/sendToDevice/m.dummy/{txn_id}");
        self.put(&path, token, &json!({"messages": messages}))
    }

    /// What comes in a sync, and the next token.
    fn heard(&self, token: &str, since: &str) -> (Vec<Value>, String) {
        let news = self.sync(token, &format!("since={since}"));
        let events = news["to_device"]["events"].as_array();
        let events = events.cloned().unwrap_or_default();
        (events, news["next_batch"].as_str().unwrap().to_owned())
    }
}

#[test]
fn a_message_comes_to_each_device_until_the_next_token_is_used() {
    let world = World::new();
    let (alice, bob) = world.two();
    let other = world.log_in("bob");
    let since = world.sync(&bob, "")["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = json!({BOB: {"*": {"n": 1}}, "@nobody:example.org": {"*": {}}});
    // A repeated request sends nothing twice.
    for _ in 0..2 {
        assert_eq!(world.send_to(&alice, "1", &message), (200, json!({})));
    }
    let expected = json!({"type": "m.dummy", "sender": "@alice:example.org", "content": {"n": 1}});
    for token in [&bob, &other] {
        for _ in 0..2 {
            assert_eq!(
                world.heard(token, &since).0,
                std::slice::from_ref(&expected)
            );
        }
    }
    let (_, next) = world.heard(&bob, &since);
    assert!(world.heard(&bob, &next).0.is_empty());
    assert!(world.heard(&bob, &since).0.is_empty());
}

#[test]
fn many_messages_come_in_pages_each_with_a_token_of_its_own() {
    let world = World::new();
    let (alice, bob) = world.two();
    let mut since = world.sync(&bob, "")["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    for number in 0..250 {
        world.send_to(
            &alice,
            &number.to_string(),
            &json!({BOB: {"*": {"n": number}}}),
        );
    }
    let mut heard = Vec::new();
    let mut tokens = vec![since.clone()];
    for expected in [100, 100, 50, 0] {
        let (page, next) = world.heard(&bob, &since);
        // A lost response comes again.
        let (again, next_again) = world.heard(&bob, &since);
        assert_eq!((page.len(), &page), (expected, &again));
        heard.extend(page.into_iter().map(|event| event["content"]["n"].clone()));
        assert!(expected == 0 || !tokens.contains(&next_again), "{next}");
        since = next_again;
        tokens.push(since.clone());
    }
    assert_eq!(heard, (0..250).map(Value::from).collect::<Vec<_>>());
}

#[test]
fn messages_that_are_none_are_refused_and_sent_to_nobody() {
    let world = World::new();
    let (alice, bob) = world.two();
    let since = world.sync(&bob, "")["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, answer) = world.send_to(&alice, "1", &json!({BOB: {"*": {}, "X": "x"}}));
    assert_eq!((status, &answer["errcode"]), (400, &json!("M_BAD_JSON")));
    let large = json!({BOB: {"*": {"x": "x".repeat(65_536)}}});
    let (status, answer) = world.send_to(&alice, "2", &large);
    assert_eq!((status, &answer["errcode"]), (413, &json!("M_TOO_LARGE")));
    assert!(world.heard(&bob, &since).0.is_empty());
}

#[test]
fn a_dehydrated_device_gets_what_is_sent_while_nobody_is_there() {
    const DEVICE: &str = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
    let world = World::new();
    let (alice, bob) = world.two();
    let none = world.get(DEVICE, &bob);
    assert_eq!((none.0, &none.1["errcode"]), (404, &json!("M_NOT_FOUND")));
    let keys = json!({
        "user_id": BOB, "device_id": "DRY", "algorithms": [], "keys": {}, "signatures": {},
        "dehydrated": true,
    });
    let body = json!({
        "device_id": "DRY", "device_data": {"algorithm": "x", "n": 1}, "device_keys": keys,
        "initial_device_display_name": "Dry",
        "fallback_keys": {"signed_curve25519:F": {"key": "k", "signatures": {}}},
    });
    let put = |body: &Value| world.put(DEVICE, &bob, body);
    assert_eq!(put(&body), (200, json!({"device_id": "DRY"})));
    let (_, stored) = world.get(DEVICE, &bob);
    assert_eq!(
        stored,
        json!({"device_id": "DRY", "device_data": {"algorithm": "x", "n": 1}})
    );
    let query = json!({"device_keys": {BOB: []}});
    let (_, found) = world.post("/_matrix/client/v3/keys/query", &alice, &query);
    let found = &found["device_keys"][BOB]["DRY"];
    assert_eq!(found["dehydrated"], true);
    assert_eq!(found["unsigned"]["device_display_name"], "Dry");

    for number in 0..101 {
        world.send_to(
            &alice,
            &number.to_string(),
            &json!({BOB: {"DRY": {"n": number}}}),
        );
    }
    let (_, page) = world.get(&format!("{DEVICE}/DRY/events"), &bob);
    assert_eq!(page["events"].as_array().unwrap().len(), 100);
    let from = page["next_batch"].as_str().unwrap();
    let (_, page) = world.get(&format!("{DEVICE}/DRY/events?from={from}"), &bob);
    assert_eq!(page["events"][0]["content"]["n"], 100);
    assert_eq!(page.get("next_batch"), None);
    let path = format!("{DEVICE}/DRY/events");
    let (_, older) = world.post(&path, &bob, &json!({"next_batch": from}));
    assert_eq!(older["events"], page["events"]);
    assert!(older["next_batch"].is_string());
    let other = world.get(&format!("{DEVICE}/OTHER/events"), &bob);
    assert_eq!((other.0, &other.1["errcode"]), (403, &json!("M_FORBIDDEN")));

    let (status, answer) = put(&without(body.clone(), "device_keys"));
    assert_eq!(
        (status, &answer["errcode"]),
        (400, &json!("M_MISSING_PARAM"))
    );
    // Another device of the same name has nothing of it.
    assert_eq!(put(&body).0, 200);
    let (_, page) = world.get(&path, &bob);
    assert_eq!(page["events"], json!([]));
    let delete = || world.delete(DEVICE, &bob);
    assert_eq!(delete(), (200, json!({"device_id": "DRY"})));
    assert_eq!(delete().0, 404);
}
