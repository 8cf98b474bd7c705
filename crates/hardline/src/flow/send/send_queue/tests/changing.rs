use super::*;

fn content(body: &str) -> serde_json::Value {
    json!({"msgtype": "m.text", "body": body})
}

#[test]
fn an_event_is_replaced_only_if_no_request_for_it_left() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    let second = program.say("!a", "two", 2);
    let edited = program.queue.edit(NOW, &second, &content("zwei"), [3; 16]);
    assert_eq!(edited.unwrap(), Edited::InPlace);
    program.drain();
    program.take("$1");
    assert!(program.request().contains(r#"/2 {"body":"zwei""#));
    // Now one has left.
    let edited = program.queue.edit(NOW, &second, &content("deux"), [4; 16]);
    let edit = TransactionId::from_entropy([4; 16]);
    assert_eq!(edited.unwrap(), Edited::Queued(edit.clone()));
    // The edit has not.
    let edited = program.queue.edit(NOW, &second, &content("due"), [5; 16]);
    assert_eq!(edited.unwrap(), Edited::Queued(edit.clone()));
    program.drain();
    assert_eq!(program.states(), ["2 InFlight", "4 Queued"]);
    program.fail(FailureClass::Interrupted);
    program.wait();
    assert!(program.request().contains(r#"/2 {"body":"zwei""#));
    program.take("$2");
    assert_eq!(
        program.request(),
        concat!(
            r#"PUT v3/rooms/%21a/send/m.room.message/4 {"msgtype":"m.text","body":"* due","#,
            r#""m.new_content":{"body":"due","msgtype":"m.text"},"#,
            r#""m.relates_to":{"rel_type":"m.replace","event_id":"$2"}}"#
        )
    );
    // An edit of an edit that has left is another edit of the event.
    let edited = program.queue.edit(NOW, &edit, &content("drie"), [6; 16]);
    let edited = edited.unwrap();
    assert_eq!(edited, Edited::Queued(TransactionId::from_entropy([6; 16])));
    program.drain();
    program.take("$4");
    assert!(program.request().contains(r#""event_id":"$2""#));
}

#[test]
fn an_event_is_discarded_only_if_no_request_for_it_left() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    let second = program.say("!a", "two", 2);
    let removed = program.queue.discard(NOW, &second, [3; 16]);
    assert_eq!(removed.unwrap(), Discarded::FromQueue);
    // Its edit is of no use when it is redacted.
    let _ = program.queue.edit(NOW, &first, &content("uno"), [4; 16]);
    let redaction = TransactionId::from_entropy([5; 16]);
    for byte in [5, 6] {
        let removed = program.queue.discard(NOW, &first, [byte; 16]);
        assert_eq!(removed.unwrap(), Discarded::ByRedaction(redaction.clone()));
    }
    program.drain();
    assert_eq!(program.states(), ["1 InFlight", "5 Queued"]);
    program.take("$1");
    assert_eq!(program.request(), "PUT v3/rooms/%21a/redact/%241/5 {}");
    let kept = program.queue.discard(NOW, &redaction, [7; 16]);
    assert!(matches!(kept, Err(SendQueueError::NotPossible)));
    program.answer(200, "{}");
    assert_eq!(program.told(), ["sent 1 as $1", "redacted by 5"]);
}

#[test]
fn an_event_whose_answer_was_lost_or_is_waited_for_stays_as_it_is() {
    for class in [
        FailureClass::Interrupted,
        FailureClass::TimedOutAfterSend,
        FailureClass::NetworkError,
        FailureClass::Malformed,
    ] {
        let mut program = Program::new();
        let first = program.say("!a", "one", 1);
        program.fail(class);
        let edited = program.queue.edit(NOW, &first, &content("uno"), [2; 16]);
        assert!(matches!(edited, Ok(Edited::Queued(_))), "{class:?}");
        let removed = program.queue.discard(NOW, &first, [3; 16]);
        assert!(
            matches!(removed, Ok(Discarded::ByRedaction(_))),
            "{class:?}"
        );
    }
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    program.answer(429, r#"{"errcode": "M_LIMIT_EXCEEDED"}"#);
    let edited = program.queue.edit(NOW, &first, &content("uno"), [2; 16]);
    assert!(matches!(edited, Ok(Edited::Queued(_))));
}

#[test]
fn a_request_that_never_left_does_not_count() {
    for class in [FailureClass::Dns, FailureClass::NotAdmitted] {
        let mut program = Program::new();
        let first = program.say("!a", "one", 1);
        program.fail(class);
        let edited = program.queue.edit(NOW, &first, &content("uno"), [2; 16]);
        assert_eq!(edited.unwrap(), Edited::InPlace);
        program.drain();
        program.wait();
        assert!(program.request().contains(r#"/1 {"body":"uno""#));
    }
}

#[test]
fn a_request_that_waits_for_another_token_is_replaced() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    let (id, _) = program.in_flight[0];
    program.input(Input::Held(id));
    let edited = program.queue.edit(NOW, &first, &content("uno"), [2; 16]);
    assert_eq!(edited.unwrap(), Edited::InPlace);
    program.drain();
    assert!(program.request().contains(r#"/1 {"body":"uno""#));
    let (id, _) = program.in_flight[0];
    program.input(Input::Held(id));
    program.input(Input::Released(id));
    let edited = program.queue.edit(NOW, &first, &content("un"), [2; 16]);
    assert!(matches!(edited, Ok(Edited::Queued(_))));
}

#[test]
fn a_stuck_event_that_an_earlier_request_may_have_sent_is_edited_behind() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    program.fail(FailureClass::Interrupted);
    program.wait();
    // A proxy does not know what the server has.
    program.answer(403, "<html>");
    assert_eq!(program.told(), ["offline", "online", "stuck 1 Some(403)"]);
    let edited = program.queue.edit(NOW, &first, &content("uno"), [2; 16]);
    assert!(matches!(edited, Ok(Edited::Queued(_))));
    // Whoever discards it has decided.
    let removed = program.queue.discard(NOW, &first, [3; 16]);
    assert_eq!(removed.unwrap(), Discarded::FromQueue);
    assert!(program.queue.is_empty(), "its edit is gone with it");
}

#[test]
fn an_encrypted_event_is_edited_by_who_can_encrypt() {
    let mut program = Program::new();
    let event = OutgoingEvent::new(room("!a"), "m.room.encrypted", &json!({"a": 1})).unwrap();
    let first = program.enqueue(event, 1);
    let edited = program.queue.edit(NOW, &first, &json!({"b": 2}), [2; 16]);
    assert!(matches!(edited, Err(SendQueueError::Encrypted)));
    // The edit keeps a place and gets its content later.
    let edit = OutgoingEvent::awaiting_content(room("!a"), "m.room.encrypted");
    let edit = program.enqueue(edit, 3);
    program.take("$1");
    assert_eq!(program.told(), ["sent 1 as $1"]);
    program.queue.provide(NOW, &edit, &json!({"c": 3})).unwrap();
    program.drain();
    assert!(program.request().ends_with(r#"/3 {"c":3}"#));
}

#[test]
fn another_device_does_not_repeat_what_was_not_answered() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    let third = program.say("!b", "three", 3);
    program.say("!c", "four", 4);
    program.answer_at(2, 500, r#"{"errcode": "M_UNKNOWN"}"#);
    program.told();
    program.queue.new_device(NOW, device("TWO"));
    program.drain();
    assert_eq!(program.requests().len(), 0);
    assert_eq!(
        program.told(),
        [1, 3, 4].map(|byte| format!("perhaps sent {byte} NewDevice"))
    );
    program.queue.resend(NOW, &third).unwrap();
    program.drain();
    assert!(program.request().contains("/3 "), "its ID stays");
    let removed = program.queue.discard(NOW, &first, [9; 16]);
    assert_eq!(removed.unwrap(), Discarded::FromQueue);
    program.drain();
    assert!(program.requests()[1].contains("/2 "), "it was never sent");
    // The same device again changes nothing.
    program.queue.new_device(NOW, device("TWO"));
    program.drain();
    assert_eq!(program.told(), [""; 0]);
    assert_eq!(program.requests().len(), 2);
}

#[test]
fn what_the_server_may_have_forgotten_is_not_repeated() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    let begun = program.now;
    while program
        .told()
        .iter()
        .all(|event| !event.starts_with("perhaps"))
    {
        if !program.in_flight.is_empty() {
            program.fail(FailureClass::Interrupted);
        }
        program.wait();
    }
    assert_eq!(program.now - begun, SECOND * 30 * 60);
    assert!(program.in_flight.is_empty());
    assert_eq!(program.states(), ["1 MayHaveBeenSent", "2 Queued"]);
    program.queue.resend(program.now, &first).unwrap();
    program.drain();
    program.pass(SECOND * 31);
    assert!(program.request().contains("/1 "));
    program.take("$1");
    assert!(program.request().contains("/2 "));
}
