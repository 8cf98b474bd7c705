//! How rooms are found: by aliases, in the directory, in spaces, and by who is in them.

use super::rooms::in_room;
use super::*;

const ROOMS: &str = "/_matrix/client/v3/publicRooms";

fn alias(name: &str) -> String {
    format!("/_matrix/client/v3/directory/room/%23{name}:example.org")
}

fn listing(room_id: &str) -> String {
    format!("/_matrix/client/v3/directory/list/room/{room_id}")
}

impl World {
    fn published(&self, token: &str, name: &str, more: Value) -> String {
        let mut create = json!({"name": name, "visibility": "public"});
        for (name, value) in more.as_object().unwrap() {
            create[name] = value.clone();
        }
        self.create(token, &create)
    }
}

fn names(rooms: &Value) -> Vec<&str> {
    let rooms = rooms.as_array().unwrap().iter();
    rooms.filter_map(|room| room["name"].as_str()).collect()
}

fn errcode((status, answer): (u16, Value)) -> (u16, String) {
    let errcode = answer["errcode"].as_str().unwrap_or_default();
    (status, errcode.to_owned())
}

#[test]
fn an_alias_leads_to_its_room_until_it_is_deleted() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(&alice, &json!({"room_alias_name": "den"}));
    let found = json!({"room_id": room_id, "servers": ["example.org"]});
    assert_eq!(world.get(&alias("den"), ""), (200, found));
    let set = json!({"room_id": room_id});
    assert_eq!(world.put(&alias("lair"), &alice, &set), (200, json!({})));
    let again = errcode(world.put(&alias("lair"), &alice, &set));
    assert_eq!(again, (409, "M_UNKNOWN".to_owned()));
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    assert_eq!(errcode(world.put(&alias("bobs"), &bob, &set)), forbidden);
    let elsewhere = "/_matrix/client/v3/directory/room/%23den:example.com";
    let refused = errcode(world.put(elsewhere, &alice, &set));
    assert_eq!(refused, (400, "M_INVALID_PARAM".to_owned()));
    let aliases = in_room(&room_id, "aliases");
    let all = json!({"aliases": ["#den:example.org", "#lair:example.org"]});
    assert_eq!(world.get(&aliases, &alice), (200, all));
    assert_eq!(errcode(world.get(&aliases, &bob)), forbidden);

    assert_eq!(errcode(world.delete(&alias("den"), &bob)), forbidden);
    assert_eq!(world.delete(&alias("den"), &alice), (200, json!({})));
    let missing = (404, "M_NOT_FOUND".to_owned());
    assert_eq!(errcode(world.get(&alias("den"), "")), missing);
    assert_eq!(errcode(world.delete(&alias("den"), &alice)), missing);
    // The room does not say that it has it any more.
    let named = world.get(&in_room(&room_id, "state/m.room.canonical_alias/"), &alice);
    assert_eq!(named, (200, json!({})));
}

#[test]
fn the_directory_lists_what_is_published_in_it() {
    let world = World::new();
    let (alice, bob) = world.two();
    let den = world.published(&alice, "Den", json!({"topic": "What foxes say"}));
    let space = json!({"creation_content": {"type": "m.space"}});
    world.published(&alice, "Space", space);
    let hidden = world.create(&alice, &json!({"name": "Hidden"}));
    world.post(&in_room(&den, "join"), &bob, &json!({}));

    let (_, all) = world.get(ROOMS, "");
    assert_eq!(names(&all["chunk"]), ["Den", "Space"]);
    assert_eq!(all["chunk"][0]["num_joined_members"], 2);
    assert_eq!(all["chunk"][1]["room_type"], "m.space");
    assert_eq!(all["total_room_count_estimate"], 2);
    let (_, page) = world.get(&format!("{ROOMS}?limit=1"), "");
    assert_eq!(names(&page["chunk"]), ["Den"]);
    assert_eq!(page.get("prev_batch"), None);
    let next = page["next_batch"].as_str().unwrap();
    let (_, page) = world.get(&format!("{ROOMS}?limit=1&since={next}"), "");
    assert_eq!(names(&page["chunk"]), ["Space"]);
    assert_eq!(page.get("next_batch"), None);
    assert!(page["prev_batch"].is_string());
    let query = |body: Value| world.post(ROOMS, &bob, &body).1["chunk"].clone();
    let of_types = |types: Value| query(json!({"filter": {"room_types": types}}));
    assert_eq!(names(&of_types(json!(["m.space"]))), ["Space"]);
    assert_eq!(names(&of_types(json!([null]))), ["Den"]);
    let with = |term: &str| query(json!({"filter": {"generic_search_term": term}}));
    assert_eq!(names(&with("FOXES")), ["Den"]);
    assert_eq!(names(&with("wolves")), Vec::<&str>::new());
    assert_eq!(errcode(world.get(&format!("{ROOMS}?since=x"), "")).0, 400);

    // Who may name a room may list it; nobody gets into a room by invitation from the directory.
    let public = json!({"visibility": "public"});
    assert_eq!(world.put(&listing(&hidden), &bob, &public).0, 403);
    assert_eq!(world.put(&listing(&hidden), &alice, &public).0, 200);
    assert_eq!(world.get(&listing(&hidden), "").1, public);
    assert_eq!(names(&world.get(ROOMS, "").1["chunk"]), ["Den", "Space"]);
    world.put(&listing(&den), &alice, &json!({"visibility": "private"}));
    assert_eq!(names(&world.get(ROOMS, "").1["chunk"]), ["Space"]);
    assert_eq!(world.get(&listing("!none"), "").0, 404);
}

