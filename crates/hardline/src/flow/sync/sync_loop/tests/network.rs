//! What the network and the server do.

use super::*;
use crate::flow::FlowError;
use crate::flow::Input;
use crate::wire::ErrorCode;
use crate::wire::FailureClass;

const SECOND: Duration = Duration::from_secs(1);
const PAGE: &str = "<html>please wait</html>";

#[test]
fn the_first_answer_has_ten_minutes_and_the_others_their_time_and_a_margin() {
    let mut run = Run::new(flow());
    assert_eq!(run.left(), Some(600 * SECOND));
    run.answer(200, r#"{"next_batch": "s1"}"#);
    take(&mut run, "s1");
    assert_eq!(run.left(), Some(60 * SECOND));
    let mut run = Run::new(
        flow()
            .with_first_limit(30 * SECOND)
            .with_timeout(5 * SECOND)
            .with_margin(SECOND),
    );
    assert_eq!(run.left(), Some(30 * SECOND));
    run.answer(200, r#"{"next_batch": "s1"}"#);
    take(&mut run, "s1");
    assert_eq!(run.left(), Some(6 * SECOND));
}

#[test]
fn whatever_goes_wrong_is_told_once_and_tried_again() {
    type Trouble = fn(&mut Run);
    let troubles: [(&str, Trouble); 9] = [
        ("no connection", |run| run.fail(FailureClass::Refused)),
        ("a captive portal", |run| run.fail(FailureClass::Tls)),
        ("too much", |run| run.fail(FailureClass::TooLarge)),
        ("no answer", |run| {
            run.wait();
        }),
        ("a proxy's page", |run| run.answer(200, PAGE)),
        ("another proxy's page", |run| run.answer(401, PAGE)),
        ("half an answer", |run| {
            run.answer(200, r#"{"next_batch": "s"#)
        }),
        ("a broken server", |run| {
            run.answer(500, r#"{"errcode": "M_UNKNOWN"}"#)
        }),
        ("a locked account", |run| {
            run.answer(401, r#"{"errcode": "M_USER_LOCKED"}"#)
        }),
    ];
    for (what, trouble) in troubles {
        let mut run = live();
        trouble(&mut run);
        assert_eq!(told(&mut run), ["offline"], "{what}");
        assert_eq!(run.flow.state(), "BackingOff", "{what}");
        assert_eq!(run.flow.offline_since(), Some(run.now), "{what}");
        let first = run.wait();
        assert!(
            (SECOND / 4..=SECOND / 2).contains(&first),
            "{what}: {first:?}"
        );
        assert_eq!(run.flow.state(), "Reconnecting");
        assert_eq!(run.request(), "GET /sync?since=s1&timeout=0", "{what}");
        let mut last = first;
        for _ in 0..12 {
            run.fail(FailureClass::Connect);
            last = run.wait();
        }
        assert!(
            (15 * SECOND..=30 * SECOND).contains(&last),
            "{what}: {last:?}"
        );
        assert!(told(&mut run).is_empty(), "{what}");
        run.answer(200, r#"{"next_batch": "s2"}"#);
        assert_eq!(told(&mut run), ["catching up", "s2", "live"], "{what}");
        assert_eq!(run.flow.offline_since(), None, "{what}");
    }
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept() {
    for (status, body) in [
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}"#,
        ),
        (429, PAGE),
        (503, PAGE),
    ] {
        let mut run = live();
        run.answer_later(status, body, 90);
        assert_eq!(told(&mut run), ["offline"]);
        run.act(SyncLoop::nudge);
        assert!(run.is_silent());
        assert_eq!(run.wait(), 90 * SECOND, "{status} {body}");
        assert_eq!(run.request(), "GET /sync?since=s1&timeout=0");
    }
    let mut run = live();
    run.answer_later(429, PAGE, 1_000_000);
    assert_eq!(run.wait(), 3600 * SECOND);
}

#[test]
fn a_nudge_cuts_a_wait_short_and_asks_again() {
    let mut run = live();
    for _ in 0..9 {
        run.fail(FailureClass::Dns);
        run.act(SyncLoop::nudge);
        assert_eq!(run.request(), "GET /sync?since=s1&timeout=0");
    }
    run.fail(FailureClass::Dns);
    assert!(run.wait() <= SECOND / 2);
    run.answer(200, r#"{"next_batch": "s2"}"#);
    take(&mut run, "s2");

    // A request that was sent just now need not be repeated; one that has waited may hang.
    let id = run.id();
    run.act(SyncLoop::nudge);
    assert_eq!((run.id(), run.cancelled), (id, 0));
    run.now = run.now + 5 * SECOND;
    run.act(SyncLoop::nudge);
    assert_ne!(run.id(), id);
    assert_eq!(run.cancelled, 1);
    assert_eq!(run.left(), Some(60 * SECOND));
    assert_eq!(told(&mut run), ["offline", "catching up", "s2", "live"]);

    let mut run = Run::new(flow());
    run.now = run.now + 60 * SECOND;
    run.act(SyncLoop::nudge);
    assert_eq!((run.cancelled, run.left()), (0, Some(540 * SECOND)));
}

#[test]
fn an_answer_that_took_too_long_has_twice_as_long_the_next_time() {
    let mut run = Run::new(flow().with_since("s0"));
    let mut limits = vec![];
    for _ in 0..7 {
        limits.push(run.wait().as_secs());
        run.wait();
    }
    assert_eq!(limits, [30, 60, 120, 240, 480, 600, 600]);
    run.answer(200, r#"{"next_batch": "s1"}"#);
    take(&mut run, "s1");
    assert_eq!(run.left(), Some(60 * SECOND));
}

#[test]
fn a_server_that_answers_at_once_with_nothing_is_asked_once_a_second() {
    let bodies: [fn(u32) -> String; 2] = [
        |count| {
            format!(
                r#"{{"next_batch": "t{count}", "device_one_time_keys_count": {{"signed_curve25519": 0}}}}"#
            )
        },
        // What comes does not move on.
        |_| message("s1"),
    ];
    for body in bodies {
        let mut run = live();
        let begin = run.now;
        for count in 0..10 {
            let body = body(count);
            run.now = run.now + SECOND / 10;
            run.answer(200, &body);
            let token = told(&mut run).pop().unwrap();
            take(&mut run, &token);
            assert!(run.is_silent());
            assert_eq!(run.flow.state(), "Resting");
            // Nothing shortens it.
            run.act(SyncLoop::nudge);
            assert!(run.is_silent());
            assert_eq!(run.wait(), SECOND - SECOND / 10);
        }
        assert_eq!(run.now - begin, 10 * SECOND);
    }
    // One that waited is asked again at once, and so is one that has something to tell.
    let mut run = live();
    run.now = run.now + 30 * SECOND;
    run.answer(200, r#"{"next_batch": "s2"}"#);
    take(&mut run, "s2");
    run.answer(200, &message("s3"));
    take(&mut run, "s3");
    assert_eq!(run.request(), "GET /sync?since=s3&timeout=30000");
}

#[test]
fn a_refusal_for_good_ends_it() {
    let refused = [
        (
            400,
            r#"{"errcode": "M_UNKNOWN_POS", "error": "no such token"}"#,
        ),
        (400, r#"{"errcode": "M_INVALID_PARAM"}"#),
        (400, r#"{"errcode": "M_UNKNOWN"}"#),
        (403, r#"{"errcode": "M_FORBIDDEN"}"#),
        (404, r#"{"errcode": "M_UNRECOGNIZED"}"#),
    ];
    for (status, body) in refused {
        let mut run = live();
        run.answer(status, body);
        assert!(run.is_silent(), "{body}");
        let FlowError::Refused { operation, source } = run.error() else {
            panic!("{body}")
        };
        assert_eq!(operation.to_string(), "cs:sync");
        assert!(source.errcode().is_some());
    }
    for code in ["M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"] {
        let mut run = live();
        run.answer(401, &format!(r#"{{"errcode": "{code}"}}"#));
        let FlowError::LoggedOut(error) = run.error() else {
            panic!("{code}")
        };
        assert_eq!(error.errcode(), Some(&ErrorCode::from(code)));
    }
    let mut run = live();
    run.fail(FailureClass::Unsendable);
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn late_and_duplicate_answers_change_nothing() {
    let mut run = live();
    let old = run.id();
    run.fail(FailureClass::Interrupted);
    run.wait();
    let answer = |next: &str| {
        let body = format!(r#"{{"next_batch": "{next}"}}"#);
        http::Response::new(bytes::Bytes::from(body))
    };
    run.input(Input::Response(old, answer("s9")));
    assert_eq!(told(&mut run), ["offline"]);
    let id = run.id();
    run.answer(200, r#"{"next_batch": "s2"}"#);
    run.input(Input::Response(id, answer("s2")));
    assert_eq!(told(&mut run), ["catching up", "s2", "live"]);
    take(&mut run, "s2");
    run.input(Input::Response(id, answer("s2")));
    assert!(told(&mut run).is_empty());
    assert_eq!(run.request(), "GET /sync?since=s2&timeout=30000");
}

#[test]
fn a_clock_that_is_set_neither_hangs_it_nor_lets_it_spin() {
    let hour = 3600 * SECOND;
    let mut run = live();
    run.now = Timestamp::from_millis(NOW.as_millis() - 3_600_000);
    run.input(Input::Timeout);
    assert_eq!(run.left(), Some(60 * SECOND));
    run.fail(FailureClass::Interrupted);
    run.now = run.now + hour;
    run.input(Input::Timeout);
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=0");
    run.answer(200, r#"{"next_batch": "s2"}"#);
    take(&mut run, "s2");
    assert_eq!(run.flow.state(), "Live");
}
