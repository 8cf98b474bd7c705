//! Whatever may happen to it.

use http::{Request, Response};

use super::*;
use crate::flow::test_harness::{Choices, START, Trial};

/// Each answer is one further, and every third has a message to the device.
fn server(_: Timestamp, request: Request<Vec<u8>>) -> Response<String> {
    if request.uri().path().ends_with("/filter") {
        return Response::new(r#"{"filter_id": "7"}"#.to_owned());
    }
    let query = request.uri().query().unwrap_or_default();
    let since = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("since=s"));
    let next: u32 = since.map_or(1, |since| since.parse::<u32>().unwrap() + 1);
    let token = format!("s{next}");
    Response::new(match next % 3 {
        0 => message(&token),
        _ => format!(r#"{{"next_batch": "{token}"}}"#),
    })
}

/// Takes each answer that comes next, and stops at the twentieth.
fn program<R: SyncAnswer>(flow: &mut SyncLoop<R>, event: &SyncEvent<R>, now: Timestamp) {
    if let SyncEvent::Answer(answer) = event {
        let number = |token: &str| token[1..].parse::<u32>().unwrap();
        let token = answer.value.next_batch();
        assert_eq!(number(token), flow.since().map_or(0, number) + 1);
        flow.taken(now, token).unwrap();
        if number(token) == 20 {
            flow.stop(now).unwrap();
        }
    }
}

#[test]
fn it_goes_on_through_whatever_may_happen() {
    for seed in 0..400 {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let homeserver = Homeserver::new(BaseUrl::parse("https://example.org").unwrap());
        let flow = SyncLoop::new(START, homeserver, seed)
            .with_stored_filter(alice, Filter::new())
            .with_raw_rooms();
        let trial = Trial::new(flow, Choices::from_seed(seed), server)
            .with_program(program)
            .with_longest_wait(Duration::from_secs(600));
        #[cfg(feature = "persist")]
        let trial = trial.with_saving();
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("{seed}: {error}"));
        assert!(report.outcome.is_some(), "{seed}: {:#?}", report.log);
        // Nothing goes wrong with every fourth seed.
        let is_ok = matches!(report.outcome, Some(Ok(())));
        assert!(seed % 4 > 0 || is_ok, "{seed}: {:?}", report.outcome);
    }
}
