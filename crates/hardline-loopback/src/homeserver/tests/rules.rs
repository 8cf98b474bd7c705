//! Who may come in, who may do what, and who may see what, by the rules of the room's version.

use super::rooms::{bodies, in_room};
use super::*;

impl World {
    /// A room of a version with a join rule.
    fn room(&self, token: &str, version: &str, rules: &Value) -> String {
        let initial = json!([{"type": "m.room.join_rules", "content": rules}]);
        self.create(
            token,
            &json!({"room_version": version, "initial_state": initial}),
        )
    }

    fn join(&self, token: &str, room_id: &str) -> u16 {
        self.post(&in_room(room_id, "join"), token, &json!({})).0
    }

    fn set(&self, token: &str, room_id: &str, state: &str, content: &Value) -> u16 {
        self.put(&in_room(room_id, &format!("state/{state}")), token, content)
            .0
    }

    fn member(&self, token: &str, room_id: &str, user: &str) -> Value {
        let path = in_room(room_id, &format!("state/m.room.member/@{user}:example.org"));
        self.get(&path, token).1["membership"].clone()
    }
}

fn bob() -> Value {
    json!({"user_id": "@bob:example.org"})
}

#[test]
fn a_join_rule_counts_from_the_version_that_has_it() {
    let world = World::new();
    let (alice, bobs) = world.two();
    let den = world.room_of_two(&alice, &bobs);
    let allow = json!([{"type": "m.room_membership", "room_id": den}]);
    for (version, rule, uninvited, invited) in [
        ("6", "public", 200, 200),
        ("6", "invite", 403, 200),
        ("6", "knock", 403, 403),
        ("7", "knock", 403, 200),
        ("7", "restricted", 403, 403),
        ("8", "restricted", 200, 200),
        ("9", "knock_restricted", 403, 403),
        ("10", "knock_restricted", 200, 200),
        ("12", "restricted", 200, 200),
        ("11", "private", 403, 403),
        ("11", "org.example.quiz", 403, 403),
    ] {
        let rules = json!({"join_rule": rule, "allow": allow});
        let room_id = world.room(&alice, version, &rules);
        assert_eq!(world.join(&bobs, &room_id), uninvited, "{version} {rule}");
        let room_id = world.room(&alice, version, &rules);
        assert_eq!(
            world.post(&in_room(&room_id, "invite"), &alice, &bob()).0,
            200
        );
        assert_eq!(
            world.join(&bobs, &room_id),
            invited,
            "{version} {rule}, invited"
        );
    }
}

#[test]
fn nobody_vouches_for_themselves() {
    let world = World::new();
    let (alice, bob) = world.two();
    let den = world.create(&alice, &json!({}));
    let allow = json!([{"type": "m.room_membership", "room_id": den}]);
    let room_id = world.room(
        &alice,
        "11",
        &json!({"join_rule": "restricted", "allow": allow}),
    );
    let forged =
        json!({"membership": "join", "join_authorised_via_users_server": "@alice:example.org"});
    let member = "m.room.member/@bob:example.org";
    assert_eq!(world.set(&bob, &room_id, member, &forged), 403);
    assert_eq!(
        world
            .post(&in_room(&den, "invite"), &alice, &super::rules::bob())
            .0,
        200
    );
    assert_eq!(world.join(&bob, &den), 200);
    // By way of the state, too, whoever is in the right room comes in.
    assert_eq!(
        world.set(&bob, &room_id, member, &json!({"membership": "join"})),
        200
    );
}

