//! Whatever may happen to it.

use http::Request;

use super::*;
use crate::flow::test_harness::{Choices, START, Trial};

fn number(token: Option<&str>) -> u64 {
    token.map_or(0, |token| token.parse().unwrap())
}

/// Each answer is one further, and has the next message to the device. A connection is forgotten after a while.
fn server(_: Timestamp, request: Request<Vec<u8>>) -> Response<String> {
    let query = request.uri().query().unwrap_or_default();
    let pos = query.split('&').find_map(|pair| pair.strip_prefix("pos="));
    let pos = number(pos);
    if pos == 5 {
        let body = json!({"errcode": "M_UNKNOWN_POS", "error": "begin anew"});
        let mut response = Response::new(body.to_string());
        *response.status_mut() = http::StatusCode::BAD_REQUEST;
        return response;
    }
    let asked: Value = serde_json::from_slice(request.body()).unwrap();
    let since = asked["extensions"]["to_device"]["since"].as_str();
    let next = (number(since) + 1).to_string();
    Response::new(news(&(pos + 1).to_string(), &next).to_string())
}

/// Takes each answer that comes next, looks at another room, and stops after the twentieth message.
fn program(flow: &mut SlidingSync, event: &SlidingSyncEvent, now: Timestamp) {
    let SlidingSyncEvent::Answer(answer) = event else {
        return;
    };
    let before = number(flow.tokens().to_device.as_deref());
    let next = number(answer.tokens.to_device.as_deref());
    assert_eq!(next, before + 1);
    flow.subscribe(now, room_id(&format!("!{}:x", next % 4)), room(next));
    flow.taken(now, &answer.response.value.pos).unwrap();
    if next == 20 {
        flow.stop(now).unwrap();
    }
}

#[test]
fn it_goes_on_through_whatever_may_happen() {
    for seed in 0..400 {
        let user_id = UserId::parse("@me:example.org").unwrap();
        let mut flow = SlidingSync::new(START, homeserver(), user_id, seed);
        flow.set_list(START, "all", SyncList::growing(7, room(1)));
        flow.set_extensions(START, to_device());
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
