//! It is saved and loaded, in each state.

use super::*;
use crate::flow::{Output, SavedFlow};
use crate::wire::FailureClass;

#[test]
fn it_goes_on_where_it_was_saved() {
    let mut run = live();
    run.save_and_load();
    assert!(run.is_silent());
    run.pass(Duration::from_secs(1));
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=30000");
    // However often it is closed before an answer comes.
    for _ in 0..9 {
        run.save_and_load();
        run.pass(Duration::from_secs(1));
    }
    assert!(told(&mut run).is_empty());
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=30000");
    // Long after, it catches up.
    run.save_and_load();
    run.pass(Duration::from_secs(86_400));
    assert_eq!(told(&mut run), ["catching up"]);
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=0");
    run.fail(FailureClass::Dns);
    run.save_and_load();
    assert_eq!(run.flow.state(), "BackingOff");
    assert!(run.flow.offline_since().is_some());
    run.wait();
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=0");
    run.act(|flow, now| flow.pause(now));
    run.save_and_load();
    assert_eq!((run.flow.state(), run.left()), ("Paused", None));
    run.act(|flow, now| flow.resume(now));
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=0");
    run.act(|flow, now| flow.stop(now)).unwrap();
    run.save_and_load();
    assert_eq!((run.flow.state(), run.left()), ("Over", None));
}

#[test]
fn an_answer_that_was_in_hand_comes_again() {
    let mut run = live();
    run.answer(200, &message("s2"));
    assert_eq!(told(&mut run), ["s2"]);
    run.save_and_load();
    assert!(run.is_silent());
    run.pass(Duration::from_secs(1));
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=30000");
    run.answer(200, &message("s2"));
    assert_eq!(told(&mut run), ["s2"]);

    run.act(|flow, now| flow.pause(now));
    run.save_and_load();
    assert_eq!((run.flow.state(), run.left()), ("Paused", None));
}

#[test]
fn the_server_is_told_nothing_before_the_flow_was_saved() {
    let mut run = Run::new(flow().with_since("s1").with_confirmed_saves());
    told(&mut run);
    run.answer(200, &message("s2"));
    take(&mut run, "s2");
    assert!(run.is_silent());
    assert_eq!((run.flow.state(), run.left()), ("Saving", None));
    let saved = run.saved();
    assert!(run.act(|flow, now| flow.saved(now, "s1")).is_err());
    run.act(|flow, now| flow.saved(now, "s2")).unwrap();
    assert_eq!(run.request(), "GET /sync?since=s2&timeout=0");
    // What was saved holds the token.
    run.load(&saved);
    run.pass(Duration::from_secs(1));
    assert_eq!(run.request(), "GET /sync?since=s2&timeout=0");
}

#[test]
fn the_filter_is_remembered() {
    let alice = UserId::parse("@alice:example.org").unwrap();
    let mut run = Run::new(flow().with_stored_filter(alice, Filter::new()));
    run.answer(200, r#"{"filter_id": "7"}"#);
    run.save_and_load();
    run.pass(Duration::from_secs(1));
    assert_eq!(run.request(), "GET /sync?filter=7&timeout=0");
}

#[test]
fn it_is_not_saved_while_it_has_something_to_tell() {
    let mut flow = flow();
    assert!(serde_json::to_string(&flow).is_err());
    while !matches!(flow.poll_output(), Output::Wait(_)) {}
    let saved = serde_json::to_string(&flow).unwrap();
    let which: SavedFlow = serde_json::from_str(&saved).unwrap();
    assert_eq!(which, SavedFlow::SyncLoop);
    // In whichever form it hands its answers over.
    serde_json::from_str::<SyncLoop<SyncWithRawRoomsResponse>>(&saved).unwrap();
}
