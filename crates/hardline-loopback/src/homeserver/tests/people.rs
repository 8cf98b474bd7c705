//! What users say of themselves, what they keep, and what they show for a while.

use super::rooms::in_room;
use super::*;

const ALICE: &str = "/_matrix/client/v3/user/@alice:example.org";
const PROFILE: &str = "/_matrix/client/v3/profile/@alice:example.org";
const PRESENCE: &str = "/_matrix/client/v3/presence/@alice:example.org/status";

impl World {
    /// A room with alice and bob.
    fn shared(&self) -> (String, String, String) {
        let (alice, bob) = self.two();
        let room_id = self.create(&alice, &json!({"preset": "public_chat"}));
        let (status, _) = self.post(&in_room(&room_id, "join"), &bob, &json!({}));
        assert_eq!(status, 200);
        (alice, bob, room_id)
    }

    fn since(&self, token: &str) -> String {
        self.sync(token, "")["next_batch"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn news(&self, token: &str, since: &str) -> Value {
        self.sync(token, &format!("since={since}"))
    }
}

fn of_type<'a>(events: &'a Value, event_type: &str) -> &'a Value {
    let mut events = events.as_array().unwrap().iter();
    let event = events.find(|event| event["type"] == event_type);
    event.map_or(&Value::Null, |event| &event["content"])
}

fn errcode((status, body): (u16, Value)) -> (u16, String) {
    (status, body["errcode"].as_str().unwrap_or("").to_owned())
}

#[test]
fn a_new_name_is_said_in_every_room() {
    let world = World::new();
    let (alice, bob, room_id) = world.shared();
    assert_eq!(
        world.get(PROFILE, ""),
        (200, json!({"displayname": "alice"}))
    );
    let since = world.since(&bob);
    let name = format!("{PROFILE}/displayname");
    let put = world.put(&name, &alice, &json!({"displayname": "Alice"}));
    assert_eq!(put, (200, json!({})));
    let news = world.news(&bob, &since);
    let events = &news["rooms"]["join"][&room_id]["timeline"]["events"];
    let member = of_type(events, "m.room.member");
    assert_eq!(
        *member,
        json!({"membership": "join", "displayname": "Alice"})
    );
    // The same again says nothing.
    let since = world.since(&bob);
    world.put(&name, &alice, &json!({"displayname": "Alice"}));
    assert_eq!(world.news(&bob, &since)["rooms"]["join"], json!({}));
    assert_eq!(world.delete(&name, &alice), (200, json!({})));
    assert_eq!(world.get(&name, ""), (200, json!({})));
    assert_eq!(errcode(world.get(PROFILE, "")), (404, "M_NOT_FOUND".into()));
}

#[test]
fn fields_of_a_profile_have_names_and_limits() {
    let world = World::new();
    let (alice, bob) = world.two();
    let set = |token: &str, name: &str, value: Value| {
        let body = json!({name: value});
        errcode(world.put(&format!("{PROFILE}/{name}"), token, &body))
    };
    let fine = (200, String::new());
    assert_eq!(set(&alice, "org.example.null", Value::Null), fine);
    assert_eq!(set(&alice, "m.tz", "Europe/Oslo".into()), fine);
    let (_, profile) = world.get(PROFILE, "");
    let expected = json!({"displayname": "alice", "m.tz": "Europe/Oslo", "org.example.null": null});
    assert_eq!(profile, expected);
    for (token, name, value, status, expected) in [
        (&alice, "UPPER", json!("x"), 400, "M_INVALID_PARAM"),
        (
            &alice,
            &*"k".repeat(256),
            json!("x"),
            400,
            "M_KEY_TOO_LARGE",
        ),
        (
            &alice,
            "big",
            json!("x".repeat(65_536)),
            400,
            "M_PROFILE_TOO_LARGE",
        ),
        (
            &alice,
            "displayname",
            json!("x".repeat(257)),
            400,
            "M_INVALID_PARAM",
        ),
        (&alice, "displayname", json!(5), 400, "M_INVALID_PARAM"),
        (&bob, "displayname", json!("x"), 403, "M_FORBIDDEN"),
    ] {
        assert_eq!(
            set(token, name, value),
            (status, expected.to_owned()),
            "{name}"
        );
    }
    let missing = world.put(&format!("{PROFILE}/m.tz"), &alice, &json!({}));
    assert_eq!(errcode(missing), (400, "M_MISSING_PARAM".into()));
    assert_eq!(world.delete(&format!("{PROFILE}/m.tz"), &alice).0, 200);
    let gone = world.get(&format!("{PROFILE}/m.tz"), "");
    assert_eq!(errcode(gone), (404, "M_NOT_FOUND".into()));
}

