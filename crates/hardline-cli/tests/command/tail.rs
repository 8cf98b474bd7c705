//! `tail`.
#![cfg(unix)]

use std::path::Path;

use hardline_loopback::{Fault, Loopback};
use serde_json::{Value, json};

use crate::account::{data, log_in, with};
use crate::rooms::create;
use crate::run::{at, homeserver, run};
use crate::steps::Running;

/// A room of alice's, who is logged in, with bob in it.
fn room(loopback: &Loopback, data: &Path) -> String {
    log_in(loopback, data);
    let room = create(data, "--name Tea --public");
    run(&mut at(loopback, "bob", &format!("room join {room}"))).expect(0, &[]);
    room
}

/// Bob sends an event.
fn send(loopback: &Loopback, room: &str, event_type: &str, content: &Value) {
    let mut send = at(loopback, "bob", "call cs:sendMessage");
    send.arg(format!("roomId={room}"));
    send.arg(format!("eventType={event_type}"));
    // Transaction IDs belong to a device, and this one is new each time.
    send.arg("txnId=1").arg(format!("content={content}"));
    run(&mut send).expect(0, &["$"]);
}

fn say(loopback: &Loopback, room: &str, body: &str) {
    let content = json!({"msgtype": "m.text", "body": body});
    send(loopback, room, "m.room.message", &content);
}

#[track_caller]
fn event(tail: &mut Running) -> Value {
    serde_json::from_str(&tail.line("event")).unwrap()
}

#[test]
fn a_room_is_shown_as_it_goes_on_and_from_where_it_was_left() {
    let (loopback, data) = (homeserver(), data("tail"));
    let room = room(&loopback, &data);
    let mut tail = Running::start(&mut with(&data, &format!("tail {room} -n 1 --json")));
    let before = event(&mut tail);
    assert_eq!(before["type"], "m.room.member");
    assert_eq!(before["room_id"], room.as_str());
    say(&loopback, &room, "hello");
    assert_eq!(event(&mut tail)["content"]["body"], "hello");
    tail.interrupt();
    assert_eq!(tail.end_by_signal(), 2, "SIGINT");

    say(&loopback, &room, "meanwhile");
    let mut tail = Running::start(&mut with(&data, &format!("tail {room} --json")));
    assert_eq!(event(&mut tail)["content"]["body"], "meanwhile");
    tail.interrupt();
    assert_eq!(tail.end_by_signal(), 2);
}

#[test]
fn what_others_write_is_shown_in_words_and_cannot_touch_the_terminal() {
    let (loopback, data) = (homeserver(), data("tail_words"));
    let room = room(&loopback, &data);
    let mut tail = Running::start(&mut with(&data, &format!("tail {room} -n 2")));
    assert!(
        tail.line("the room's name")
            .contains("called the room \"Tea\"")
    );
    assert!(tail.line("a join").ends_with(" joined"));
    say(&loopback, &room, "a\u{1b}[2J\u{202e}b\nc");
    let line = tail.line("a message");
    assert!(line.ends_with("] bob: a[2Jb"), "{line:?}");
    assert_eq!(tail.line("its second line"), "        c");
    let secret = json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"});
    send(&loopback, &room, "m.room.encrypted", &secret);
    assert!(
        tail.line("an encrypted message")
            .contains("which this command cannot read")
    );
    tail.interrupt();
    assert_eq!(tail.end_by_signal(), 2);
}

#[test]
fn a_server_that_is_gone_for_a_while_is_told_and_nothing_is_missed() {
    let (loopback, data) = (homeserver(), data("tail_offline"));
    let room = room(&loopback, &data);
    let mut tail = Running::start(&mut with(&data, &format!("tail {room} -n 1 --json")));
    event(&mut tail);
    let sync = "/_matrix/client/v3/sync";
    loopback.set_fault(sync, Fault::Close);
    // Whether the poll that waits brings this or not, the next one fails.
    say(&loopback, &room, "one");
    say(&loopback, &room, "two");
    loopback.clear_fault(sync);
    for body in ["one", "two"] {
        assert_eq!(event(&mut tail)["content"]["body"], body);
    }
    tail.interrupt();
    assert_eq!(tail.end_by_signal(), 2);
    for words in ["offline: ", "online again"] {
        assert!(tail.said.contains(words), "{}", tail.said);
    }
}

#[test]
fn a_room_of_others_is_not_shown() {
    let (loopback, data) = (homeserver(), data("tail_others"));
    let room = room(&loopback, &data);
    run(&mut at(&loopback, "bob", &format!("room leave {room}"))).expect(0, &[]);
    run(&mut at(&loopback, "bob", &format!("tail {room}"))).expect(3, &["you are not in"]);
    let nowhere = format!("tail nowhere:{}", loopback.server_name());
    run(&mut with(&data, &nowhere)).expect(3, &["no such room"]);
    run(&mut with(&data, "tail tea")).expect(2, &["a room is its ID"]);
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_where_nobody_can_read_it() {
    let (loopback, data) = (homeserver(), data("tail_full"));
    let room = room(&loopback, &data);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut tail = with(&data, &format!("tail {room}"));
    let output = tail.stdout(full).output().unwrap();
    crate::run::ended(output).expect(1, &["could not write the output"]);
}
