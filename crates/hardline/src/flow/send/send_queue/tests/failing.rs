use super::*;

#[test]
fn a_refused_event_is_stuck_and_other_rooms_go_on() {
    for (status, body, code) in [
        (
            400,
            r#"{"errcode": "M_BAD_JSON", "error": "no"}"#,
            "M_BAD_JSON",
        ),
        (
            403,
            r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#,
            "M_FORBIDDEN",
        ),
        (
            413,
            r#"{"errcode": "M_TOO_LARGE", "error": "no"}"#,
            "M_TOO_LARGE",
        ),
        (413, "<html>nginx</html>", "Some(413)"),
    ] {
        let mut program = Program::new();
        let first = program.say("!a", "one", 1);
        program.say("!a", "two", 2);
        program.say("!b", "three", 3);
        program.answer(status, body);
        assert_eq!(program.told(), [format!("stuck 1 {code}")]);
        assert_eq!(program.states(), ["1 Stuck", "2 Queued", "3 InFlight"]);
        program.take("$3");
        assert_eq!(program.queue.state(), "Blocked");
        // As it is, then as another one: the transaction ID stays, since the server has no event by it.
        program.queue.retry(NOW, &first).unwrap();
        program.drain();
        assert!(
            program
                .request()
                .ends_with(r#"/1 {"body":"one","msgtype":"m.text"}"#)
        );
        program.answer(status, body);
        let content = json!({"msgtype": "m.text", "body": "shorter"});
        let edited = program.queue.edit(NOW, &first, &content, [9; 16]);
        assert_eq!(edited.unwrap(), Edited::InPlace);
        program.drain();
        assert!(
            program
                .request()
                .ends_with(r#"/1 {"body":"shorter","msgtype":"m.text"}"#)
        );
        program.take("$1");
        program.take("$2");
        assert!(program.queue.is_empty());
    }
}

#[test]
fn a_stuck_event_that_is_discarded_lets_the_room_go_on() {
    let mut program = Program::new();
    let first = program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    program.answer(403, r#"{"errcode": "M_FORBIDDEN"}"#);
    let removed = program.queue.discard(NOW, &first, [9; 16]);
    assert_eq!(removed.unwrap(), Discarded::FromQueue);
    program.drain();
    assert!(program.request().contains("/2 "));
}

#[test]
fn a_room_may_go_on_past_what_is_stuck() {
    let options = SendOptions {
        goes_on_past_stuck: true,
        ..SendOptions::default()
    };
    let mut program = Program::with(options);
    let first = program.say("!a", "one", 1);
    program.say("!a", "two", 2);
    program.answer(403, r#"{"errcode": "M_FORBIDDEN"}"#);
    assert!(program.request().contains("/2 "));
    program.queue.retry(NOW, &first).unwrap();
    program.drain();
    program.take("$2");
    assert!(program.request().contains("/1 "));
}

#[test]
fn a_rate_limit_holds_up_all_rooms_for_as_long_as_the_server_asks() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    // Longer than any wait of the policy.
    program.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 600000}"#,
    );
    let until = NOW + SECOND * 600;
    assert_eq!(
        program.told(),
        [format!("limited until {}", until.as_millis())]
    );
    program.say("!b", "two", 2);
    program.queue.nudge(NOW);
    program.drain();
    assert_eq!(program.requests().len(), 0);
    assert_eq!(program.queue.state(), "Limited");
    assert_eq!(program.wait(), SECOND * 600);
    // One at a time, until one gets through.
    assert!(program.request().contains("/1 "));
    program.take("$1");
    assert!(program.request().contains("/2 "));
}

#[test]
fn a_limit_without_a_wait_doubles_and_one_of_a_proxy_counts() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    let mut waits = Vec::new();
    for _ in 0..3 {
        program.answer(429, "slow down");
        waits.push(program.wait());
    }
    let half = Duration::from_millis(250);
    for (index, wait) in waits.into_iter().enumerate() {
        let least = half * (1 << index);
        assert!((least..=least * 2).contains(&wait), "{index}: {wait:?}");
    }
    assert!(program.request().contains("/1 "));
}