#[test]
fn account_data_is_kept_and_comes_down_a_sync_once() {
    let world = World::new();
    let (alice, bob, room_id) = world.shared();
    let since = world.since(&alice);
    let content = json!({"a": null});
    let global = format!("{ALICE}/account_data/org.example.x");
    let of_room = format!("{ALICE}/rooms/{room_id}/account_data/org.example.y");
    for path in [&global, &of_room] {
        assert_eq!(world.put(path, &alice, &content), (200, json!({})));
        assert_eq!(world.get(path, &alice), (200, content.clone()));
        let others = errcode(world.get(path, &bob));
        assert_eq!(others, (403, "M_FORBIDDEN".into()));
    }
    let news = world.news(&alice, &since);
    let events = &news["account_data"]["events"];
    assert_eq!(*of_type(events, "org.example.x"), content);
    let room = &news["rooms"]["join"][&room_id];
    assert_eq!(
        *of_type(&room["account_data"]["events"], "org.example.y"),
        content
    );
    let since = news["next_batch"].as_str().unwrap();
    let news = world.news(&alice, since);
    assert_eq!(news["account_data"]["events"], json!([]));
    assert_eq!(news["rooms"]["join"], json!({}));
    for refused in ["m.push_rules", "m.fully_read"] {
        let path = format!("{ALICE}/account_data/{refused}");
        let answer = errcode(world.put(&path, &alice, &json!({})));
        assert_eq!(answer, (405, "M_BAD_JSON".into()), "{refused}");
    }
    let list = errcode(world.put(&global, &alice, &json!([])));
    assert_eq!(list, (400, "M_BAD_JSON".into()));
}

#[test]
fn tags_are_kept_with_what_else_clients_put_in_them() {
    let world = World::new();
    let (alice, _, room_id) = world.shared();
    let tags = format!("{ALICE}/rooms/{room_id}/tags");
    let since = world.since(&alice);
    let odd = json!({"order": 0.5, "x": {}});
    world.put(&format!("{tags}/u.odd"), &alice, &odd);
    world.put(&format!("{tags}/u.none"), &alice, &json!({}));
    assert_eq!(world.delete(&format!("{tags}/u.none"), &alice).0, 200);
    let expected = json!({"tags": {"u.odd": odd}});
    assert_eq!(world.get(&tags, &alice), (200, expected.clone()));
    let news = world.news(&alice, &since);
    let room = &news["rooms"]["join"][&room_id]["account_data"]["events"];
    assert_eq!(*of_type(room, "m.tag"), expected);
    let elsewhere = format!("{ALICE}/rooms/!none:example.org/tags/x");
    let refused = errcode(world.put(&elsewhere, &alice, &json!({})));
    assert_eq!(refused, (403, "M_FORBIDDEN".into()));
}

#[test]
fn whoever_is_ignored_is_not_heard() {
    let world = World::new();
    let (alice, bob, room_id) = world.shared();
    let since = world.since(&alice);
    let list = json!({"ignored_users": {"@bob:example.org": {}}});
    let path = format!("{ALICE}/account_data/m.ignored_user_list");
    world.put(&path, &alice, &list);
    world.say(&bob, &room_id, "1", "psst");
    let news = world.news(&alice, &since);
    assert_eq!(news["rooms"]["join"], json!({}));
}

#[test]
fn users_are_found_by_the_beginnings_of_their_names() {
    let world = World::new();
    let (_, bob, _) = world.shared();
    let search = |term: &str, limit: u64| {
        let body = json!({"search_term": term, "limit": limit});
        world
            .post("/_matrix/client/v3/user_directory/search", &bob, &body)
            .1
    };
    let found = json!([{"user_id": "@alice:example.org", "display_name": "alice"}]);
    for term in ["ali", "ALICE", "@alice:example.org"] {
        let expected = json!({"results": found, "limited": false});
        assert_eq!(search(term, 5), expected, "{term}");
    }
    // Nobody searches for themselves.
    for term in ["lice", "bob", "", "alice carol"] {
        let expected = json!({"results": [], "limited": false});
        assert_eq!(search(term, 5), expected, "{term}");
    }
    assert_eq!(search("ali", 0), json!({"results": [], "limited": true}));
}

