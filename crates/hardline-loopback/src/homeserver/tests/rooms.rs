//! Rooms as their members see them: made, entered, left, talked in, and heard of by syncs.

use super::*;

const CREATE: &str = "/_matrix/client/v3/createRoom";
const SYNC: &str = "/_matrix/client/v3/sync";

impl World {
    pub(super) fn two(&self) -> (String, String) {
        self.homeserver
            .add_account("bob", &Password::from("secret"))
            .unwrap();
        (self.log_in("alice"), self.log_in("bob"))
    }

    pub(super) fn create(&self, token: &str, body: &Value) -> String {
        let (status, answer) = self.post(CREATE, token, body);
        assert_eq!(status, 200, "{answer}");
        answer["room_id"].as_str().unwrap().to_owned()
    }

    pub(super) fn say(&self, token: &str, room_id: &str, txn_id: &str, body: &str) -> String {
        let path = in_room(room_id, &format!("send/m.room.message/{txn_id}"));
        let (status, answer) = self.put(&path, token, &text(body));
        assert_eq!(status, 200, "{answer}");
        answer["event_id"].as_str().unwrap().to_owned()
    }

    pub(super) fn sync(&self, token: &str, query: &str) -> Value {
        let (status, answer) = self.get(&format!("{SYNC}?{query}"), token);
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

pub(super) fn in_room(room_id: &str, path: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room_id}/{path}")
}

pub(super) fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

/// What is said in a list of events.
pub(super) fn bodies(events: &Value) -> Vec<&str> {
    let events = events.as_array().unwrap().iter();
    events
        .filter_map(|event| event["content"]["body"].as_str())
        .collect()
}

#[test]
fn what_one_user_says_the_other_hears_once() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(
        &alice,
        &json!({"invite": ["@bob:example.org"], "name": "Den"}),
    );

    let first = world.sync(&bob, "");
    let invited = &first["rooms"]["invite"][&room_id]["invite_state"]["events"];
    let mut invited = invited.as_array().unwrap().iter();
    assert!(invited.any(|event| event["content"]["name"] == "Den"));
    let (status, _) = world.post(&in_room(&room_id, "join"), &bob, &json!({}));
    assert_eq!(status, 200);

    let since = first["next_batch"].as_str().unwrap();
    let second = world.sync(&bob, &format!("since={since}"));
    let room = &second["rooms"]["join"][&room_id];
    assert_eq!(room["summary"]["m.joined_member_count"], 2);
    assert_eq!(room["summary"]["m.heroes"], json!(["@alice:example.org"]));

    world.say(&alice, &room_id, "1", "hello");
    // A repeated request says nothing twice.
    let again = world.say(&alice, &room_id, "1", "hello");
    assert_eq!(again, world.say(&alice, &room_id, "1", "hello"));
    let since = second["next_batch"].as_str().unwrap();
    let third = world.sync(&bob, &format!("since={since}"));
    let room = &third["rooms"]["join"][&room_id];
    assert_eq!(bodies(&room["timeline"]["events"]), ["hello"]);
    assert_eq!(room["timeline"]["limited"], false);

    let since = third["next_batch"].as_str().unwrap();
    let fourth = world.sync(&bob, &format!("since={since}"));
    assert_eq!(fourth["rooms"]["join"].get(&room_id), None);
    // The sender's device knows its own message.
    let own = world.sync(&alice, "");
    let events = &own["rooms"]["join"][&room_id]["timeline"]["events"];
    let last = events.as_array().unwrap().last().unwrap();
    assert_eq!(last["unsigned"]["transaction_id"], "1");
}