#[test]
fn offline_is_told_once_and_a_nudge_tries_at_once() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.say("!b", "two", 2);
    program.fail(FailureClass::Dns);
    program.fail(FailureClass::Dns);
    assert_eq!(program.told(), ["offline"]);
    assert_eq!(program.queue.state(), "Offline");
    for _ in 0..20 {
        assert!(program.wait() <= SECOND * 30);
        program.fail(FailureClass::Connect);
    }
    assert_eq!(program.told(), [""; 0]);
    assert_eq!(program.requests().len(), 0);
    program.queue.nudge(program.now);
    program.drain();
    assert_eq!(program.requests().len(), 1);
    program.take("$x");
    assert_eq!(program.told()[0], "online");
    assert_eq!(program.requests().len(), 1);
}

#[test]
fn a_network_that_swallows_everything_is_offline_too() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    assert_eq!(program.wait(), SECOND * 60);
    assert_eq!(program.told(), ["offline"]);
}

#[test]
fn a_server_that_fails_at_one_room_does_not_hold_up_others() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    for _ in 0..3 {
        program.answer(500, r#"{"errcode": "M_UNKNOWN"}"#);
        assert_eq!(program.told(), ["retry 1"]);
        program.say("!b", "two", 2);
        assert!(program.request().contains("/2 "));
        program.take("$2");
        program.told();
        program.wait();
    }
    assert!(program.request().contains("/1 "));
}

#[test]
fn a_room_that_is_slow_while_others_are_answered_is_slow_alone() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.say("!b", "two", 2);
    program.answer_at(1, 200, r#"{"event_id": "$2"}"#);
    program.pass(SECOND * 60);
    assert_eq!(program.told(), ["sent 2 as $2", "retry 1"]);
    program.say("!b", "three", 3);
    assert!(program.request().contains("/3 "));
}

#[test]
fn what_a_proxy_fails_at_does_not_keep_another_room_from_being_tried() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    for _ in 0..6 {
        program.answer(504, "<html>");
        program.wait();
    }
    assert!(program.request().contains("/1 "));
    program.say("!b", "two", 2);
    // One of the two that are tried is that one.
    assert!(program.requests()[1].contains("/2 "));
    program.answer_at(1, 200, r#"{"event_id": "$2"}"#);
    assert_eq!(program.told(), ["offline", "online", "sent 2 as $2"]);
}

#[test]
fn an_answer_that_nobody_can_read_is_asked_for_again() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    for (status, body) in [(200, "{\"eve"), (200, "<html>"), (302, ""), (502, "<html>")] {
        program.answer(status, body);
        program.wait();
        assert!(program.request().contains("/1 "), "{status} {body}");
    }
    program.take("$1");
    assert_eq!(program.told(), ["offline", "online", "sent 1 as $1"]);
}

#[test]
fn a_session_that_is_over_stops_all_rooms_until_somebody_is_logged_in() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.say("!b", "two", 2);
    let refusal = r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "no", "soft_logout": true}"#;
    program.answer(401, refusal);
    program.answer(401, refusal);
    assert_eq!(program.told(), ["logged out"]);
    assert_eq!(program.queue.state(), "LoggedOut");
    assert_eq!(program.until, None);
    program.queue.nudge(NOW);
    program.drain();
    assert_eq!(program.requests().len(), 0);
    // The server answered for both, so they are sent by another device too.
    program.queue.new_device(NOW, device("TWO"));
    program.drain();
    assert_eq!(program.told(), [""; 0]);
    assert_eq!(program.requests().len(), 2);
}

#[test]
fn a_queue_without_a_session_waits_for_a_login() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    let (id, _) = program.in_flight.remove(0);
    let name =
        <crate::client_api::room_events::SendMessage as crate::wire::Endpoint>::OPERATION.name();
    program.input(Input::Failed(id, Failure::not_logged_in(name)));
    assert_eq!(program.told(), ["logged out"]);
    program.queue.new_device(NOW, device("ONE"));
    program.drain();
    assert!(program.request().contains("/1 "));
}

#[test]
fn a_request_that_cannot_be_sent_is_stuck() {
    let mut program = Program::new();
    let event = OutgoingEvent::new(room("!a"), "..", &json!({})).unwrap();
    program.enqueue(event, 1);
    program.say("!b", "two", 2);
    assert_eq!(program.told(), ["stuck 1 None"]);
    program.take("$2");
    program.say("!a", "three", 3);
    assert_eq!(program.requests().len(), 0);
}

#[test]
fn a_clock_that_is_set_back_moves_what_is_waited_for() {
    let mut program = Program::new();
    program.say("!a", "one", 1);
    program.fail(FailureClass::Refused);
    let left = program.until.unwrap() - program.now;
    program.now = Timestamp::from_millis(5);
    program.wake();
    assert_eq!(program.until.unwrap() - program.now, left);
}