#[test]
fn typing_is_told_until_its_time_is_over() {
    let mut world = World::new();
    let (alice, bob, room_id) = world.shared();
    let typing = |world: &World, since: &str| {
        let news = world.news(&bob, since);
        let room = &news["rooms"]["join"][&room_id]["ephemeral"]["events"];
        let since = news["next_batch"].as_str().unwrap().to_owned();
        let users = room
            .as_array()
            .map(|_| of_type(room, "m.typing")["user_ids"].clone());
        (users, since)
    };
    let since = world.since(&bob);
    let path = in_room(&room_id, "typing/@alice:example.org");
    let body = json!({"typing": true, "timeout": 10_000});
    assert_eq!(world.put(&path, &alice, &body), (200, json!({})));
    let (users, since) = typing(&world, &since);
    assert_eq!(users, Some(json!(["@alice:example.org"])));
    world.now = START + Duration::from_millis(9_999);
    let (users, since) = typing(&world, &since);
    assert_eq!(users, None);
    world.now = START + Duration::from_secs(10);
    assert_eq!(typing(&world, &since).0, Some(json!([])));
    let refused = errcode(world.put(&path, &bob, &body));
    assert_eq!(refused, (403, "M_FORBIDDEN".into()));
}

#[test]
fn presence_is_told_to_those_who_share_a_room() {
    let mut world = World::new();
    let (alice, bob) = world.two();
    let away = json!({"presence": "unavailable", "status_msg": "asleep"});
    assert_eq!(world.put(PRESENCE, &alice, &away), (200, json!({})));
    let refused = errcode(world.get(PRESENCE, &bob));
    assert_eq!(refused, (403, "M_FORBIDDEN".into()));
    let since = world.since(&bob);
    let room_id = world.create(&alice, &json!({"preset": "public_chat"}));
    world.post(&in_room(&room_id, "join"), &bob, &json!({}));
    let (_, seen) = world.get(PRESENCE, &bob);
    assert_eq!(seen, away);
    // Whoever is new in a room is told who is there.
    let news = world.news(&bob, &since);
    let events = news["presence"]["events"].as_array().unwrap();
    let of_alice = events
        .iter()
        .find(|event| event["sender"] == "@alice:example.org");
    assert_eq!(of_alice.unwrap()["content"], away);

    world.since(&alice);
    let (_, seen) = world.get(PRESENCE, &bob);
    let online = json!({"presence": "online", "status_msg": "asleep", "last_active_ago": 0, "currently_active": true});
    assert_eq!(seen, online);
    let since = world.since(&bob);
    world.now = START + Duration::from_secs(30);
    let (_, seen) = world.get(PRESENCE, &bob);
    assert_eq!(seen["presence"], "offline");
    let news = world.news(&bob, &since);
    assert_eq!(
        news["presence"]["events"][0]["content"]["presence"],
        "offline"
    );
    let bad = errcode(world.put(PRESENCE, &alice, &json!({"presence": "zz"})));
    assert_eq!(bad, (400, "M_UNKNOWN".into()));
}

#[test]
fn receipts_are_told_and_never_go_backward() {
    let world = World::new();
    let (alice, bob, room_id) = world.shared();
    let first = world.say(&alice, &room_id, "1", "one");
    let second = world.say(&alice, &room_id, "2", "two");
    let since = world.since(&alice);
    let post = |kind: &str, event_id: &str, body: Value| {
        let path = in_room(&room_id, &format!("receipt/{kind}/{event_id}"));
        errcode(world.post(&path, &bob, &body))
    };
    let fine = (200, String::new());
    assert_eq!(post("m.read", &second, json!({"thread_id": "main"})), fine);
    assert_eq!(post("m.read", &first, json!({"thread_id": "main"})), fine);
    assert_eq!(
        post("m.read.private", &first, json!({"thread_id": null})),
        fine
    );
    let receipts = |token: &str| {
        let news = world.news(token, &since);
        let room = &news["rooms"]["join"][&room_id]["ephemeral"]["events"];
        of_type(room, "m.receipt").clone()
    };
    let ts = START.as_millis();
    let public =
        json!({&second: {"m.read": {"@bob:example.org": {"ts": ts, "thread_id": "main"}}}});
    assert_eq!(receipts(&alice), public);
    let own = receipts(&bob);
    assert_eq!(own[&second], public[&second]);
    assert_eq!(
        own[&first],
        json!({"m.read.private": {"@bob:example.org": {"ts": ts}}})
    );
    for (kind, event_id, body, status, expected) in [
        (
            "m.read",
            &*first,
            json!({"thread_id": ""}),
            400,
            "M_INVALID_PARAM",
        ),
        (
            "m.read",
            &first,
            json!({"thread_id": "$other"}),
            400,
            "M_INVALID_PARAM",
        ),
        (
            "m.fully_read",
            &first,
            json!({"thread_id": "main"}),
            400,
            "M_INVALID_PARAM",
        ),
        ("m.odd", &first, json!({}), 400, "M_INVALID_PARAM"),
        ("m.read", "$none", json!({}), 404, "M_NOT_FOUND"),
    ] {
        let answer = post(kind, event_id, body);
        assert_eq!(answer, (status, expected.to_owned()), "{kind} {event_id}");
    }
}

