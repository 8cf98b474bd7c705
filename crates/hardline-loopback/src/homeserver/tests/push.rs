//! What users are notified of: rules, counts, notifications, and what is sent to push gateways.

use super::rooms::{in_room, text};
use super::*;

const RULES: &str = "/_matrix/client/v3/pushrules/global";
const PUSHERS: &str = "/_matrix/client/v3/pushers";
const NOTIFICATIONS: &str = "/_matrix/client/v3/notifications";
/// The filter that asks for the counts of threads.
const THREADS: &str =
    "filter=%7B%22room%22:%7B%22timeline%22:%7B%22unread_thread_notifications%22:true%7D%7D%7D";

impl World {
    /// A room with alice, bob and carol.
    fn three(&self) -> (String, String, String) {
        let (alice, bob) = self.two();
        self.homeserver
            .add_account("carol", &Password::from("secret"))
            .unwrap();
        let carol = self.log_in("carol");
        let room_id = self.create(&alice, &json!({"preset": "public_chat"}));
        for token in [&bob, &carol] {
            self.post(&in_room(&room_id, "join"), token, &json!({}));
        }
        (alice, bob, room_id)
    }

    /// The counts of a room: notifications and highlights.
    fn unread(&self, token: &str, room_id: &str) -> (u64, u64) {
        let room = self.sync(token, "")["rooms"]["join"][room_id].clone();
        counts(&room["unread_notifications"])
    }

    fn send_content(&self, token: &str, room_id: &str, txn_id: &str, content: &Value) -> String {
        let path = in_room(room_id, &format!("send/m.room.message/{txn_id}"));
        let (status, sent) = self.put(&path, token, content);
        assert_eq!(status, 200, "{sent}");
        sent["event_id"].as_str().unwrap().to_owned()
    }

    fn set_pusher(&self, token: &str, pushkey: &str, data: &Value, append: bool) {
        let pusher = json!({
            "pushkey": pushkey, "kind": "http", "app_id": "org.example.app", "lang": "en",
            "app_display_name": "App", "device_display_name": "Phone", "data": data, "append": append,
        });
        let answer = self.post(&format!("{PUSHERS}/set"), token, &pusher);
        assert_eq!(answer, (200, json!({})));
    }