#[test]
fn a_gap_in_a_timeline_is_paged_through() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(&alice, &json!({"preset": "public_chat"}));
    world.post(&in_room(&room_id, "join"), &bob, &json!({}));
    let first = world.sync(&bob, "");
    for number in 0..25 {
        world.say(&alice, &room_id, &number.to_string(), &number.to_string());
    }
    let since = first["next_batch"].as_str().unwrap();
    let second = world.sync(&bob, &format!("since={since}"));
    let timeline = &second["rooms"]["join"][&room_id]["timeline"];
    assert_eq!(timeline["limited"], true);
    let expected: Vec<String> = (15..25).map(|number| number.to_string()).collect();
    assert_eq!(bodies(&timeline["events"]), expected);

    let from = timeline["prev_batch"].as_str().unwrap();
    let path = in_room(
        &room_id,
        &format!("messages?dir=b&from={from}&to={since}&limit=10"),
    );
    let (_, page) = world.get(&path, &bob);
    let expected: Vec<String> = (5..15).rev().map(|number| number.to_string()).collect();
    assert_eq!(bodies(&page["chunk"]), expected);
    let from = page["end"].as_str().unwrap();
    let path = in_room(
        &room_id,
        &format!("messages?dir=b&from={from}&to={since}&limit=10"),
    );
    let (_, page) = world.get(&path, &bob);
    assert_eq!(bodies(&page["chunk"]), ["4", "3", "2", "1", "0"]);
    assert_eq!(page.get("end"), None);
}

#[test]
fn rules_of_rooms_hold() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(&alice, &json!({}));
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    assert_eq!(
        world.refused(&in_room(&room_id, "join"), &bob, &json!({})),
        forbidden
    );
    let (status, _) = world.get(&in_room(&room_id, "state"), &bob);
    assert_eq!(status, 403);
    let invite = json!({"user_id": "@bob:example.org"});
    assert_eq!(
        world.post(&in_room(&room_id, "invite"), &alice, &invite).0,
        200
    );
    assert_eq!(
        world.post(&in_room(&room_id, "join"), &bob, &json!({})).0,
        200
    );
    assert_eq!(
        world.refused(&in_room(&room_id, "invite"), &alice, &invite),
        forbidden
    );
    let name = in_room(&room_id, "state/m.room.name/");
    assert_eq!(world.put(&name, &bob, &json!({"name": "Bob's"})).0, 403);
    assert_eq!(world.put(&name, &alice, &json!({"name": "Alice's"})).0, 200);
    // With the slash and without.
    for path in ["state/m.room.name/", "state/m.room.name"] {
        let (_, named) = world.get(&in_room(&room_id, path), &bob);
        assert_eq!(named, json!({"name": "Alice's"}));
    }
    let kick = json!({"user_id": "@alice:example.org"});
    assert_eq!(
        world.refused(&in_room(&room_id, "kick"), &bob, &kick),
        forbidden
    );
    assert_eq!(
        world.post(&in_room(&room_id, "ban"), &alice, &invite).0,
        200
    );
    assert_eq!(
        world.refused(&in_room(&room_id, "join"), &bob, &json!({})),
        forbidden
    );
    let left = world.sync(
        &bob,
        "filter=%7B%22room%22:%7B%22include_leave%22:true%7D%7D",
    );
    assert!(left["rooms"]["leave"].get(&room_id).is_some(), "{left}");
}

#[test]
fn a_redacted_message_says_nothing_any_more() {
    let world = World::new();
    let (alice, bob) = world.two();
    for version in ["10", "12"] {
        let asked = json!({"room_version": version, "invite": ["@bob:example.org"]});
        let room_id = world.create(&alice, &asked);
        world.post(&in_room(&room_id, "join"), &bob, &json!({}));
        let event_id = world.say(&bob, &room_id, "1", "a slip");
        let redact = in_room(&room_id, &format!("redact/{event_id}/2"));
        let (status, answer) = world.put(&redact, &alice, &json!({"reason": "slip"}));
        assert_eq!(status, 200, "{answer}");
        let (_, event) = world.get(&in_room(&room_id, &format!("event/{event_id}")), &bob);
        assert_eq!(event["content"], json!({}));
        let because = &event["unsigned"]["redacted_because"];
        assert_eq!(because["content"]["reason"], "slip");
        assert_eq!(because["redacts"], *event_id);
    }
}
