//! What clients asked for before there was `/sync`.

use super::rooms::{bodies, in_room};
use super::*;

const EVENTS: &str = "/_matrix/client/v3/events";

#[test]
fn an_initial_sync_has_the_rooms_and_the_stream_goes_on_from_it() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let other = world.create(&alice, &json!({"invite": ["@bob:example.org"]}));
    world.say(&alice, &room_id, "1", "one");
    let kept = "/_matrix/client/v3/user/@bob:example.org";
    let data = "account_data/org.example.den";
    for path in [
        format!("{kept}/{data}"),
        format!("{kept}/rooms/{room_id}/{data}"),
    ] {
        assert_eq!(world.put(&path, &bob, &json!({"a": 1})).0, 200);
    }
    let (_, whole) = world.get("/_matrix/client/v3/initialSync?limit=1", &bob);
    let rooms = whole["rooms"].as_array().unwrap();
    let room = |id: &str| rooms.iter().find(|room| room["room_id"] == *id).unwrap();
    assert_eq!(room(&room_id)["membership"], "join");
    assert_eq!(bodies(&room(&room_id)["messages"]["chunk"]), ["one"]);
    assert!(room(&room_id)["state"].as_array().unwrap().len() > 5);
    let invitation = &room(&other)["invite"]["content"]["membership"];
    assert_eq!(invitation, "invite");
    assert_eq!(room(&other).get("messages"), None);
    let (_, one) = world.get(&in_room(&room_id, "initialSync"), &bob);
    for data in [
        &whole["account_data"],
        &room(&room_id)["account_data"],
        &one["account_data"],
    ] {
        let mut types = data.as_array().unwrap().iter().map(|event| &event["type"]);
        assert!(
            types.any(|data_type| data_type == "org.example.den"),
            "{data}"
        );
    }
    assert_eq!(
        (&one["membership"], &one["visibility"]),
        (&"join".into(), &"private".into())
    );

    let event_id = world.say(&alice, &room_id, "2", "two");
    world.say(&alice, &other, "1", "hidden");
    let from = whole["end"].as_str().unwrap();
    let (_, page) = world.get(&format!("{EVENTS}?from={from}"), &bob);
    assert_eq!(bodies(&page["chunk"]), ["two"]);
    let end = page["end"].as_str().unwrap();
    let (_, page) = world.get(&format!("{EVENTS}?from={end}"), &bob);
    assert_eq!(page["chunk"], json!([]));
    let (_, event) = world.get(&format!("{EVENTS}/{event_id}"), &bob);
    assert_eq!(event["content"]["body"], "two");
    assert_eq!(world.get(&format!("{EVENTS}/$none"), &bob).0, 404);
    assert_eq!(world.get(&format!("{EVENTS}?from=zz"), &bob).0, 400);
}

#[test]
fn only_rooms_that_everybody_may_read_are_looked_into() {
    let world = World::new();
    let (alice, bob) = world.two();
    let readable = json!({"initial_state": [
        {"type": "m.room.history_visibility", "content": {"history_visibility": "world_readable"}},
    ]});
    let room_id = world.create(&alice, &readable);
    let (_, page) = world.get(&format!("{EVENTS}?room_id={room_id}"), &bob);
    world.say(&alice, &room_id, "1", "look");
    let from = page["end"].as_str().unwrap();
    let (_, page) = world.get(&format!("{EVENTS}?room_id={room_id}&from={from}"), &bob);
    assert_eq!(bodies(&page["chunk"]), ["look"]);
    let hidden = world.create(&alice, &json!({}));
    assert_eq!(
        world.get(&format!("{EVENTS}?room_id={hidden}"), &bob).0,
        403
    );
}
