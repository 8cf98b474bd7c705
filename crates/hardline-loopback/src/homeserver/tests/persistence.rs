//! What a homeserver remembers, elsewhere.

use super::*;
use crate::{ApplicationService, Snapshot, SnapshotError};

impl World {
    /// A homeserver that was set up like this one, and remembers what this one remembers.
    fn restarted(&self) -> Self {
        let homeserver = Homeserver::new(
            self.homeserver.server_name().clone(),
            "https://example.org",
            [9; 32],
        );
        let text = self.homeserver.snapshot().to_json();
        homeserver
            .restore(&Snapshot::parse(&text).unwrap())
            .unwrap();
        // What was restored is what was written.
        assert!(homeserver.snapshot().to_json() == text);
        Self {
            homeserver,
            now: self.now,
        }
    }
}

#[test]
fn accounts_sessions_and_rooms_are_there_again() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.request_token(1);
    let (status, room) = world.post(
        "/_matrix/client/v3/createRoom",
        &token,
        &json!({"name": "Here"}),
    );
    assert_eq!(status, 200, "{room}");
    let (_, challenge) = world.post(
        REGISTER,
        "",
        &json!({"username": "bob", "password": "secret"}),
    );
    let (_, synced) = world.get("/_matrix/client/v3/sync", &token);
    let code = world.code();

    let world = world.restarted();
    assert_eq!(world.get(WHOAMI, &token).1["user_id"], "@alice:example.org");
    let name = format!(
        "/_matrix/client/v3/rooms/{}/state/m.room.name",
        room["room_id"].as_str().unwrap()
    );
    assert_eq!(world.get(&name, &token), (200, json!({"name": "Here"})));
    let since = format!(
        "/_matrix/client/v3/sync?since={}",
        synced["next_batch"].as_str().unwrap()
    );
    assert_eq!(
        world.get(&since, &token).1["next_batch"],
        synced["next_batch"]
    );
    world.log_in("alice");
    // What was begun goes on: a validation session, and one of authentication with what it remembers.
    assert_eq!(world.post(SUBMIT, "", &submission(&sid, &code)).0, 200);
    assert_eq!(world.add(&token, &sid, "alice"), (200, json!({})));
    let auth = json!({"type": "m.login.dummy", "session": challenge["session"]});
    let bob = json!({"auth": auth});
    let (status, registered) = world.post(REGISTER, "", &bob);
    assert_eq!(
        (status, &registered["user_id"]),
        (200, &"@bob:example.org".into())
    );
    // A lost answer too is there again.
    assert_eq!(
        world.restarted().post(REGISTER, "", &bob),
        (200, registered)
    );
}

#[test]
fn one_seed_gives_one_run_across_a_restart() {
    let world = World::new();
    let again = world.restarted();
    assert_eq!(world.log_in("alice"), again.log_in("alice"));
}

#[test]
fn the_deepest_content_can_be_read_again() {
    let world = World::new();
    let token = world.log_in("alice");
    let (_, room) = world.post("/_matrix/client/v3/createRoom", &token, &json!({}));
    let send = |depth: usize| {
        let path = format!(
            "/_matrix/client/v3/rooms/{}/send/x.deep/{depth}",
            room["room_id"].as_str().unwrap()
        );
        let content = format!(
            "{{\"deep\":{}{}}}",
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        );
        parts(world.send(with_token(Request::put(path), &token), content))
    };
    assert_eq!(send(100).0, 200);
    let (status, refused) = send(101);
    assert_eq!((status, &refused["errcode"]), (400, &"M_BAD_JSON".into()));
    world.restarted();
}

#[test]
fn what_it_was_set_up_to_do_is_not_restored() {
    let world = World::new();
    let snapshot = world.homeserver.snapshot();
    world.homeserver.set_guest_access(false);
    world.homeserver.set_legacy_authentication(false);
    world.homeserver.restore(&snapshot).unwrap();
    assert_eq!(world.post(LOGIN, "", &json!({})).0, 404);
    world.homeserver.set_legacy_authentication(true);
    assert_eq!(
        world
            .post(&format!("{REGISTER}?kind=guest"), "", &json!({}))
            .0,
        403
    );
}

#[test]
fn a_snapshot_that_is_not_whole_is_refused() {
    let world = World::new();
    let text = world.homeserver.snapshot().to_json();
    let refused = |text: &[u8]| Snapshot::parse(text).unwrap_err();
    for length in [0, 1, text.len() / 2, text.len() - 1] {
        assert!(
            matches!(refused(&text[..length]), SnapshotError::Damaged(_)),
            "{length}"
        );
    }
    let written = String::from_utf8(text).unwrap();
    let other = |from: &str, to: &str| {
        assert!(written.contains(from), "{from}");
        refused(written.replace(from, to).as_bytes())
    };
    assert!(matches!(
        other("@alice:example.org", "@alicf:example.org"),
        SnapshotError::Changed
    ));
    let newer = other("\"version\":1,", "\"version\":2,");
    assert!(
        matches!(newer, SnapshotError::Newer { found: 2 }),
        "{newer}"
    );
    let foreign = other("\"format\":\"hardline-loopback\"", "\"format\":\"x\"");
    assert!(
        matches!(foreign, SnapshotError::Foreign { .. }),
        "{foreign}"
    );
    // A newer one may look like anything else.
    let newer = refused(br#"{"format":"hardline-loopback","version":9}"#);
    assert!(
        matches!(newer, SnapshotError::Newer { found: 9 }),
        "{newer}"
    );

    let name = ServerName::parse("other.example").unwrap();
    let other = Homeserver::new(name, "https://other.example", [7; 32]);
    let refused = other.restore(&world.homeserver.snapshot()).unwrap_err();
    assert!(
        matches!(refused, SnapshotError::OtherServer { .. }),
        "{refused}"
    );
}

#[test]
fn a_snapshot_shows_no_secrets() {
    let world = World::new();
    let token = world.log_in("alice");
    let snapshot = world.homeserver.snapshot();
    assert!(
        String::from_utf8(snapshot.to_json())
            .unwrap()
            .contains(&token)
    );
    assert!(!format!("{snapshot:?}").contains(&token));
}

#[test]
fn application_services_are_added_again() {
    let world = World::new();
    let irc = || ApplicationService::new("irc", "as-token").users("irc_");
    let before = world.homeserver.snapshot();
    world.homeserver.add_application_service(irc()).unwrap();
    // The user of one that came after the snapshot is there all the same.
    world.homeserver.restore(&before).unwrap();
    let who = |world: &World| world.get(WHOAMI, "as-token").1["user_id"].clone();
    assert_eq!(who(&world), "@irc:example.org");
    let world = world.restarted();
    world.homeserver.add_application_service(irc()).unwrap();
    assert_eq!(who(&world), "@irc:example.org");
    // Twice is once too many.
    assert!(world.homeserver.add_application_service(irc()).is_err());
}
