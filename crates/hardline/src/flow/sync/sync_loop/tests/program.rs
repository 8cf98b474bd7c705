//! What the program says.

use super::*;
use crate::wire::FailureClass;

#[test]
fn nothing_is_asked_while_an_answer_is_in_hand() {
    let mut run = Run::new(flow());
    assert_eq!(run.flow.state(), "CatchingUp");
    assert_eq!(run.request(), "GET /sync?timeout=0");
    run.answer(200, r#"{"next_batch": "s1"}"#);
    assert_eq!(told(&mut run), ["catching up", "s1", "live"]);
    assert!(run.is_silent());
    assert_eq!((run.left(), run.flow.since()), (None, None));
    assert_eq!(run.flow.state(), "AnswerInHand");
    assert!(run.act(|flow, now| flow.taken(now, "s0")).is_err());
    assert!(run.act(|flow, now| flow.saved(now, "s1")).is_err());
    assert!(run.is_silent());
    take(&mut run, "s1");
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=30000");
    assert_eq!((run.flow.state(), run.flow.since()), ("Live", Some("s1")));
    assert!(run.act(|flow, now| flow.taken(now, "s1")).is_err());
}

#[test]
fn it_catches_up_until_no_message_to_the_device_is_left() {
    let mut run = Run::new(flow().with_since("s0"));
    assert_eq!(run.request(), "GET /sync?since=s0&timeout=0");
    for next in ["s1", "s2"] {
        run.answer(200, &message(next));
        take(&mut run, next);
        assert_eq!(run.request(), format!("GET /sync?since={next}&timeout=0"));
        assert!(!run.flow.is_live());
    }
    run.answer(200, r#"{"next_batch": "s3"}"#);
    assert_eq!(told(&mut run), ["catching up", "s1", "s2", "s3", "live"]);
    assert!(run.flow.is_live());
    take(&mut run, "s3");
    // It stays live while they come one after the other.
    run.answer(200, &message("s4"));
    take(&mut run, "s4");
    assert_eq!(run.request(), "GET /sync?since=s4&timeout=30000");
    assert_eq!(told(&mut run), ["s4"]);
}

#[test]
fn gaps_are_told_before_the_answer_that_has_them() {
    let body = |next: &str| {
        format!(
            r#"{{"next_batch": "{next}", "rooms": {{"join": {{
                "!a": {{"timeline": {{"limited": true, "prev_batch": "p1", "events": [{{}}, {{"type": tru}}]}}}},
                "!b": {{"timeline": {{"limited": false, "prev_batch": "p2"}}}},
                "!c": {{}},
                "!d": 5
            }}, "leave": {{"!e": {{"timeline": {{"limited": true}}}}}}}}}}"#
        )
    };
    let expected = [r#"!a Some("p1"), !e None"#, "s2"];
    let mut run = Run::new(flow());
    run.answer(200, &body("s1"));
    assert_eq!(told(&mut run), ["catching up", "s1", "live"]);
    take(&mut run, "s1");
    run.answer(200, &body("s2"));
    assert_eq!(told(&mut run), expected);

    let mut run = Run::new(flow().with_since("s1").with_raw_rooms());
    told(&mut run);
    run.answer(200, &body("s2"));
    assert_eq!(told(&mut run)[..2], expected);
    let raw: Run<SyncWithRawRoomsResponse> = run;
    assert!(raw.flow.is_live());
}

#[test]
fn members_that_a_filter_or_an_old_server_leaves_out_are_no_error() {
    let mut run = live();
    run.answer(
        200,
        r#"{"next_batch": "s2", "rooms": {"join": {"!a": {"timeline": {"events": [{"type": "m.room.message"}, {}]}}}}}"#,
    );
    let events = run.told();
    let [SyncEvent::Answer(answer)] = &events[..] else {
        panic!("{events:?}")
    };
    assert!(answer.warnings.is_empty());
    let room = &answer.value.rooms.join["!a"];
    assert_eq!(room.timeline.events.len(), 2);
}

