//! Proposals about rooms.

use super::rooms::{bodies, in_room, text};
use super::*;

const DELAYED: &str = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events";

impl World {
    fn later(&self, token: &str, room_id: &str, path: &str, delay: u64) -> String {
        let path = format!("{path}?org.matrix.msc4140.delay={delay}");
        let (status, answer) = self.put(&in_room(room_id, &path), token, &text("later"));
        assert_eq!(status, 200, "{answer}");
        answer["delay_id"].as_str().unwrap().to_owned()
    }

    fn wait(&mut self, millis: u64) {
        self.now = self.now + Duration::from_millis(millis);
    }

    fn said(&self, token: &str, room_id: &str) -> Vec<String> {
        let path = in_room(room_id, "messages?dir=f&limit=100");
        let (status, page) = self.get(&path, token);
        assert_eq!(status, 200, "{page}");
        let said = bodies(&page["chunk"]).into_iter();
        said.map(str::to_owned).collect()
    }
}

fn errcode((status, answer): (u16, Value)) -> (u16, String) {
    let errcode = answer["errcode"].as_str().unwrap_or_default();
    (status, errcode.to_owned())
}

#[test]
fn a_delayed_event_is_sent_when_its_time_has_come_and_not_before() {
    let mut world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let delay_id = world.later(&alice, &room_id, "send/m.room.message/1", 5_000);
    // The same request schedules nothing twice.
    assert_eq!(
        world.later(&alice, &room_id, "send/m.room.message/1", 5_000),
        delay_id
    );
    let (_, listed) = world.get(DELAYED, &alice);
    let listed = listed["delayed_events"].as_array().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["delay_ms"], &listed[0]["delay"]),
        (&5_000.into(), &5_000.into())
    );
    assert_eq!(world.get(DELAYED, &bob).1["delayed_events"], json!([]));
    world.wait(4_999);
    assert_eq!(world.said(&bob, &room_id), Vec::<String>::new());
    let restart = format!("{DELAYED}/{delay_id}/restart");
    // Who knows the ID needs no token.
    assert_eq!(world.post(&restart, "", &json!({})), (200, json!({})));
    world.wait(4_999);
    assert_eq!(world.said(&bob, &room_id), Vec::<String>::new());
    world.wait(1);
    assert_eq!(world.said(&bob, &room_id), ["later"]);
    assert_eq!(world.get(DELAYED, &alice).1["delayed_events"], json!([]));
    let (_, one) = world.get(&format!("{DELAYED}/{delay_id}"), &alice);
    assert!(one["event_id"].is_string(), "{one}");
    assert_eq!(one["finalised_ts"], world.now.as_millis());
    assert_eq!(
        errcode(world.get(&format!("{DELAYED}/{delay_id}"), &bob)).0,
        404
    );
    assert_eq!(
        errcode(world.post(&restart, "", &json!({}))),
        (409, "M_UNKNOWN".to_owned())
    );
}

#[test]
fn delayed_events_are_sent_early_cancelled_and_overtaken() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.create(
        &alice,
        &json!({"preset": "public_chat",
        "power_level_content_override": {"state_default": 0}}),
    );
    world.post(&in_room(&room_id, "join"), &bob, &json!({}));
    let update = |delay_id: &str, action: &str| {
        errcode(world.post(
            &format!("{DELAYED}/{delay_id}"),
            "",
            &json!({"action": action}),
        ))
    };
    let early = world.later(&alice, &room_id, "send/m.room.message/1", 5_000);
    assert_eq!(update(&early, "send").0, 200);
    assert_eq!(world.said(&bob, &room_id), ["later"]);
    assert_eq!(update(&early, "send").0, 200);
    assert_eq!(update(&early, "cancel").0, 409);
    assert_eq!(world.said(&bob, &room_id), ["later"]);
    let gone = world.later(&alice, &room_id, "send/m.room.message/2", 5_000);
    assert_eq!(update(&gone, "cancel").0, 200);
    assert_eq!(update(&gone, "send").0, 409);
    assert_eq!(update("none", "send"), (404, "M_NOT_FOUND".to_owned()));
    assert_eq!(update(&gone, "zz").0, 400);

    // What another user sets meanwhile is not overwritten.
    let state = world.later(&alice, &room_id, "state/org.example.seat/1", 5_000);
    let seat = in_room(&room_id, "state/org.example.seat/1");
    assert_eq!(world.put(&seat, &alice, &json!({"by": "alice"})).0, 200);
    assert_eq!(
        world.get(DELAYED, &alice).1["delayed_events"][0]["delay_id"],
        *state
    );
    assert_eq!(world.put(&seat, &bob, &json!({"by": "bob"})).0, 200);
    assert_eq!(world.get(DELAYED, &alice).1["delayed_events"], json!([]));
    let long = in_room(
        &room_id,
        "send/m.room.message/3?org.matrix.msc4140.delay=86400001",
    );
    let refused = errcode(world.put(&long, &alice, &text("later")));
    assert_eq!(
        refused,
        (400, "ORG.MATRIX.MSC4140_DELAY_TOO_LARGE".to_owned())
    );
}

