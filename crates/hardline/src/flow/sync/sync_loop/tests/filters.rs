//! Filters, given or stored.

use super::*;
use crate::flow::FlowError;
use crate::wire::FailureClass;

const STORE: &str = "POST /user/%40alice%3Aexample.org/filter";

fn stored() -> SyncLoop {
    let alice = UserId::parse("@alice:example.org").unwrap();
    flow().with_stored_filter(alice, Filter::new().with_lazy_members())
}

#[test]
fn a_filter_is_given_itself_or_by_its_id() {
    let filter = SyncFilter::inline(&Filter::new()).unwrap();
    let run = Run::new(flow().with_filter(filter));
    assert_eq!(run.request(), "GET /sync?filter=%7B%7D&timeout=0");
    let run = Run::new(flow().with_filter(SyncFilter::parse("7").unwrap()));
    assert_eq!(run.request(), "GET /sync?filter=7&timeout=0");
}

#[test]
fn a_filter_is_stored_once() {
    let mut run = Run::new(stored());
    assert_eq!(
        (run.request().as_str(), run.flow.state()),
        (STORE, "StoringFilter")
    );
    run.fail(FailureClass::Interrupted);
    run.wait();
    assert_eq!(run.request(), STORE);
    run.answer(200, r#"{"filter_id": "7"}"#);
    assert_eq!(told(&mut run), ["catching up", "offline", "catching up"]);
    assert_eq!(run.request(), "GET /sync?filter=7&timeout=0");
    run.answer(200, r#"{"next_batch": "s1"}"#);
    take(&mut run, "s1");
    assert_eq!(run.request(), "GET /sync?filter=7&since=s1&timeout=30000");
}

#[test]
fn a_filter_that_the_server_forgot_is_stored_again_and_not_for_ever() {
    let not_found = r#"{"errcode": "M_NOT_FOUND", "error": "no such filter"}"#;
    let mut run = Run::new(stored());
    run.answer(200, r#"{"filter_id": "7"}"#);
    run.answer(200, r#"{"next_batch": "s1"}"#);
    take(&mut run, "s1");
    run.answer(404, not_found);
    assert_eq!(run.request(), STORE);
    run.answer(200, r#"{"filter_id": "8"}"#);
    assert_eq!(run.request(), "GET /sync?filter=8&since=s1&timeout=30000");
    run.answer(404, not_found);
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn a_filter_that_is_refused_ends_it() {
    for (status, body) in [
        (400, r#"{"errcode": "M_BAD_JSON"}"#),
        (200, r#"{"filter_id": ""}"#),
    ] {
        let mut run = Run::new(stored());
        run.answer(status, body);
        let FlowError::Refused { operation, .. } = run.error() else {
            panic!("{body}")
        };
        assert_eq!(operation.to_string(), "cs:defineFilter");
    }
}
