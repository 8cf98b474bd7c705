//! `rooms` and `room`.

use std::path::Path;

use hardline_loopback::Loopback;
use serde_json::Value;

use crate::account::{data, log_in, with};
use crate::run::{Ended, at, homeserver, run};

/// A step of a command with `--json`.
#[track_caller]
pub(crate) fn step(ended: &Ended, name: &str) -> Value {
    let mut steps = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let step = steps.find(|step: &Value| step["step"] == name);
    step.unwrap_or_else(|| panic!("no {name} in {}", ended.stdout))
}

/// A room of alice's.
pub(crate) fn create(data: &Path, options: &str) -> String {
    let create = &mut with(data, &format!("room create --json {options}"));
    let created = step(&run(create).expect(0, &[]), "room_created");
    created["room_id"].as_str().unwrap().to_owned()
}

fn as_bob(loopback: &Loopback, arguments: &str) -> Ended {
    run(&mut at(loopback, "bob", arguments))
}

#[test]
fn a_room_is_created_joined_listed_and_left() {
    let (loopback, data) = (homeserver(), data("rooms"));
    log_in(&loopback, &data);
    let server = loopback.server_name();
    run(&mut with(&data, "rooms")).expect(0, &["you are in no room"]);
    let create = "room create --name Tea --alias tea --topic Leaves --public";
    let ended = run(&mut with(&data, create)).expect(0, &["created !"]);
    assert!(ended.stdout.contains(&format!("(#tea:{server})")));
    as_bob(&loopback, &format!("room join #tea:{server}")).expect(0, &["joined !"]);

    let ended = run(&mut with(&data, "rooms")).expect(0, &["Tea", "2 members"]);
    assert_eq!(
        (ended.stdout.lines().count(), ended.stderr.as_str()),
        (1, "")
    );
    let room = step(&run(&mut with(&data, "rooms --json")), "rooms")["rooms"][0].clone();
    let id = room["room_id"].as_str().unwrap().to_owned();
    assert_eq!(room["membership"], "join");
    assert_eq!(room["canonical_alias"], format!("#tea:{server}"));
    assert_eq!(
        (&room["joined_members"], &room["encrypted"]),
        (&2.into(), &false.into())
    );

    let members = format!("room members tea:{server} --json");
    let members = step(&run(&mut with(&data, &members)), "members");
    assert_eq!(members["room_id"], id.as_str());
    let users: Vec<_> = members["members"].as_array().unwrap().iter().collect();
    assert_eq!(users.len(), 2);
    assert_eq!(users[0]["user_id"], format!("@alice:{server}"));

    let link = format!("https://matrix.to/#/{id}");
    as_bob(&loopback, &format!("room leave {link}")).expect(0, &["left !"]);
    as_bob(&loopback, "rooms").expect(0, &["you are in no room"]);
    run(&mut with(&data, "rooms")).expect(0, &["1 member"]);
}

#[test]
fn an_invitation_is_marked_and_accepted_or_declined() {
    let (loopback, data) = (homeserver(), data("invitations"));
    log_in(&loopback, &data);
    let server = loopback.server_name();
    let id = create(&data, "--name Tea");
    let other = create(&data, "--invite bob");
    run(&mut with(
        &data,
        &format!("room invite {id} bob --reason tea"),
    ))
    .expect(0, &["invited @bob:"]);
    let rooms = step(&as_bob(&loopback, "rooms --json"), "rooms");
    assert_eq!(rooms["rooms"].as_array().unwrap().len(), 2);
    for room in rooms["rooms"].as_array().unwrap() {
        assert_eq!(room["membership"], "invite");
        assert_eq!(room["inviter"], format!("@alice:{server}"));
    }
    as_bob(&loopback, "rooms").expect(0, &[&format!("invitation from @alice:{server}: Tea")]);
    as_bob(&loopback, &format!("room join {id}")).expect(0, &["joined !"]);
    as_bob(&loopback, &format!("room leave {other}")).expect(0, &["left !"]);
    let ended = as_bob(&loopback, "rooms").expect(0, &["Tea", "2 members"]);
    assert_eq!(ended.stdout.lines().count(), 1);
    // Whom a room without a name is called after.
    let pair = create(&data, "--invite bob --direct");
    as_bob(&loopback, &format!("room join {pair}")).expect(0, &[]);
    as_bob(&loopback, "rooms").expect(0, &[&format!("  @alice:{server}, 2 members")]);
    let direct = format!("call cs:getAccountData type=m.direct userId=@alice:{server}");
    run(&mut with(&data, &direct)).expect(0, &[&pair, &format!("@bob:{server}")]);
}

#[test]
fn what_a_server_refuses_about_a_room_is_explained() {
    let (loopback, data) = (homeserver(), data("refused_rooms"));
    log_in(&loopback, &data);
    let server = loopback.server_name();
    let id = create(&data, "--alias tea");
    run(&mut with(&data, "room create --alias #tea")).expect(3, &["M_ROOM_IN_USE", "--alias"]);
    for arguments in [format!("room join {id}"), format!("room members {id}")] {
        as_bob(&loopback, &arguments).expect(3, &["M_FORBIDDEN"]);
    }
    as_bob(&loopback, &format!("room leave {id}")).expect(3, &["hardline rooms"]);
    let twice = format!("room invite {id} alice");
    run(&mut with(&data, &twice)).expect(3, &["could not invite @alice:"]);
    for arguments in ["room leave", "room join", "room members"] {
        let arguments = format!("{arguments} nowhere:{server}");
        run(&mut with(&data, &arguments)).expect(3, &["M_NOT_FOUND", "no such room"]);
    }
}

#[test]
fn what_is_no_room_is_refused_before_anything_is_sent() {
    for (arguments, words) in [
        ("room join tea", "a room is its ID"),
        ("room leave @bob:example.org", "a room is its ID"),
        ("room invite !a:example.org", "<USER>"),
        ("room create --direct", "--invite"),
        ("room create --direct --public --invite bob", "--public"),
        ("room join !a:example.org --via a/b", "--via"),
        ("rooms", "nobody is logged in"),
    ] {
        run(&mut crate::run::hardline(arguments)).expect(2, &[words]);
    }
    let (loopback, data) = (homeserver(), data("no_room"));
    log_in(&loopback, &data);
    for (arguments, words) in [
        ("room create --alias #tea:example.com", "another server"),
        (
            "room create --direct --invite bob --invite carol",
            "one user",
        ),
        ("room invite !a:example.org @bob", "is no user"),
    ] {
        run(&mut with(&data, arguments)).expect(2, &[words]);
    }
}

#[test]
fn an_encrypted_room_comes_with_a_warning() {
    let (loopback, data) = (homeserver(), data("encrypted_room"));
    log_in(&loopback, &data);
    run(&mut with(&data, "room create --encrypted")).expect(0, &["does not encrypt"]);
    run(&mut with(&data, "rooms")).expect(0, &["encrypted, 1 member"]);
}

#[test]
fn what_others_call_a_room_does_not_reach_the_terminal() {
    let (loopback, data) = (homeserver(), data("escaped_room"));
    log_in(&loopback, &data);
    let mut create = at(&loopback, "bob", "room create --invite alice");
    run(create.args(["--name", "a\u{1b}[2J\u{202e}b"])).expect(0, &[]);
    let ended = run(&mut with(&data, "rooms")).expect(0, &["a[2Jb"]);
    assert!(!ended.stdout.contains(['\u{1b}', '\u{202e}']));
}