#[test]
fn a_knock_is_answered_taken_back_or_refused() {
    let world = World::new();
    let (alice, bobs) = world.two();
    let room_id = world.create(
        &alice,
        &json!({"room_alias_name": "den", "initial_state": [
            {"type": "m.room.join_rules", "content": {"join_rule": "knock"}},
        ]}),
    );
    let knock = |room: &str| {
        let path = format!("/_matrix/client/v3/knock/{room}");
        world.post(&path, &bobs, &json!({"reason": "May I?"}))
    };
    let (status, answer) = knock("%23den:example.org");
    assert_eq!(
        (status, &answer["room_id"]),
        (200, &room_id.as_str().into())
    );
    assert_eq!(world.member(&alice, &room_id, "bob"), "knock");
    // Not in yet.
    assert_eq!(world.join(&bobs, &room_id), 403);
    assert_eq!(world.get(&in_room(&room_id, "state"), &bobs).0, 403);
    let knocked = world.sync(&bobs, "");
    let state = &knocked["rooms"]["knock"][&room_id]["knock_state"]["events"];
    let mut state = state.as_array().unwrap().iter();
    assert!(state.any(|event| event["content"]["reason"] == "May I?"));
    // Taken back.
    assert_eq!(
        world.post(&in_room(&room_id, "leave"), &bobs, &json!({})).0,
        200
    );
    assert_eq!(world.member(&alice, &room_id, "bob"), "leave");
    // Refused, and heard of as having left.
    assert_eq!(knock(&room_id).0, 200);
    let since = world.sync(&bobs, "");
    let since = since["next_batch"].as_str().unwrap();
    assert_eq!(
        world.post(&in_room(&room_id, "kick"), &alice, &bob()).0,
        200
    );
    let refused = world.sync(&bobs, &format!("since={since}"));
    assert!(
        refused["rooms"]["leave"].get(&room_id).is_some(),
        "{refused}"
    );
    // Let in.
    assert_eq!(knock(&room_id).0, 200);
    assert_eq!(
        world.post(&in_room(&room_id, "invite"), &alice, &bob()).0,
        200
    );
    assert_eq!(knock(&room_id).0, 403);
    assert_eq!(world.join(&bobs, &room_id), 200);
    assert_eq!(world.post(&in_room(&room_id, "ban"), &alice, &bob()).0, 200);
    assert_eq!(knock(&room_id).0, 403);
    let closed = world.room(&alice, "6", &json!({"join_rule": "knock"}));
    assert_eq!(knock(&closed).0, 403);
}

#[test]
fn nobody_gives_or_takes_more_power_than_they_have() {
    let world = World::new();
    let (alice, bob) = world.two();
    let levels = |change: &Value| {
        let mut levels = json!({
            "users": {"@alice:example.org": 100, "@bob:example.org": 50},
            "events": {"m.room.power_levels": 50}, "notifications": {"room": 60},
        });
        for (name, value) in change.as_object().unwrap() {
            levels[name] = value.clone();
        }
        levels
    };
    for version in ["6", "9", "10", "11"] {
        let room_id = world.create(
            &alice,
            &json!({
                "room_version": version, "invite": ["@bob:example.org"],
                "power_level_content_override": levels(&json!({})),
            }),
        );
        assert_eq!(world.join(&bob, &room_id), 200);
        let (_, before) = world.get(&in_room(&room_id, "state/m.room.power_levels/"), &alice);
        let change = |name: &str, value: Value| {
            let mut levels = before.clone();
            levels[name] = value;
            world.set(&bob, &room_id, "m.room.power_levels/", &levels)
        };
        let users = |bobs: i64, others: i64| json!({"@alice:example.org": 100, "@bob:example.org": bobs, "@carol:example.org": others});
        assert_eq!(change("users", users(50, 51)), 403, "{version}");
        assert_eq!(change("users", users(51, 0)), 403, "{version}");
        assert_eq!(
            change("users", json!({"@bob:example.org": 50})),
            403,
            "{version}"
        );
        assert_eq!(
            change("notifications", json!({"room": 40})),
            403,
            "{version}"
        );
        assert_eq!(
            change("notifications", json!({"room": 60, "org.example": 51})),
            403
        );
        assert_eq!(change("ban", 51.into()), 403, "{version}");
        assert_eq!(change("users_default", json!("x")), 400, "{version}");
        assert_eq!(change("users", json!({"bob": 1})), 400, "{version}");
        // Levels were texts once.
        let as_text = if version.parse::<u8>().unwrap() < 10 {
            200
        } else {
            400
        };
        assert_eq!(change("kick", json!("50")), as_text, "{version}");
        assert_eq!(change("users", users(40, 50)), 200, "{version}");
    }
}