#[test]
fn a_summary_is_for_those_who_can_get_into_the_room() {
    let world = World::new();
    let (alice, bob) = world.two();
    let den = world.published(&alice, "Den", json!({}));
    let path = |room_id: &str| format!("/_matrix/client/v1/room_summary/{room_id}");
    let (_, summary) = world.get(&path(&den), "");
    assert_eq!(
        (&summary["name"], &summary["join_rule"]),
        (&"Den".into(), &"public".into())
    );
    assert_eq!(summary.get("membership"), None);
    assert_eq!(world.get(&path(&den), &bob).1["membership"], "leave");
    let rules = json!({"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": den}]});
    let members_only = json!({"initial_state": [{"type": "m.room.join_rules", "content": rules}]});
    let room_id = world.create(&alice, &members_only);
    assert_eq!(errcode(world.get(&path(&room_id), &bob)).0, 404);
    world.post(&in_room(&den, "join"), &bob, &json!({}));
    let (_, summary) = world.get(&path(&room_id), &bob);
    assert_eq!(summary["allowed_room_ids"], json!([den]));
    let (status, _) = world.post(&in_room(&room_id, "join"), &bob, &json!({}));
    assert_eq!(status, 200);
}

#[test]
fn a_hierarchy_is_walked_in_the_order_of_its_spaces() {
    let world = World::new();
    let (alice, bob) = world.two();
    let space = json!({"creation_content": {"type": "m.space"}});
    let top = world.published(&alice, "top", space.clone());
    let below = world.published(&alice, "below", space);
    let [first, second] = ["first", "second"].map(|name| world.published(&alice, name, json!({})));
    let hidden = world.create(&alice, &json!({"name": "hidden"}));
    let child = |parent: &str, child: &str, content: Value| {
        let path = in_room(parent, &format!("state/m.space.child/{child}"));
        assert_eq!(world.put(&path, &alice, &content).0, 200);
    };
    let via = json!(["example.org"]);
    child(&top, &second, json!({"via": via}));
    child(
        &top,
        &below,
        json!({"via": via, "order": "b", "suggested": true}),
    );
    child(&top, &hidden, json!({"via": via, "order": "a"}));
    child(&below, &first, json!({"via": via}));
    // A circle ends.
    child(&below, &top, json!({"via": via}));
    let path = format!("/_matrix/client/v1/rooms/{top}/hierarchy");
    let walk = |query: &str| world.get(&format!("{path}?{query}"), &bob).1;
    let all = walk("");
    assert_eq!(names(&all["rooms"]), ["top", "below", "first", "second"]);
    assert_eq!(all["rooms"][0]["children_state"][0]["state_key"], *hidden);
    assert_eq!(
        names(&walk("max_depth=1")["rooms"]),
        ["top", "below", "second"]
    );
    assert_eq!(
        names(&walk("suggested_only=true")["rooms"]),
        ["top", "below"]
    );
    let page = walk("limit=3");
    assert_eq!(names(&page["rooms"]), ["top", "below", "first"]);
    let from = page["next_batch"].as_str().unwrap();
    assert_eq!(names(&walk(&format!("from={from}"))["rooms"]), ["second"]);
    // A token goes on with the walk that it is of, and no other.
    let other = world.get(&format!("{path}?from={from}&max_depth=1"), &bob);
    assert_eq!(errcode(other), (400, "M_INVALID_PARAM".to_owned()));
    let hidden = format!("/_matrix/client/v1/rooms/{hidden}/hierarchy");
    assert_eq!(world.get(&hidden, &bob).0, 403);
}

#[test]
fn mutual_rooms_are_those_that_both_are_in() {
    let world = World::new();
    let (alice, bob) = world.two();
    let den = world.published(&alice, "Den", json!({}));
    world.published(&alice, "Alone", json!({}));
    world.post(&in_room(&den, "join"), &bob, &json!({}));
    let path = |user: &str| format!("/_matrix/client/v1/mutual_rooms?user_id=@{user}:example.org");
    let shared = json!({"joined": [den], "count": 1});
    assert_eq!(world.get(&path("bob"), &alice), (200, shared.clone()));
    assert_eq!(world.get(&path("alice"), &bob), (200, shared));
    let own = errcode(world.get(&path("alice"), &alice));
    assert_eq!(own, (400, "M_INVALID_PARAM".to_owned()));
}
