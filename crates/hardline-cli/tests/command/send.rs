//! `send`, and `resume` of what was not sent.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use hardline::client_api::room_events::SendMessage;
use hardline::json::RawJson;
use hardline::types::{RoomId, TransactionId};
use hardline::wire::{self, Credentials, Target};
use hardline_loopback::{Fault, Loopback};
use serde_json::Value;

use crate::account::{data, log_in, with};
use crate::rooms::{create, step};
use crate::run::{at, homeserver, run, run_with};
#[cfg(unix)]
use crate::steps::Running;

fn outbox(data: &Path) -> PathBuf {
    data.join("hardline/session.outbox.json")
}

/// Where messages of a room are sent to.
fn sends_to(loopback: &Loopback, room: &str) -> String {
    let room = RoomId::parse(room).unwrap();
    let txn_id = TransactionId::from_entropy([0; 16]);
    let content: RawJson = serde_json::from_str("{}").unwrap();
    let send = SendMessage::new(room, "m.room.message".to_owned(), txn_id, content);
    let target = Target::homeserver(loopback.url()).unwrap();
    let request = wire::encode(&send, &target, &Credentials::Deferred).unwrap();
    let path = request.uri().path();
    path[..path.find("/m.room.message").unwrap()].to_owned()
}

/// What was said in a room, in order.
fn said(data: &Path, room: &str) -> Vec<String> {
    let arguments = format!("call cs:getRoomEvents dir=f limit=100 roomId={room}");
    let ended = run(&mut with(data, &arguments)).expect(0, &[]);
    let answer: Value = serde_json::from_str(&ended.stdout).unwrap();
    let events = answer["chunk"].as_array().unwrap().iter();
    let bodies = events.filter_map(|event| event["content"]["body"].as_str());
    bodies.map(str::to_owned).collect()
}

#[test]
fn messages_are_sent_in_any_form() {
    let (loopback, data) = (homeserver(), data("send"));
    log_in(&loopback, &data);
    let room = create(&data, "--alias tea");
    let ended = run(&mut with(&data, &format!("send {room} hello --json")));
    let sent = step(&ended, "sent");
    assert_eq!(sent["room_id"], room.as_str());
    assert!(sent["event_id"].as_str().unwrap().starts_with('$'));
    let alias = format!("send tea:{}", loopback.server_name());
    run(&mut with(&data, &format!("{alias} waves --emote"))).expect(0, &["sent $"]);
    run(&mut with(&data, &format!("{alias} beep --notice"))).expect(0, &["sent $"]);
    run_with(&mut with(&data, &format!("{alias} -")), "two\nlines\n").expect(0, &["sent $"]);
    assert_eq!(said(&data, &room), ["hello", "waves", "beep", "two\nlines"]);
    assert!(!outbox(&data).exists());
    run(&mut with(&data, "resume")).expect(2, &["nothing was left"]);
    // One who logs in for this command alone keeps nothing.
    run(&mut at(&loopback, "alice", &format!("send {room} bye")))
        .expect(0, &["sent $", "logged out"]);
    assert_eq!(said(&data, &room).last().unwrap(), "bye");
}