#[test]
fn what_is_wanted_goes_into_each_request() {
    let mut run = Run::new(
        flow()
            .with_timeout(Duration::from_secs(5))
            .with_presence(PresenceState::Offline)
            .with_state_after(),
    );
    let rest = "use_state_after=true&org.matrix.msc4222.use_state_after=true";
    assert_eq!(
        run.request(),
        format!("GET /sync?set_presence=offline&timeout=0&{rest}")
    );
    run.answer(200, r#"{"next_batch": "s1"}"#);
    take(&mut run, "s1");
    let first = format!("GET /sync?since=s1&set_presence=offline&timeout=5000&{rest}");
    assert_eq!(run.request(), first);
    // The same again changes nothing.
    run.act(|flow, now| flow.set_presence(now, Some(PresenceState::Offline)));
    assert_eq!((run.request(), run.cancelled), (first, 0));
    run.act(|flow, now| flow.set_presence(now, None));
    assert_eq!(
        run.request(),
        format!("GET /sync?since=s1&timeout=5000&{rest}")
    );
    assert_eq!(run.cancelled, 1);
    // The first answer may be long under way.
    let mut run = Run::new(flow());
    run.act(|flow, now| flow.set_presence(now, Some(PresenceState::Offline)));
    run.act(|flow, now| flow.request_full_state(now));
    assert_eq!(run.cancelled, 0);
}

#[test]
fn the_full_state_is_asked_for_until_an_answer_with_it_was_taken() {
    let mut run = live();
    run.act(|flow, now| flow.request_full_state(now));
    let full = "GET /sync?since=s1&full_state=true&timeout=30000";
    assert_eq!((run.request().as_str(), run.cancelled), (full, 1));
    assert_eq!(run.left(), Some(Duration::from_secs(600)));
    run.fail(FailureClass::Interrupted);
    run.wait();
    assert_eq!(run.request(), full.replace("30000", "0"));
    run.answer(200, r#"{"next_batch": "s2"}"#);
    take(&mut run, "s2");
    assert_eq!(run.request(), "GET /sync?since=s2&timeout=30000");
}

#[test]
fn a_pause_asks_nothing_and_loses_nothing() {
    let mut run = live();
    run.act(|flow, now| flow.pause(now));
    assert!(run.is_silent());
    assert_eq!((run.flow.state(), run.left()), ("Paused", None));
    run.act(SyncLoop::nudge);
    run.act(|flow, now| flow.request_full_state(now));
    run.pass(Duration::from_secs(10));
    assert!(run.is_silent());
    run.act(|flow, now| flow.resume(now));
    assert_eq!(
        run.request(),
        "GET /sync?since=s1&full_state=true&timeout=30000"
    );
    assert!(told(&mut run).is_empty());

    // An answer that is in hand is taken meanwhile.
    run.answer(200, &message("s2"));
    run.act(|flow, now| flow.pause(now));
    take(&mut run, "s2");
    assert!(run.is_silent());
    run.pass(Duration::from_secs(3600));
    run.act(|flow, now| flow.resume(now));
    assert_eq!(run.request(), "GET /sync?since=s2&timeout=0");
    assert_eq!(told(&mut run), ["s2", "catching up"]);
}

#[test]
fn it_ends_when_it_is_stopped() {
    let mut run = live();
    run.act(|flow, now| flow.stop(now)).unwrap();
    assert!(matches!(run.outcome, Some(Ok(()))));
    assert_eq!((run.cancelled, run.flow.state()), (1, "Over"));
    assert!(run.act(|flow, now| flow.stop(now)).is_err());
    run.act(SyncLoop::nudge);
    run.act(SyncLoop::resume);
    assert!(run.is_silent());
}

#[test]
fn a_machine_that_slept_catches_up() {
    let mut run = live();
    run.answer(200, &message("s2"));
    assert_eq!(told(&mut run), ["s2"]);
    run.now = run.now + Duration::from_secs(8 * 3600);
    take(&mut run, "s2");
    assert_eq!(run.request(), "GET /sync?since=s2&timeout=0");
    assert_eq!(told(&mut run), ["catching up"]);
}
