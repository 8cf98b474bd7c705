//! Reports, and what administrators do about them.

use super::rooms::{in_room, text};
use super::*;

fn admin(what: &str) -> String {
    format!("/_matrix/client/v1/admin/{what}/@bob:example.org")
}

impl World {
    fn administrated(&self) -> (String, String) {
        let alice = UserId::parse("@alice:example.org").unwrap();
        self.homeserver.set_administrator(&alice, true);
        self.two()
    }
}

#[test]
fn what_is_reported_the_administrators_can_read() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let event_id = world.say(&alice, &room_id, "1", "Buy this!");
    let spam = json!({"reason": "Spam"});
    let report = |path: &str| world.post(path, &bob, &spam).0;
    assert_eq!(
        report(&in_room(&room_id, &format!("report/{event_id}"))),
        200
    );
    assert_eq!(report(&in_room(&room_id, "report/$none")), 404);
    assert_eq!(
        report("/_matrix/client/v3/rooms/!none:example.org/report"),
        404
    );
    assert_eq!(report(&in_room(&room_id, "report")), 200);
    assert_eq!(
        report("/_matrix/client/v3/users/@alice:example.org/report"),
        200
    );
    let reports = world.homeserver.reports();
    let room_id = hardline::types::RoomId::parse(room_id).unwrap();
    let event_id = hardline::types::EventId::parse(event_id).unwrap();
    let subjects: Vec<_> = reports
        .iter()
        .map(|report| report.subject.clone())
        .collect();
    let alice = UserId::parse("@alice:example.org").unwrap();
    let expected = [
        ReportSubject::Event(room_id.clone(), event_id),
        ReportSubject::Room(room_id),
        ReportSubject::User(alice),
    ];
    assert_eq!(subjects, expected);
    assert_eq!(reports[0].reporter.as_str(), "@bob:example.org");
    assert_eq!(reports[0].reason.as_deref(), Some("Spam"));
}

#[test]
fn whoever_is_suspended_reads_and_leaves_and_says_nothing() {
    let world = World::new();
    let (alice, bob) = world.administrated();
    let room_id = world.room_of_two(&alice, &bob);
    let own = world.say(&bob, &room_id, "1", "hello");
    let others = world.say(&alice, &room_id, "1", "hello");
    let suspend = json!({"suspended": true});
    assert_eq!(world.put(&admin("suspend"), &bob, &suspend).0, 403);
    assert_eq!(
        world.put(&admin("suspend"), &alice, &suspend),
        (200, suspend.clone())
    );
    assert_eq!(world.get(&admin("suspend"), &alice), (200, suspend));
    let suspended = |(status, answer): (u16, Value)| {
        assert_eq!(
            (status, &answer["errcode"]),
            (403, &"M_USER_SUSPENDED".into())
        );
    };
    let send = in_room(&room_id, "send/m.room.message/2");
    suspended(world.put(&send, &bob, &text("more")));
    suspended(world.post("/_matrix/client/v3/createRoom", &bob, &json!({})));
    let redact = |event_id: &str| in_room(&room_id, &format!("redact/{event_id}/3"));
    suspended(world.put(&redact(&others), &bob, &json!({})));
    assert_eq!(world.put(&redact(&own), &bob, &json!({})).0, 200);
    let joined = &world.sync(&bob, "")["rooms"]["join"];
    assert!(joined.get(&room_id).is_some(), "{joined}");
    assert_eq!(
        world.post(&in_room(&room_id, "leave"), &bob, &json!({})).0,
        200
    );

    let restore = json!({"suspended": false});
    assert_eq!(world.put(&admin("suspend"), &alice, &restore).0, 200);
    assert_eq!(
        world.post(&in_room(&room_id, "join"), &bob, &json!({})).0,
        200
    );
    let missing = "/_matrix/client/v1/admin/suspend/@nobody:example.org";
    assert_eq!(world.get(missing, &alice).0, 404);
    let own = "/_matrix/client/v1/admin/suspend/@alice:example.org";
    assert_eq!(world.put(own, &alice, &json!({"suspended": true})).0, 403);
}

#[test]
fn only_administrators_are_told_that_they_can_suspend() {
    let world = World::new();
    let (alice, bob) = world.administrated();
    let capabilities = "/_matrix/client/v3/capabilities";
    let of = |token: &str| world.get(capabilities, token).1["capabilities"].clone();
    let expected = json!({"suspend": true, "lock": true});
    assert_eq!(of(&alice)["m.account_moderation"], expected);
    assert_eq!(of(&bob).get("m.account_moderation"), None);
}

#[test]
fn whoever_is_locked_can_only_log_out() {
    let world = World::new();
    let (alice, bob) = world.administrated();
    assert_eq!(
        world
            .put(&admin("lock"), &alice, &json!({"locked": true}))
            .0,
        200
    );
    let (status, answer) = world.get(WHOAMI, &bob);
    assert_eq!((status, &answer["errcode"]), (401, &"M_USER_LOCKED".into()));
    assert_eq!(answer["soft_logout"], true);
    let identifier = json!({"type": "m.id.user", "user": "bob"});
    let login = world.refused(LOGIN, "", &password_login(&identifier, "secret"));
    assert_eq!(login, (401, "M_USER_LOCKED".to_owned()));
    assert_eq!(world.post(LOGOUT, &bob, &json!({})).0, 200);
    assert_eq!(
        world
            .put(&admin("lock"), &alice, &json!({"locked": false}))
            .0,
        200
    );
    let bob = world.log_in("bob");
    assert_eq!(world.get(WHOAMI, &bob).0, 200);
}

#[test]
fn users_see_where_they_are_logged_in_and_administrators_see_it_of_all() {
    let world = World::new();
    let (alice, bob) = world.administrated();
    let path = |user: &str| format!("/_matrix/client/v3/admin/whois/@{user}:example.org");
    let request = with_token(Request::get(path("bob")), &bob).header("user-agent", "fox/1");
    let (status, answer) = parts(world.send(request, ""));
    assert_eq!(
        (status, &answer["user_id"]),
        (200, &"@bob:example.org".into())
    );
    let devices = answer["devices"].as_object().unwrap();
    let [device] = &devices.values().collect::<Vec<_>>()[..] else {
        panic!("{answer}")
    };
    let connection = &device["sessions"][0]["connections"][0];
    assert_eq!(connection["user_agent"], "fox/1");
    assert_eq!(connection["last_seen"], START.as_millis());
    assert_eq!(world.get(&path("bob"), &alice).1, answer);
    assert_eq!(world.get(&path("alice"), &bob).0, 403);
}

#[test]
fn whoever_leaves_for_good_leaves_the_rooms() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let body = json!({"auth": password_stage("bob", "secret", None)});
    let path = "/_matrix/client/v3/account/deactivate";
    assert_eq!(world.post(path, &bob, &body).0, 200);
    let member = in_room(&room_id, "state/m.room.member/@bob:example.org");
    assert_eq!(world.get(&member, &alice).1["membership"], "leave");
}
