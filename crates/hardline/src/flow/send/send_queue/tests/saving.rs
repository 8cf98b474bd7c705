use super::*;
use crate::flow::SavedFlow;

#[test]
fn what_was_in_flight_is_sent_again_with_its_id() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    let before = program.request();
    let which: SavedFlow = serde_json::from_str(&program.save).unwrap();
    assert_eq!(which, SavedFlow::SendQueue);
    program.crash();
    assert_eq!(program.request(), before);
    program.take("$1");
    // The answer was not saved.
    program.told();
    program.crash();
    assert!(program.request().contains("/2 "), "the answer was saved");
    program.confirms = false;
    program.take("$2");
    assert_eq!(program.told(), ["sent 2 as $2"]);
    program.crash();
    assert!(program.request().contains("/2 "), "it was not");
}

#[test]
fn what_was_sent_is_told_again_if_no_save_says_that_it_was_told() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    let (id, _) = program.in_flight.remove(0);
    let answer = Response::new(Bytes::from_static(br#"{"event_id": "$1"}"#));
    program.queue.handle_input(NOW, Input::Response(id, answer));
    // It may be saved with outputs that nobody has taken.
    program.store();
    program.crash();
    assert_eq!(program.told(), ["sent 1 as $1"]);
    assert!(program.in_flight.is_empty());
}

#[test]
fn what_a_save_let_leave_may_have_left() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    let third = program.say("!b", "three", 3);
    for _ in 0..2 {
        program.fail(FailureClass::Dns);
    }
    // Offline, nothing leaves, so nothing may have.
    program.say("!a", "two", 2);
    program.crash();
    let edited = program.queue.edit(NOW, &first, &json!({}), [8; 16]);
    assert_eq!(edited.unwrap(), Edited::InPlace);
    let removed = program.queue.discard(NOW, &third, [9; 16]);
    assert_eq!(removed.unwrap(), Discarded::FromQueue);
    program.drain();
    program.wait();
    assert_eq!(program.requests().len(), 1);
    program.crash();
    let edited = program.queue.edit(program.now, &first, &json!({}), [8; 16]);
    assert!(matches!(edited, Ok(Edited::Queued(_))));
}

#[test]
fn what_the_server_may_have_forgotten_by_the_next_start_is_told() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.say("!b", "two", 2);
    program.answer_at(1, 403, r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#);
    program.now = NOW + SECOND * 60 * 60;
    program.crash();
    assert_eq!(program.told(), ["perhaps sent 1 Forgotten"]);
    assert_eq!(program.states(), ["1 MayHaveBeenSent", "2 Stuck"]);
    program.store();
    program.crash();
    assert_eq!(program.told(), [""; 0], "it is told once");
    let stuck = program.queue.entries().nth(1).unwrap();
    let QueuedState::Stuck(refused) = stuck.state else {
        panic!("{:?}", stuck.state);
    };
    assert_eq!(refused.status, Some(403));
    assert_eq!(refused.message, "the server declined: M_FORBIDDEN: no");
}

#[test]
fn what_waits_behind_something_stuck_was_never_sent() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    program.answer(403, r#"{"errcode": "M_FORBIDDEN"}"#);
    program.now = NOW + SECOND * 60 * 60;
    program.crash();
    assert_eq!(program.states(), ["1 Stuck", "2 Queued"]);
    program.queue.new_device(program.now, device("TWO"));
    program.queue.retry(program.now, &first).unwrap();
    program.drain();
    program.take("$1");
    program.take("$2");
    assert_eq!(program.told(), ["sent 1 as $1", "sent 2 as $2"]);
}

#[test]
fn an_edit_and_a_redaction_survive_with_what_they_are_about() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    let _ = program
        .queue
        .edit(NOW, &first, &json!({"body": "uno"}), [2; 16]);
    program.say("!a", "three", 3);
    let third = TransactionId::from_entropy([3; 16]);
    program.drain();
    program.crash();
    program.take("$1");
    program.crash();
    assert!(program.request().contains(r#""event_id":"$1""#));
    program.take("$2");
    let _ = program.queue.discard(NOW, &third, [4; 16]);
    program.drain();
    program.crash();
    program.take("$3");
    assert!(program.request().contains("/redact/%243/4 "));
}

#[test]
fn a_queue_without_saves_does_not_know_what_left_before_it_was_loaded() {
    let options = SendOptions {
        confirms_saves: false,
        ..SendOptions::default()
    };
    let mut program = Program::with(options);
    program.store();
    let first = program.say("!a", "one", 1);
    program.store();
    program.crash();
    let edited = program.queue.edit(NOW, &first, &json!({}), [2; 16]);
    assert!(matches!(edited, Ok(Edited::Queued(_))));
}

#[test]
fn a_saved_form_of_another_flow_is_refused() {
    let program = Program::new();
    let saved = serde_json::to_string(&program.queue).unwrap();
    let other = saved.replace("SendQueue", "LogIn");
    let error = serde_json::from_str::<SendQueue>(&other).unwrap_err();
    assert!(error.to_string().contains("LogIn"), "{error}");
}
