use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn left() -> OutgoingEvent {
    OutgoingEvent::new(room("!a"), "org.example.left", &json!({})).unwrap()
}

fn scheduled(event: OutgoingEvent) -> (Program, TransactionId) {
    let mut program = Program::new();
    let txn_id = program.enqueue(event, 1);
    assert_eq!(
        program.request(),
        "PUT v3/rooms/%21a/send/org.example.left/1?org.matrix.msc4140.delay=60000 {}"
    );
    program.answer(200, r#"{"delay_id": "secret"}"#);
    assert_eq!(program.told(), ["scheduled 1"]);
    let scheduled: Vec<_> = program.queue.scheduled().collect();
    assert_eq!(scheduled, [(&room("!a"), &txn_id)]);
    assert_eq!(program.queue.delay_id(&txn_id), Some("secret"));
    assert!(!format!("{:?}", program.queue).contains("secret"));
    (program, txn_id)
}

const UPDATE: &str = "POST unstable/org.matrix.msc4140/delayed_events/secret";

#[test]
fn an_event_is_kept_from_being_sent_while_the_program_runs() {
    let (mut program, _) = scheduled(left().kept_alive(MINUTE));
    for _ in 0..3 {
        assert_eq!(program.wait(), MINUTE / 2);
        assert_eq!(program.request(), format!("{UPDATE}/restart {{}}"));
        program.answer(200, "{}");
    }
    // It is tried again in good time.
    assert_eq!(program.wait(), MINUTE / 2);
    program.fail(FailureClass::Interrupted);
    assert!(program.wait() <= SECOND);
    assert_eq!(program.request(), format!("{UPDATE}/restart {{}}"));
    program.answer(404, r#"{"errcode": "M_NOT_FOUND", "error": "it was sent"}"#);
    assert_eq!(program.told(), ["offline", "online", "delay of 1 ended"]);
    assert!(program.queue.is_empty());
}

#[test]
fn a_room_that_is_stuck_does_not_keep_a_delay_from_beginning_anew() {
    let (mut program, _) = scheduled(left().kept_alive(MINUTE));
    program.say("!a", "two", 2);
    program.answer(403, r#"{"errcode": "M_FORBIDDEN"}"#);
    program.wait();
    assert_eq!(program.request(), format!("{UPDATE}/restart {{}}"));
}

#[test]
fn an_event_is_cancelled_or_sent_now() {
    let (mut program, txn_id) = scheduled(left().kept_alive(MINUTE));
    let removed = program.queue.discard(NOW, &txn_id, [2; 16]);
    assert_eq!(removed.unwrap(), Discarded::ByCancelling);
    program.drain();
    assert_eq!(program.request(), format!("{UPDATE}/cancel {{}}"));
    program.answer(200, "{}");
    assert_eq!(program.told(), ["delay of 1 ended"]);

    let (mut program, txn_id) = scheduled(left().delayed(MINUTE));
    program.queue.send_now(NOW, &txn_id).unwrap();
    program.drain();
    assert_eq!(program.request(), format!("{UPDATE}/send {{}}"));
    program.answer(200, "{}");
    assert_eq!(program.told(), ["delay of 1 ended"]);
}

#[test]
fn a_server_with_the_older_form_alone_is_asked_in_that() {
    let (mut program, txn_id) = scheduled(left().delayed(MINUTE));
    program.queue.send_now(NOW, &txn_id).unwrap();
    program.drain();
    program.answer(404, r#"{"errcode": "M_UNRECOGNIZED", "error": "?"}"#);
    assert_eq!(
        program.request(),
        format!(r#"{UPDATE} {{"action":"send"}}"#)
    );
    program.answer(200, "{}");
    assert_eq!(program.told(), ["delay of 1 ended"]);
}

#[test]
fn a_delay_that_nobody_begins_anew_ends() {
    let (mut program, _) = scheduled(left().delayed(MINUTE));
    assert_eq!(program.wait(), MINUTE);
    assert_eq!(program.told(), ["delay of 1 ended"]);
    assert_eq!(program.requests().len(), 0);
}

#[test]
fn what_is_decided_before_the_server_answers_is_done_afterwards() {
    let mut program = Program::new();
    let txn_id = program.enqueue(left().delayed(MINUTE), 1);
    let removed = program.queue.discard(NOW, &txn_id, [2; 16]);
    assert_eq!(removed.unwrap(), Discarded::ByCancelling);
    program.drain();
    program.answer(200, r#"{"delay_id": "secret"}"#);
    assert_eq!(program.request(), format!("{UPDATE}/cancel {{}}"));
}

#[test]
fn an_event_that_was_not_scheduled_yet_loses_its_delay() {
    let mut program = Program::new();
    program.confirms = false;
    let txn_id = program.enqueue(left().delayed(MINUTE), 1);
    program.queue.send_now(NOW, &txn_id).unwrap();
    program.confirms = true;
    program.drain();
    assert_eq!(
        program.request(),
        "PUT v3/rooms/%21a/send/org.example.left/1 {}"
    );
}

#[test]
fn a_server_without_delays_sends_the_event_at_once() {
    let mut program = Program::new();
    program.enqueue(left().delayed(MINUTE), 1);
    program.take("$1");
    assert_eq!(program.told(), ["sent 1 as $1"]);
}

#[cfg(feature = "persist")]
#[test]
fn a_scheduled_event_is_kept_over_a_crash() {
    let (mut program, _) = scheduled(left().kept_alive(MINUTE));
    program.now = program.now + MINUTE / 4 * 3;
    program.crash();
    assert_eq!(program.request(), format!("{UPDATE}/restart {{}}"));
}
