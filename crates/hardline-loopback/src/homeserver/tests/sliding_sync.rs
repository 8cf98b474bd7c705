//! Sliding sync: lists by recency, what is new of each room, and connections that are forgotten.

use std::collections::BTreeSet;

use super::rooms::*;
use super::*;

const SLIDING: &str = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";

fn list(last: u64, timeline_limit: u64) -> Value {
    json!({"lists": {"all": {
        "ranges": [[0, last]],
        "timeline_limit": timeline_limit,
        "required_state": [["m.room.create", ""], ["m.room.member", "$LAZY"]],
    }}})
}

#[test]
fn a_window_shows_the_latest_rooms_and_then_what_is_new() {
    let world = World::new();
    let (alice, bob) = world.two();
    let quiet = world.create(&alice, &json!({"invite": ["@bob:example.org"]}));
    let busy = world.create(
        &alice,
        &json!({"invite": ["@bob:example.org"], "name": "Busy"}),
    );
    for room in [&quiet, &busy] {
        world.post(&in_room(room, "join"), &bob, &json!({}));
    }
    world.say(&alice, &busy, "1", "one");
    let (status, first) = world.post(SLIDING, &bob, &list(0, 1));
    assert_eq!(status, 200, "{first}");
    assert_eq!(first["lists"]["all"]["count"], 2);
    assert_eq!(first["rooms"].as_object().unwrap().len(), 1);
    let room = &first["rooms"][&busy];
    assert_eq!(
        (&room["initial"], &room["name"]),
        (&json!(true), &json!("Busy"))
    );
    assert_eq!(bodies(&room["timeline"]), ["one"]);
    let types = room["required_state"].as_array().unwrap().iter();
    let types: BTreeSet<_> = types.map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, BTreeSet::from(["m.room.create", "m.room.member"]));

    let next = format!("{SLIDING}?pos={}", first["pos"].as_str().unwrap());
    let (_, quiet_answer) = world.post(&next, &bob, &list(0, 1));
    assert_eq!(quiet_answer["rooms"], json!({}));
    let next = format!("{SLIDING}?pos={}", quiet_answer["pos"].as_str().unwrap());
    world.say(&alice, &busy, "2", "two");
    // An answer that was lost is given again.
    for _ in 0..2 {
        let (_, second) = world.post(&next, &bob, &list(0, 1));
        let room = &second["rooms"][&busy];
        assert_eq!(bodies(&room["timeline"]), ["two"]);
        assert_eq!(room.get("initial").unwrap_or(&json!(false)), false);
    }
    // A room that comes into the window is told whole, and a longer timeline comes whole too.
    let (_, third) = world.post(&next, &bob, &list(1, 2));
    assert_eq!(third["rooms"][&quiet]["initial"], true);
    let room = &third["rooms"][&busy];
    assert_eq!(room["unstable_expanded_timeline"], true);
    assert_eq!(bodies(&room["timeline"]), ["one", "two"]);
}

#[test]
fn a_connection_that_is_not_known_begins_anew() {
    let world = World::new();
    let (alice, _) = world.two();
    let path = format!("{SLIDING}?pos=7/s3");
    let refused = world.refused(&path, &alice, &json!({}));
    assert_eq!(refused, (400, "M_UNKNOWN_POS".to_owned()));
    let ranges =
        json!({"lists": {"all": {"ranges": [[3, 1]], "timeline_limit": 1, "required_state": []}}});
    let refused = world.refused(SLIDING, &alice, &ranges);
    assert_eq!(refused, (400, "M_INVALID_PARAM".to_owned()));
}

#[test]
fn a_room_that_a_user_is_removed_from_is_told_once_more() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(&alice, &json!({"invite": ["@bob:example.org"]}));
    let (_, first) = world.post(SLIDING, &bob, &list(5, 5));
    assert!(first["rooms"][&room_id]["invite_state"].is_array());
    assert_eq!(first["rooms"][&room_id]["timeline"], json!([]));
    world.post(&in_room(&room_id, "join"), &bob, &json!({}));
    let next = format!("{SLIDING}?pos={}", first["pos"].as_str().unwrap());
    let (_, second) = world.post(&next, &bob, &list(5, 5));
    assert_eq!(second["rooms"][&room_id]["initial"], true);
    let kick = json!({"user_id": "@bob:example.org"});
    world.post(&in_room(&room_id, "kick"), &alice, &kick);
    let next = format!("{SLIDING}?pos={}", second["pos"].as_str().unwrap());
    let (_, third) = world.post(&next, &bob, &list(5, 5));
    let room = &third["rooms"][&room_id];
    assert_eq!(room["membership"], "leave", "{third}");
    let next = format!("{SLIDING}?pos={}", third["pos"].as_str().unwrap());
    let (_, fourth) = world.post(&next, &bob, &list(5, 5));
    assert_eq!(fourth["rooms"], json!({}));
}

#[test]
fn threads_that_are_subscribed_to_are_told_with_the_gap_before_them() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let roots = ["1", "2"].map(|name| world.say(&alice, &room_id, name, name));
    let thread = |root: &str| {
        format!(
            "/_matrix/client/unstable/io.element.msc4306/rooms/{room_id}/thread/{root}/subscription"
        )
    };
    const EXTENSION: &str = "io.element.msc4308.thread_subscriptions";
    let wanted = json!({"extensions": {EXTENSION: {"enabled": true, "limit": 1}}});
    let (_, first) = world.post(SLIDING, &bob, &wanted);
    assert_eq!(first["extensions"], json!({}));
    for root in &roots {
        world.put(&thread(root), &bob, &json!({}));
    }
    let next = format!("{SLIDING}?pos={}", first["pos"].as_str().unwrap());
    let (_, second) = world.post(&next, &bob, &wanted);
    let changes = &second["extensions"][EXTENSION];
    let threads = |changes: &Value| -> Vec<String> {
        let threads = changes["subscribed"][&room_id].as_object().unwrap();
        threads.keys().cloned().collect()
    };
    assert_eq!(threads(changes), [roots[1].clone()]);
    let (from, to) = (&changes["prev_batch"], &first["pos"]);
    let (from, to) = (from.as_str().unwrap(), to.as_str().unwrap());
    let gap = format!(
        "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions?dir=b&from={from}&to={to}"
    );
    assert_eq!(threads(&world.get(&gap, &bob).1), [roots[0].clone()]);

    world.delete(&thread(&roots[0]), &bob);
    let next = format!("{SLIDING}?pos={}", second["pos"].as_str().unwrap());
    let (_, third) = world.post(&next, &bob, &wanted);
    let changes = &third["extensions"][EXTENSION];
    assert!(changes["unsubscribed"][&room_id].get(&roots[0]).is_some());
    let next = format!("{SLIDING}?pos={}", third["pos"].as_str().unwrap());
    let (_, fourth) = world.post(&next, &bob, &wanted);
    assert_eq!(fourth["extensions"], json!({}));
}