#[test]
fn a_user_has_a_hundred_delayed_events_at_most() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    for number in 0..100 {
        world.later(
            &alice,
            &room_id,
            &format!("send/m.room.message/{number}"),
            5_000,
        );
    }
    let path = in_room(&room_id, "send/m.room.message/x?org.matrix.msc4140.delay=1");
    let refused = errcode(world.put(&path, &alice, &text("one more")));
    assert_eq!(refused, (429, "M_LIMIT_EXCEEDED".to_owned()));
    world.later(&bob, &room_id, "send/m.room.message/1", 5_000);
}

#[test]
fn threads_are_subscribed_to_until_they_are_unsubscribed_from() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let root = world.say(&alice, &room_id, "root", "root");
    let early = world.relate(&alice, &room_id, ("m.thread", &root), "early");
    let path = format!(
        "/_matrix/client/unstable/io.element.msc4306/rooms/{room_id}/thread/{root}/subscription"
    );
    let changes = "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions?dir=b";
    assert_eq!(
        errcode(world.get(&path, &bob)),
        (404, "M_NOT_FOUND".to_owned())
    );
    let automatic = |event_id: &str| world.put(&path, &bob, &json!({"automatic": event_id}));
    assert_eq!(automatic(&early), (200, json!({})));
    assert_eq!(world.get(&path, &bob), (200, json!({"automatic": true})));
    assert_eq!(world.put(&path, &bob, &json!({})), (200, json!({})));
    assert_eq!(world.get(&path, &bob), (200, json!({"automatic": false})));
    let (_, page) = world.get(changes, &bob);
    assert_eq!(page["subscribed"][&room_id][&root]["automatic"], false);
    assert_eq!(world.delete(&path, &bob), (200, json!({})));
    assert_eq!(world.get(&path, &bob).0, 404);
    let conflict = "IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION";
    assert_eq!(errcode(automatic(&early)), (409, conflict.to_owned()));
    let outside = "IO.ELEMENT.MSC4306.M_NOT_IN_THREAD";
    assert_eq!(errcode(automatic(&root)), (400, outside.to_owned()));
    let (_, page) = world.get(changes, &bob);
    assert!(page["unsubscribed"][&room_id].get(&root).is_some());
    let late = world.relate(&alice, &room_id, ("m.thread", &root), "late");
    assert_eq!(automatic(&late), (200, json!({})));
    assert_eq!(
        world.get(changes, &alice),
        (200, json!({"subscribed": {}, "unsubscribed": {}}))
    );
}

#[test]
fn everything_that_a_user_said_is_taken_back() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    world.say(&alice, &room_id, "1", "mine");
    for number in 0..3 {
        world.say(&bob, &room_id, &number.to_string(), "spam");
    }
    let path = |user: &str, limit: u64| {
        format!(
            "/_matrix/client/unstable/org.matrix.msc4194/rooms/{room_id}/redact/user/@{user}:example.org?limit={limit}"
        )
    };
    assert_eq!(world.post(&path("alice", 5), &bob, &json!({})).0, 403);
    let (status, answer) = world.post(&path("bob", 2), &alice, &json!({"reason": "spam"}));
    assert_eq!((status, &answer["is_more_events"]), (200, &true.into()));
    assert_eq!(answer["redacted_events"]["total"], 2);
    assert_eq!(world.said(&alice, &room_id), ["mine", "spam"]);
    let (_, answer) = world.post(&path("bob", 5), &alice, &json!({}));
    assert_eq!(answer["is_more_events"], false);
    assert_eq!(world.said(&alice, &room_id), ["mine"]);
}

#[test]
fn some_state_is_shown_of_rooms_that_everybody_may_see() {
    let world = World::new();
    let (alice, _) = world.two();
    let open = world.create(&alice, &json!({"preset": "public_chat", "name": "Den"}));
    let hidden = world.create(&alice, &json!({}));
    let path = |room_id: &str| {
        format!("/_matrix/client/unstable/org.continuwuity.msc4560.stripped_state/{room_id}")
    };
    let wanted = json!({"state": ["m.room.name", "m.room.member"], "num_joined_members": true});
    let name = json!({"type": "m.room.name", "state_key": "", "sender": "@alice:example.org", "content": {"name": "Den"}});
    let shown = json!({"state": [name], "num_joined_members": 1, "via": "example.org"});
    assert_eq!(world.post(&path(&open), "", &wanted), (200, shown));
    assert_eq!(world.post(&path(&hidden), "", &wanted).0, 404);
}

#[test]
fn calls_are_made_by_the_ways_that_were_set() {
    let world = World::new();
    let alice = world.log_in("alice");
    let path = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";
    assert_eq!(
        world.get(path, &alice),
        (200, json!({"rtc_transports": []}))
    );
    let livekit = json!({"type": "livekit", "livekit_service_url": "https://livekit.example.org"});
    let transport = RtcTransport::new(serde_json::from_value(livekit.clone()).unwrap());
    world.homeserver.set_rtc_transports(vec![transport]);
    assert_eq!(
        world.get(path, &alice),
        (200, json!({"rtc_transports": [livekit]}))
    );
}
