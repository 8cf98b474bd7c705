//! Rooms that are replaced by newer ones.

use super::rooms::in_room;
use super::*;

#[test]
fn a_replacement_has_what_the_room_had() {
    let world = World::new();
    let (alice, bob) = world.two();
    world
        .homeserver
        .add_account("carol", &Password::from("secret"))
        .unwrap();
    let create = json!({
        "room_version": "9", "name": "Den", "room_alias_name": "den", "visibility": "public",
        "invite": ["@bob:example.org"],
        "power_level_content_override": {"users": {"@alice:example.org": 100, "@bob:example.org": 50}},
    });
    let old = world.create(&alice, &create);
    world.post(&in_room(&old, "join"), &bob, &json!({}));
    let carol = json!({"user_id": "@carol:example.org"});
    assert_eq!(world.post(&in_room(&old, "ban"), &alice, &carol).0, 200);

    let upgrade = json!({"new_version": "12", "additional_creators": ["@bob:example.org"]});
    let path = in_room(&old, "upgrade");
    assert_eq!(
        world.refused(&path, &bob, &upgrade),
        (403, "M_FORBIDDEN".to_owned())
    );
    let unknown = json!({"new_version": "zz"});
    let refused = world.refused(&path, &alice, &unknown);
    assert_eq!(refused, (400, "M_UNSUPPORTED_ROOM_VERSION".to_owned()));
    let (status, answer) = world.post(&path, &alice, &upgrade);
    assert_eq!(status, 200, "{answer}");
    let new = answer["replacement_room"].as_str().unwrap();

    let state = |room_id: &str, key: &str| {
        let (status, content) = world.get(&in_room(room_id, &format!("state/{key}")), &alice);
        assert_eq!(status, 200, "{key}: {content}");
        content
    };
    assert_eq!(state(&old, "m.room.tombstone/")["replacement_room"], *new);
    let levels = state(&old, "m.room.power_levels/");
    assert_eq!(
        (&levels["events_default"], &levels["invite"]),
        (&50.into(), &50.into())
    );
    let creation = state(new, "m.room.create/");
    assert_eq!(creation["predecessor"], json!({"room_id": old}));
    assert_eq!(creation["additional_creators"], json!(["@bob:example.org"]));
    assert_eq!(state(new, "m.room.name/"), json!({"name": "Den"}));
    assert_eq!(
        state(new, "m.room.join_rules/"),
        json!({"join_rule": "public"})
    );
    assert_eq!(
        state(new, "m.room.member/@carol:example.org")["membership"],
        "ban"
    );
    // Creators have no level: they may do everything.
    assert_eq!(state(new, "m.room.power_levels/")["users"], json!({}));
    let alias = state(new, "m.room.canonical_alias/");
    assert_eq!(alias, json!({"alias": "#den:example.org"}));
    assert_eq!(state(&old, "m.room.canonical_alias/"), json!({}));
    let found = world.get("/_matrix/client/v3/directory/room/%23den:example.org", "");
    assert_eq!(found.1["room_id"], *new);

    // And back again, where a creator needs a level.
    let back = json!({"new_version": "11"});
    let (status, answer) = world.post(&in_room(new, "upgrade"), &alice, &back);
    assert_eq!(status, 200, "{answer}");
    let newest = answer["replacement_room"].as_str().unwrap();
    let levels = state(newest, "m.room.power_levels/");
    assert_eq!(levels["users"], json!({"@alice:example.org": 100}));
    let predecessor = &state(newest, "m.room.create/")["predecessor"];
    assert_eq!(predecessor["room_id"], *new);
    assert!(predecessor["event_id"].is_string());
}