#[test]
fn what_was_not_answered_is_resumed_and_the_room_has_it_once() {
    let (loopback, data) = (homeserver(), data("send_resume"));
    log_in(&loopback, &data);
    let room = create(&data, "");
    let path = sends_to(&loopback, &room);
    loopback.set_fault(&path, Fault::LoseAnswer);
    let send = format!("send {room} once --retries 0");
    run(&mut with(&data, &send)).expect(5, &["hardline resume"]);
    assert!(outbox(&data).exists());
    loopback.clear_fault(&path);
    run(&mut with(&data, "resume")).expect(0, &["sent $"]);
    assert_eq!(said(&data, &room), ["once"]);
    assert!(!outbox(&data).exists());

    // The next message takes it along.
    loopback.set_fault(&path, Fault::BadGateway);
    run(&mut with(&data, &format!("send {room} two --retries 0"))).expect(6, &["hardline resume"]);
    loopback.clear_fault(&path);
    let ended = run(&mut with(&data, &format!("send {room} three"))).expect(0, &[]);
    assert_eq!(ended.stdout.lines().count(), 2);
    assert_eq!(said(&data, &room), ["once", "two", "three"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_message() {
    let (loopback, data) = (homeserver(), data("send_interrupted"));
    log_in(&loopback, &data);
    let room = create(&data, "");
    let path = sends_to(&loopback, &room);
    loopback.set_fault(&path, Fault::Hang);
    let mut send = Running::start(&mut with(&data, &format!("send {room} kept --json")));
    let end = Instant::now() + Duration::from_secs(60);
    while !outbox(&data).exists() {
        assert!(Instant::now() < end, "nothing was saved");
        thread::sleep(Duration::from_millis(20));
    }
    send.interrupt();
    let error: Value = serde_json::from_str(&send.line("an error")).unwrap();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("hardline resume"),
        "{error}"
    );
    assert_eq!(send.end_by_signal(), 2, "SIGINT");
    loopback.clear_fault(&path);
    run(&mut with(&data, "resume")).expect(0, &["sent $"]);
    assert_eq!(said(&data, &room), ["kept"]);
}

#[test]
fn after_another_login_the_user_decides_what_may_have_been_sent() {
    let (loopback, data) = (homeserver(), data("send_another_login"));
    log_in(&loopback, &data);
    let room = create(&data, "");
    let path = sends_to(&loopback, &room);
    let leave = |text: &str| {
        loopback.set_fault(&path, Fault::LoseAnswer);
        let send = format!("send {room} {text} --retries 0");
        run(&mut with(&data, &send)).expect(5, &["hardline resume"]);
        loopback.clear_fault(&path);
        run(&mut with(&data, "logout")).expect(0, &[]);
        log_in(&loopback, &data);
    };
    leave("dropped");
    run(&mut with(&data, "resume")).expect(9, &["no answer came"]);
    run(&mut with(&data, &format!("send {room} other"))).expect(0, &["may have been sent"]);
    run_with(&mut with(&data, "resume"), "n\n").expect(0, &[]);
    run(&mut with(&data, "resume")).expect(2, &["nothing was left"]);
    leave("again");
    run_with(&mut with(&data, "resume"), "y\n").expect(0, &["sent $"]);
    assert_eq!(said(&data, &room), ["dropped", "other", "again", "again"]);

    // Another user's messages are nobody else's to send.
    leave("mine");
    run(&mut with(&data, "logout")).expect(0, &[]);
    let mut login = at(&loopback, "bob", "login");
    run(login.env("XDG_DATA_HOME", &data)).expect(0, &["@bob:"]);
    run(&mut with(&data, "resume")).expect(2, &["messages of @alice:", "log in as that user"]);
}

#[test]
fn what_the_server_refuses_is_told_and_not_kept() {
    let (loopback, data) = (homeserver(), data("send_refused"));
    log_in(&loopback, &data);
    let room = create(&data, "");
    let nobody = format!("send {room} hello");
    run(&mut at(&loopback, "bob", &nobody)).expect(3, &["M_FORBIDDEN", "you may not write"]);
    let encrypted = create(&data, "--encrypted");
    let send = format!("send {encrypted} hello");
    run(&mut with(&data, &send)).expect(7, &["encrypted", "another client"]);
    let long = "x".repeat(70_000);
    run_with(&mut with(&data, &format!("send {room} -")), &long).expect(2, &["65"]);
    run_with(&mut with(&data, &format!("send {room} -")), "\n").expect(2, &["is empty"]);
    run(&mut with(&data, "resume")).expect(2, &["nothing was left"]);
    assert!(said(&data, &room).is_empty());
}

#[test]
fn several_commands_at_once_send_all_of_it_once() {
    let (loopback, data) = (homeserver(), data("send_at_once"));
    log_in(&loopback, &data);
    let room = create(&data, "");
    let send = |number: usize| with(&data, &format!("send {room} message-{number}"));
    let children: Vec<_> = (0..6).map(|number| send(number).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let mut said = said(&data, &room);
    said.sort();
    let expected: Vec<_> = (0..6).map(|number| format!("message-{number}")).collect();
    assert_eq!(said, expected);
}