#[test]
fn the_read_marker_goes_forward_alone() {
    let world = World::new();
    let (alice, _, room_id) = world.shared();
    let first = world.say(&alice, &room_id, "1", "one");
    let second = world.say(&alice, &room_id, "2", "two");
    let since = world.since(&alice);
    for event_id in [&second, &first] {
        let markers = json!({"m.fully_read": event_id, "m.read": null});
        let answer = world.post(&in_room(&room_id, "read_markers"), &alice, &markers);
        assert_eq!(answer, (200, json!({})));
    }
    let news = world.news(&alice, &since);
    let data = &news["rooms"]["join"][&room_id]["account_data"]["events"];
    assert_eq!(*of_type(data, "m.fully_read"), json!({"event_id": second}));
}

#[test]
fn what_was_deleted_of_account_data_is_told_once_as_nothing() {
    let world = World::new();
    let (alice, _, room_id) = world.shared();
    let unstable = ALICE.replace("/v3/", "/unstable/org.matrix.msc3391/");
    for place in [String::new(), format!("/rooms/{room_id}")] {
        let path = format!("{place}/account_data/org.example.x");
        world.put(&format!("{ALICE}{path}"), &alice, &json!({"a": 1}));
        let since = world.since(&alice);
        let deleted = world.delete(&format!("{unstable}{path}"), &alice);
        assert_eq!(deleted, (200, json!({})));
        let gone = errcode(world.get(&format!("{ALICE}{path}"), &alice));
        assert_eq!(gone, (404, "M_NOT_FOUND".into()));
        let told = |news: &Value| {
            let of_room = &news["rooms"]["join"][&room_id]["account_data"];
            let events = if place.is_empty() {
                &news["account_data"]
            } else {
                of_room
            };
            of_type(&events["events"], "org.example.x").clone()
        };
        assert_eq!(told(&world.news(&alice, &since)), json!({}));
        // Whoever knows nothing is not told.
        assert_eq!(told(&world.sync(&alice, "full_state=true")), Value::Null);
    }
}

#[test]
fn profiles_are_replaced_whole_and_asked_for_together() {
    let world = World::new();
    let (alice, bob, room_id) = world.shared();
    let since = world.since(&bob);
    let path = "/_matrix/client/unstable/com.beeper.msc4437/profile/@alice:example.org";
    let profile = json!({"displayname": "Al", "m.tz": "Europe/Oslo"});
    assert_eq!(world.put(path, &alice, &profile), (200, json!({})));
    assert_eq!(world.get(PROFILE, "").1, profile);
    let news = world.news(&bob, &since);
    let events = &news["rooms"]["join"][&room_id]["timeline"]["events"];
    assert_eq!(of_type(events, "m.room.member")["displayname"], "Al");
    let query = "/_matrix/client/unstable/org.matrix.msc4536/profile/query";
    let users = [
        "@alice:example.org",
        "@bob:example.org",
        "@none:example.org",
    ];
    let asked = json!({"users": users, "fields": ["m.tz"]});
    let (status, found) = world.post(query, &bob, &asked);
    let expected = json!({"@alice:example.org": {"m.tz": "Europe/Oslo"}, "@bob:example.org": {}});
    assert_eq!((status, found), (200, expected));
    let many = json!({"users": vec!["@alice:example.org"; 101]});
    assert_eq!(
        errcode(world.post(query, &bob, &many)),
        (400, "M_INVALID_PARAM".into())
    );
}
