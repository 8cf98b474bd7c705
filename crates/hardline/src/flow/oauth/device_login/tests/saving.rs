//! A login is saved and loaded, in each state.

use super::*;

#[test]
fn a_login_goes_on_where_it_was_saved() {
    let mut run = TestHarness::new(flow());
    run.save_and_load();
    run.wait();
    run.answer(200, METADATA);
    run.save_and_load();
    run.wait();
    run.answer(201, REGISTERED);
    run.save_and_load();
    run.wait();
    run.answer(200, CODES);
    assert_eq!(told(&mut run), ["DeviceAuthorization"]);
    let before = run.flow.prompt();
    run.save_and_load();
    assert_eq!(run.told(), (vec![], before));
    assert_eq!(run.wait(), Duration::from_secs(5));
    run.answer(400, &oauth_error("slow_down"));
    run.save_and_load();
    assert_eq!(run.wait(), Duration::from_secs(10));
    run.save_and_load();
    assert_eq!(told(&mut run), ["RetryScheduled"]);
    run.wait();
    assert_eq!(run.request(), POLL);
    run.answer(400, &oauth_error("expired_token"));
    assert!(is_stalled(&mut run));
    run.save_and_load();
    run.retry();
    run.answer(201, REGISTERED);
    run.answer(200, CODES);
    run.wait();
    run.answer(200, TOKENS);
    run.save_and_load();
    run.wait();
    assert_eq!(run.token(), Some("mat_hunter2"));
    run.answer(200, OWNER);
    run.success();
}

#[test]
fn a_login_that_is_loaded_asks_no_sooner_than_any_other() {
    let mut run = polling();
    run.save_and_load();
    assert_eq!(told(&mut run), ["RetryScheduled"]);
    assert!(run.is_silent());
    assert_eq!(run.wait(), Duration::from_secs(10));
    assert_eq!(run.request(), POLL);
    // It was loaded long after.
    run.save_and_load();
    run.set_clock(NOW + Duration::from_secs(100));
    assert_eq!(run.request(), POLL);
}
