//! What relates to events: listed, and bundled with them.

use super::rooms::{bodies, in_room};
use super::*;

impl World {
    /// A room with alice and bob in it.
    pub(super) fn room_of_two(&self, alice: &str, bob: &str) -> String {
        let room_id = self.create(alice, &json!({"preset": "public_chat"}));
        let (status, _) = self.post(&in_room(&room_id, "join"), bob, &json!({}));
        assert_eq!(status, 200);
        room_id
    }

    pub(super) fn relate(
        &self,
        token: &str,
        room_id: &str,
        (rel_type, target): (&str, &str),
        body: &str,
    ) -> String {
        let relation = json!({"rel_type": rel_type, "event_id": target});
        let content = json!({"msgtype": "m.text", "body": body, "m.relates_to": relation});
        let path = in_room(room_id, &format!("send/m.room.message/{body}"));
        let (status, answer) = self.put(&path, token, &content);
        assert_eq!(status, 200, "{answer}");
        answer["event_id"].as_str().unwrap().to_owned()
    }
}

fn v1(room_id: &str, path: &str) -> String {
    format!("/_matrix/client/v1/rooms/{room_id}/{path}")
}

#[test]
fn relations_are_listed_newest_first_and_in_pages() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let root = world.say(&alice, &room_id, "root", "root");
    for number in 0..7 {
        let kind = if number == 3 {
            "m.reference"
        } else {
            "m.thread"
        };
        world.relate(&bob, &room_id, (kind, &root), &number.to_string());
    }
    let path = v1(&room_id, &format!("relations/{root}"));
    let (_, page) = world.get(&path, &alice);
    assert_eq!(bodies(&page["chunk"]), ["6", "5", "4", "3", "2"]);
    assert_eq!(page.get("prev_batch"), None);
    let next = page["next_batch"].as_str().unwrap();
    let (_, page) = world.get(&format!("{path}?from={next}"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["1", "0"]);
    assert_eq!(
        (page.get("next_batch"), &page["prev_batch"]),
        (None, &next.into())
    );

    let (_, page) = world.get(&format!("{path}/m.thread?dir=f&limit=4"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["0", "1", "2", "4"]);
    let next = page["next_batch"].as_str().unwrap();
    let (_, page) = world.get(&format!("{path}/m.thread?dir=f&from={next}"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["5", "6"]);
    let (_, page) = world.get(&format!("{path}/m.reference/m.room.message"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["3"]);
    let (_, page) = world.get(&format!("{path}/m.reference/m.reaction"), &alice);
    assert_eq!(page, json!({"chunk": []}));
}

#[test]
fn relations_of_relations_come_when_they_are_asked_for() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let root = world.say(&alice, &room_id, "root", "root");
    let first = world.relate(&bob, &room_id, ("m.thread", &root), "first");
    world.relate(&bob, &room_id, ("m.replace", &first), "edit");
    let path = v1(&room_id, &format!("relations/{root}"));
    let (_, page) = world.get(&format!("{path}?dir=f"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["first"]);
    let (_, page) = world.get(&format!("{path}?dir=f&recurse=true"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["first", "edit"]);
    assert_eq!(page["recursion_depth"], 3);
    let (_, page) = world.get(&format!("{path}/m.replace?recurse=true"), &alice);
    assert_eq!(bodies(&page["chunk"]), ["edit"]);
}

#[test]
fn relations_are_only_for_those_who_may_see_the_event() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(&alice, &json!({}));
    let root = world.say(&alice, &room_id, "root", "root");
    let path = v1(&room_id, &format!("relations/{root}"));
    assert_eq!(world.get(&path, &bob).0, 403);
    let (status, answer) = world.get(&v1(&room_id, "relations/$none"), &alice);
    assert_eq!((status, &answer["errcode"]), (404, &"M_NOT_FOUND".into()));
    for query in ["?from=zz", "?dir=z"] {
        let (status, answer) = world.get(&format!("{path}{query}"), &alice);
        assert_eq!(
            (status, &answer["errcode"]),
            (400, &"M_INVALID_PARAM".into())
        );
    }
}

#[test]
fn an_event_has_its_edit_its_references_and_its_thread_with_it() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let root = world.say(&alice, &room_id, "root", "root");
    world.relate(&alice, &room_id, ("m.replace", &root), "edit");
    // Only the sender edits.
    world.relate(&bob, &room_id, ("m.replace", &root), "forgery");
    let reference = world.relate(&bob, &room_id, ("m.reference", &root), "reference");
    let reply = world.relate(&bob, &room_id, ("m.thread", &root), "reply");
    world.relate(&bob, &room_id, ("m.replace", &reply), "better");
    let event = |token: &str, event_id: &str| {
        let path = in_room(&room_id, &format!("event/{event_id}"));
        world.get(&path, token).1["unsigned"]["m.relations"].clone()
    };
    let bundled = event(&alice, &root);
    assert_eq!(bundled["m.replace"]["content"]["body"], "edit");
    assert_eq!(
        bundled["m.reference"],
        json!({"chunk": [{"event_id": reference}]})
    );
    let thread = &bundled["m.thread"];
    assert_eq!(
        (&thread["count"], &thread["current_user_participated"]),
        (&1.into(), &true.into())
    );
    let latest = &thread["latest_event"];
    assert_eq!(latest["event_id"], *reply);
    let edit = &latest["unsigned"]["m.relations"]["m.replace"];
    assert_eq!(edit["content"]["body"], "better");
    // An edit of an edit is none, and a thread begins with no answer.
    let edit_id = bundled["m.replace"]["event_id"].as_str().unwrap();
    world.relate(&alice, &room_id, ("m.replace", edit_id), "twice");
    world.relate(&alice, &room_id, ("m.thread", &reply), "nested");
    assert_eq!(event(&alice, edit_id), Value::Null);
    assert_eq!(event(&alice, &reply).get("m.thread"), None);
}

#[test]
fn threads_come_by_their_latest_answer() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let one = world.say(&alice, &room_id, "one", "one");
    let two = world.say(&bob, &room_id, "two", "two");
    let three = world.say(&alice, &room_id, "three", "three");
    world.relate(&alice, &room_id, ("m.thread", &three), "to-three");
    world.relate(&alice, &room_id, ("m.thread", &two), "to-two");
    world.relate(&bob, &room_id, ("m.thread", &one), "to-one");
    let path = v1(&room_id, "threads");
    let (_, all) = world.get(&path, &bob);
    assert_eq!(bodies(&all["chunk"]), ["one", "two", "three"]);
    assert_eq!(all.get("next_batch"), None);
    let (_, own) = world.get(&format!("{path}?include=participated"), &bob);
    assert_eq!(bodies(&own["chunk"]), ["one", "two"]);
    let (_, page) = world.get(&format!("{path}?limit=2"), &bob);
    assert_eq!(bodies(&page["chunk"]), ["one", "two"]);
    let from = page["next_batch"].as_str().unwrap();
    let (_, page) = world.get(&format!("{path}?limit=2&from={from}"), &bob);
    assert_eq!(bodies(&page["chunk"]), ["three"]);
    assert_eq!(page.get("next_batch"), None);
}