#[test]
fn creators_of_the_newest_version_have_no_level_and_all_power() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(
        &alice,
        &json!({
            "room_version": "12", "invite": ["@bob:example.org"],
            "power_level_content_override": {"users": {"@bob:example.org": 100}, "kick": 0},
        }),
    );
    assert_eq!(world.join(&bob, &room_id), 200);
    let creator = json!({"users": {"@alice:example.org": 100}});
    assert_eq!(
        world.set(&alice, &room_id, "m.room.power_levels/", &creator),
        400
    );
    let kick = json!({"user_id": "@alice:example.org"});
    assert_eq!(world.post(&in_room(&room_id, "kick"), &bob, &kick).0, 403);
    assert_eq!(
        world.set(&bob, &room_id, "m.room.tombstone/", &json!({})),
        403
    );
    assert_eq!(
        world.set(&alice, &room_id, "m.room.tombstone/", &json!({})),
        200
    );
}

#[test]
fn what_was_said_before_is_seen_as_the_room_has_it() {
    let world = World::new();
    let (alice, bobs) = world.two();
    for (visibility, expected) in [
        ("world_readable", vec!["before", "invited", "in"]),
        ("shared", vec!["before", "invited", "in"]),
        ("org.example.unknown", vec!["before", "invited", "in"]),
        ("invited", vec!["invited", "in"]),
        ("joined", vec!["in"]),
    ] {
        let room_id = world.create(&alice, &json!({"initial_state": [
            {"type": "m.room.history_visibility", "content": {"history_visibility": visibility}},
        ]}));
        world.say(&alice, &room_id, "1", "before");
        assert_eq!(
            world.post(&in_room(&room_id, "invite"), &alice, &bob()).0,
            200
        );
        world.say(&alice, &room_id, "2", "invited");
        assert_eq!(world.join(&bobs, &room_id), 200);
        world.say(&alice, &room_id, "3", "in");
        assert_eq!(
            world.post(&in_room(&room_id, "leave"), &bobs, &json!({})).0,
            200
        );
        world.say(&alice, &room_id, "4", "after");
        let path = in_room(&room_id, "messages?dir=f&limit=100");
        let (_, page) = world.get(&path, &bobs);
        let seen: Vec<&str> = bodies(&page["chunk"])
            .into_iter()
            .filter(|body| *body != "after" || visibility != "world_readable")
            .collect();
        assert_eq!(seen, expected, "{visibility}");
    }
}

#[test]
fn guests_are_in_where_they_are_let_in_and_as_long() {
    let world = World::new();
    let alice = world.log_in("alice");
    let (_, guest) = world.post("/_matrix/client/v3/register?kind=guest", "", &json!({}));
    let token = guest["access_token"].as_str().unwrap();
    let localpart = guest["user_id"].as_str().unwrap();
    let localpart = &localpart[1..localpart.find(':').unwrap()];
    let room_id = world.room(&alice, "11", &json!({"join_rule": "public"}));
    let guests = |access: &str| {
        let content = json!({"guest_access": access});
        world.set(&alice, &room_id, "m.room.guest_access/", &content)
    };
    assert_eq!(guests("forbidden"), 200);
    let refused = world.refused(&in_room(&room_id, "join"), token, &json!({}));
    assert_eq!(refused, (403, "M_GUEST_ACCESS_FORBIDDEN".to_owned()));
    assert_eq!(guests("can_join"), 200);
    assert_eq!(world.join(token, &room_id), 200);
    assert_eq!(guests("forbidden"), 200);
    assert_eq!(world.member(&alice, &room_id, localpart), "leave");
}