    fn pushkeys(&self, token: &str) -> Vec<String> {
        let (_, answer) = self.get(PUSHERS, token);
        let pushers = answer["pushers"].as_array().unwrap().iter();
        pushers
            .map(|pusher| pusher["pushkey"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What waits to be sent to push gateways.
    fn pushed(&self) -> Vec<Value> {
        let pushes = self.homeserver.take_pushes().into_iter();
        pushes
            .map(|mut push| push.body["notification"].take())
            .collect()
    }
}

fn counts(value: &Value) -> (u64, u64) {
    let count = |name: &str| value[name].as_u64().unwrap();
    (count("notification_count"), count("highlight_count"))
}

fn in_thread(root: &str, body: &str) -> Value {
    with(
        text(body),
        "m.relates_to",
        json!({"rel_type": "m.thread", "event_id": root}),
    )
}

#[test]
fn rules_are_changed_and_come_down_the_next_sync() {
    let world = World::new();
    let alice = world.log_in("alice");
    let since = world.sync(&alice, "")["next_batch"].clone();
    let rule = format!("{RULES}/override/mine");
    let body = json!({"actions": ["notify", "dont_notify"], "conditions": []});
    assert_eq!(world.put(&rule, &alice, &body), (200, json!({})));
    let off = json!({"enabled": false});
    assert_eq!(world.put(&format!("{rule}/enabled"), &alice, &off).0, 200);
    // Whoever replaces a rule does not put it into force.
    let body = json!({"actions": [], "conditions": []});
    assert_eq!(world.put(&rule, &alice, &body).0, 200);
    let (_, found) = world.get(&rule, &alice);
    let expected = json!({"rule_id": "mine", "default": false, "enabled": false, "actions": [], "conditions": []});
    assert_eq!(found, expected);
    let news = world.sync(&alice, &format!("since={}", since.as_str().unwrap()));
    let events = news["account_data"]["events"].as_array().unwrap();
    let rules = &events[0]["content"]["global"]["override"];
    assert_eq!(
        (&rules[0]["rule_id"], &rules[1]),
        (&json!(".m.rule.master"), &expected)
    );
    let data = "/_matrix/client/v3/user/@alice:example.org/account_data/m.push_rules";
    assert_eq!(world.get(data, &alice).1, events[0]["content"]);
    let since = news["next_batch"].as_str().unwrap();
    let news = world.sync(&alice, &format!("since={since}"));
    assert_eq!(news["account_data"]["events"], json!([]));
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let world = World::new();
    let alice = world.log_in("alice");
    let fine = json!({"actions": ["notify"], "conditions": []});
    for (path, body, status, errcode) in [
        ("override/.mine", &fine, 400, "M_UNKNOWN"),
        ("override/a%2Fb", &fine, 400, "M_UNKNOWN"),
        ("override/x?before=none", &fine, 400, "M_UNKNOWN"),
        ("override/x?after=.m.rule.master", &fine, 400, "M_UNKNOWN"),
        ("nope/x", &fine, 400, "M_UNRECOGNIZED"),
        ("content/x", &fine, 400, "M_UNKNOWN"),
        (
            "override/x",
            &json!({"actions": ["explode"]}),
            400,
            "M_UNKNOWN",
        ),
        (
            "override/x/enabled",
            &json!({"enabled": true}),
            404,
            "M_NOT_FOUND",
        ),
        (
            "override/x/actions",
            &json!({"actions": []}),
            404,
            "M_NOT_FOUND",
        ),
    ] {
        let (found, answer) = world.put(&format!("{RULES}/{path}"), &alice, body);
        assert_eq!(
            (found, &answer["errcode"]),
            (status, &errcode.into()),
            "{path}"
        );
    }
    for path in ["override/x", "override/.m.rule.master"] {
        let (found, answer) = world.delete(&format!("{RULES}/{path}"), &alice);
        assert_eq!((found, &answer["errcode"]), (404, &"M_NOT_FOUND".into()));
    }
}

#[test]
fn what_is_unread_is_counted_until_it_is_read() {
    let world = World::new();
    let (alice, bob, room_id) = world.three();
    assert_eq!(world.unread(&bob, &room_id), (0, 0));
    world.say(&alice, &room_id, "1", "hello");
    let mention = with(
        text("you"),
        "m.mentions",
        json!({"user_ids": ["@bob:example.org"]}),
    );
    let second = world.send_content(&alice, &room_id, "2", &mention);
    world.say(&alice, &room_id, "3", "more");
    assert_eq!(world.unread(&bob, &room_id), (3, 1));
    // What one says oneself is no news.
    assert_eq!(world.unread(&alice, &room_id), (0, 0));
    let receipt = in_room(&room_id, &format!("receipt/m.read.private/{second}"));
    assert_eq!(world.post(&receipt, &bob, &json!({})).0, 200);
    assert_eq!(world.unread(&bob, &room_id), (1, 0));
    world.say(&bob, &room_id, "4", "I have read it all");
    assert_eq!(world.unread(&bob, &room_id), (0, 0));
}

#[test]
fn threads_are_counted_apart_where_the_filter_asks() {
    let world = World::new();
    let (alice, bob, room_id) = world.three();
    let root = world.say(&alice, &room_id, "1", "root");
    let last = world.send_content(&alice, &room_id, "2", &in_thread(&root, "in it"));
    let apart = |token: &str| {
        let room = world.sync(token, THREADS)["rooms"]["join"][&room_id].clone();
        let thread = room["unread_thread_notifications"].get(&root).map(counts);
        (counts(&room["unread_notifications"]), thread)
    };
    assert_eq!(apart(&bob), ((1, 0), Some((1, 0))));
    assert_eq!(world.unread(&bob, &room_id), (2, 0));
    let receipt = in_room(&room_id, &format!("receipt/m.read/{last}"));
    let of_thread = json!({"thread_id": root});
    assert_eq!(world.post(&receipt, &bob, &of_thread).0, 200);
    assert_eq!(apart(&bob), ((1, 0), None));
    // Without a thread it is for all of them.
    world.send_content(&alice, &room_id, "3", &in_thread(&root, "again"));
    let newest = world.say(&alice, &room_id, "4", "outside");
    assert_eq!(apart(&bob), ((2, 0), Some((1, 0))));
    let receipt = in_room(&room_id, &format!("receipt/m.read/{newest}"));
    assert_eq!(world.post(&receipt, &bob, &json!({})).0, 200);
    assert_eq!(apart(&bob), ((0, 0), None));
}

#[test]
fn notifications_are_listed_newest_first_by_pages() {
    let world = World::new();
    let (alice, bob, room_id) = world.three();
    let first = world.say(&alice, &room_id, "1", "bob: look");
    world.say(&alice, &room_id, "2", "nothing");
    let third = world.say(&alice, &room_id, "3", "bob: again");
    let page = |query: &str| {
        let (status, page) = world.get(&format!("{NOTIFICATIONS}?{query}"), &bob);
        assert_eq!(status, 200, "{page}");
        let listed = page["notifications"].as_array().unwrap().iter();
        let ids: Vec<_> = listed.map(|one| one["event"]["event_id"].clone()).collect();
        (ids, page)
    };
    let (ids, all) = page("");
    assert_eq!((ids.len(), all.get("next_token")), (3, None));
    let (ids, newest) = page("only=highlight&limit=1");
    assert_eq!(ids, [json!(third)]);
    let one = &newest["notifications"][0];
    assert_eq!(
        (&one["read"], &one["room_id"]),
        (&json!(false), &json!(room_id))
    );
    let from = newest["next_token"].as_str().unwrap();
    let (ids, last) = page(&format!("only=highlight&limit=1&from={from}"));
    assert_eq!((ids, last.get("next_token")), (vec![json!(first)], None));
    let receipt = in_room(&room_id, &format!("receipt/m.read/{first}"));
    world.post(&receipt, &bob, &json!({}));
    let (_, all) = page("");
    let read: Vec<_> = (0..3)
        .map(|at| all["notifications"][at]["read"].clone())
        .collect();
    assert_eq!(read, [json!(false), json!(false), json!(true)]);
    // What was taken back notifies of nothing.
    let redact = in_room(&room_id, &format!("redact/{third}/9"));
    assert_eq!(world.put(&redact, &alice, &json!({})).0, 200);
    assert_eq!(page("").0.len(), 2);
    let (status, refused) = world.get(&format!("{NOTIFICATIONS}?from=x"), &bob);
    assert_eq!(
        (status, &refused["errcode"]),
        (400, &"M_INVALID_PARAM".into())
    );
}

#[test]
fn whoever_is_ignored_notifies_nobody() {
    let world = World::new();
    let (alice, bob, room_id) = world.three();
    let data = "/_matrix/client/v3/user/@bob:example.org/account_data/m.ignored_user_list";
    let list = json!({"ignored_users": {"@alice:example.org": {}}});
    assert_eq!(world.put(data, &bob, &list).0, 200);
    world.say(&alice, &room_id, "1", "bob!");
    assert_eq!(world.unread(&bob, &room_id), (0, 0));
}

#[test]
fn a_gateway_is_told_of_an_event_and_of_how_much_is_unread() {
    let world = World::new();
    let (alice, bob, room_id) = world.three();
    let url = "http://127.0.0.1:9/_matrix/push/v1/notify";
    world.set_pusher(&bob, "whole", &json!({"url": url, "brand": "x"}), true);
    let id_only = json!({"url": url, "format": "event_id_only"});
    world.set_pusher(&bob, "id", &id_only, true);
    let event_id = world.say(&alice, &room_id, "1", "bob: hello");
    let ts = START.as_millis() / 1_000;
    let expected_whole = json!({
        "id": event_id, "event_id": event_id, "room_id": room_id, "type": "m.room.message",
        "sender": "@alice:example.org", "sender_display_name": "alice", "prio": "high",
        "content": text("bob: hello"), "counts": {"unread": 1},
        "devices": [{
            "app_id": "org.example.app", "pushkey": "whole", "pushkey_ts": ts,
            "data": {"brand": "x"}, "tweaks": {"sound": "default", "highlight": true},
        }],
    });
    let expected_id = json!({
        "event_id": event_id, "room_id": room_id, "prio": "high", "counts": {"unread": 1},
        "devices": [{
            "app_id": "org.example.app", "pushkey": "id", "pushkey_ts": ts,
            "data": {"format": "event_id_only"},
        }],
    });
    assert_eq!(world.pushed(), [expected_whole, expected_id]);
    let receipt = in_room(&room_id, &format!("receipt/m.read/{event_id}"));
    world.post(&receipt, &bob, &json!({}));
    let badges = world.pushed();
    assert_eq!(badges.len(), 2);
    assert_eq!(badges[0]["counts"], json!({"unread": 0}));
    world.post(&receipt, &bob, &json!({}));
    assert!(world.pushed().is_empty());
}

#[test]
fn a_pusher_belongs_to_one_user_until_it_is_removed() {
    let world = World::new();
    let (alice, bob, _) = world.three();
    let data = json!({"url": "http://127.0.0.1:9/_matrix/push/v1/notify"});
    world.set_pusher(&alice, "key", &data, false);
    world.set_pusher(&bob, "key", &data, true);
    assert_eq!(world.pushkeys(&alice), ["key"]);
    world.set_pusher(&bob, "key", &data, false);
    assert!(world.pushkeys(&alice).is_empty());
    let remove = json!({"pushkey": "key", "app_id": "org.example.app", "kind": null});
    world.post(&format!("{PUSHERS}/set"), &bob, &remove);
    assert!(world.pushkeys(&bob).is_empty());
    world.set_pusher(&bob, "key", &data, false);
    // The notifications of a device that is logged out go nowhere.
    world.post(LOGOUT, &bob, &json!({}));
    let bob = world.log_in("bob");
    assert!(world.pushkeys(&bob).is_empty());
    for (name, value, errcode) in [
        (
            "data",
            json!({"url": "http://127.0.0.1/other"}),
            "M_INVALID_PARAM",
        ),
        ("data", json!({}), "M_MISSING_PARAM"),
        ("kind", json!("pigeon"), "M_INVALID_PARAM"),
        ("pushkey", json!("k".repeat(513)), "M_INVALID_PARAM"),
    ] {
        let pusher = json!({
            "pushkey": "k", "kind": "http", "app_id": "a", "lang": "en", "data": data,
            "app_display_name": "App", "device_display_name": "Phone",
        });
        let pusher = with(pusher, name, value);
        let refused = world.refused(&format!("{PUSHERS}/set"), &bob, &pusher);
        assert_eq!(refused, (400, errcode.to_owned()), "{name}");
    }
}
