use super::*;

#[test]
fn a_request_leaves_once_its_save_is_confirmed() {
    let mut program = Program::new();
    program.confirms = false;
    program.say("!a", "hello", 1);
    assert_eq!(program.requests().len(), 0);
    assert_eq!(program.queue.state(), "Unsaved");
    // A confirmation of what there has not been yet counts for nothing, nor does one of what was before.
    for wrong in [program.queue.revision() + 1, program.queue.revision() - 1] {
        program.queue.saved(NOW, wrong);
        program.drain();
        assert_eq!(program.requests().len(), 0);
    }
    program.queue.saved(NOW, program.queue.revision());
    program.drain();
    assert_eq!(
        program.request(),
        r#"PUT v3/rooms/%21a/send/m.room.message/1 {"body":"hello","msgtype":"m.text"}"#
    );
    assert_eq!(program.queue.state(), "Sending");
    program.take("$1");
    assert_eq!(program.told(), ["sent 1 as $1"]);
    assert_eq!(program.queue.state(), "Idle");
    assert!(program.queue.is_empty());
}

#[test]
fn without_saves_requests_leave_at_once_and_nothing_asks_for_a_save() {
    let options = SendOptions {
        confirms_saves: false,
        ..SendOptions::default()
    };
    let mut program = Program::with(options);
    program.confirms = false;
    program.say("!a", "hello", 1);
    assert_eq!(program.requests().len(), 1);
    program.take("$1");
    assert_eq!(program.told(), ["sent 1 as $1"]);
}

#[test]
fn a_room_keeps_its_order_and_rooms_are_sent_side_by_side() {
    let mut program = Program::new();
    for (byte, name) in [
        (1, "!a"),
        (2, "!a"),
        (3, "!b"),
        (4, "!c"),
        (5, "!d"),
        (6, "!e"),
    ] {
        program.say(name, "hello", byte);
    }
    let paths = |program: &Program| {
        let requests = program.requests().into_iter();
        let last = requests.map(|one| one.split([' ', '/']).nth(6).unwrap().to_owned());
        last.collect::<Vec<_>>()
    };
    // Four at a time, one a room.
    assert_eq!(paths(&program), ["1", "3", "4", "5"]);
    program.answer_at(1, 200, r#"{"event_id": "$3"}"#);
    assert_eq!(paths(&program), ["1", "4", "5", "6"]);
    program.take("$1");
    assert_eq!(paths(&program), ["4", "5", "6", "2"]);
    for id in ["$4", "$5", "$6", "$2"] {
        program.take(id);
    }
    let sent = [3, 1, 4, 5, 6, 2].map(|byte| format!("sent {byte} as ${byte}"));
    assert_eq!(program.told(), sent);
}

#[test]
fn an_event_that_awaits_its_content_keeps_its_place() {
    let mut program = Program::new();
    let picture = OutgoingEvent::awaiting_content(room("!a"), "m.room.message");
    let picture = program.enqueue(picture, 1);
    program.say("!a", "look", 2);
    program.say("!b", "hello", 3);
    assert_eq!(
        program.states(),
        ["1 AwaitingContent", "2 Queued", "3 InFlight"]
    );
    program.take("$3");
    assert_eq!(program.requests().len(), 0);
    assert_eq!(program.queue.state(), "Blocked");
    let content = json!({"msgtype": "m.image", "body": "cat", "url": "mxc://example.org/cat"});
    program.queue.provide(NOW, &picture, &content).unwrap();
    // It has its content now.
    let again = program.queue.provide(NOW, &picture, &content);
    assert!(matches!(again, Err(SendQueueError::NotPossible)));
    program.drain();
    assert_eq!(
        program.request(),
        r#"PUT v3/rooms/%21a/send/m.room.message/1 {"body":"cat","msgtype":"m.image","url":"mxc://example.org/cat"}"#
    );
    program.take("$1");
    assert!(program.request().contains("/2 "));
}

#[test]
fn a_redaction_is_sent_in_its_place() {
    let mut program = Program::new();
    program.enqueue(redaction("!a", "$old"), 1);
    assert_eq!(
        program.request(),
        r#"PUT v3/rooms/%21a/redact/%24old/1 {"reason":"a typing error"}"#
    );
    program.answer(200, r#"{"event_id": "$redaction"}"#);
    assert_eq!(program.told(), ["redacted by 1"]);
}

#[test]
fn answers_that_are_late_or_come_twice_change_nothing() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    let (first, _) = program.in_flight[0];
    let answer = || Response::new(Bytes::from_static(br#"{"event_id": "$1"}"#));
    program.take("$1");
    program.input(Input::Response(first, answer()));
    assert_eq!(program.told(), ["sent 1 as $1"]);
    // The time for the second's answer passes, and it comes after all.
    let (second, _) = program.in_flight[0];
    program.wait();
    assert!(program.in_flight.is_empty(), "it was cancelled");
    program.input(Input::Response(second, answer()));
    program.wait();
    assert!(program.request().contains("/2 "), "it is the same event");
    program.take("$2");
    assert_eq!(program.told(), ["offline", "online", "sent 2 as $2"]);
}

#[test]
fn a_closed_queue_is_done_once_it_is_empty() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.queue.close(NOW);
    let refused = program.queue.enqueue(NOW, message("!a", "two"), [2; 16]);
    let refused = refused.unwrap_err();
    assert!(matches!(refused.reason(), SendQueueError::Closed));
    program.drain();
    program.take("$1");
    assert_eq!(program.told(), ["sent 1 as $1", "done"]);
    assert_eq!(program.queue.state(), "Over");
    assert_eq!(program.until, None);
}
