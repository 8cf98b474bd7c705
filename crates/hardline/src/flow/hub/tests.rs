use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use serde::{Deserialize, Serialize};

use super::*;
use crate::flow::{FlowError, FlowEvent, OperationFlow, RetryPolicy, SessionEvent, SessionTokens};
use crate::types::{AccessToken, RefreshToken};
use crate::wire::{ApiResponse, Auth, Endpoint, Operation, Target};
#[cfg(feature = "persist")]
use crate::wire::{ErrorKind, FailureClass};

const MINUTE: u64 = 60_000;

#[derive(Debug, Serialize, Deserialize)]
struct Send {}

#[derive(Debug, Deserialize)]
struct Sent {}

impl Endpoint for Send {
    /// It must not be repeated.
    const OPERATION: Operation =
        Operation::post("send", "/_matrix/client/v3/send").auth(Auth::Required);
    type Response = Sent;
}

type SendFlow = OperationFlow<Send>;
type Outcome = Result<ApiResponse<Sent>, FlowError>;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn homeserver() -> Target {
    Target::homeserver("https://example.org").unwrap()
}

fn flow() -> SendFlow {
    OperationFlow::new(at(0), Send {}, homeserver(), 1).unattended()
}

/// A session whose access token expires after a minute.
fn manager() -> TokenManager {
    let tokens = SessionTokens::new(AccessToken::from("first"))
        .refreshed_with(RefreshToken::from("refresh"))
        .expiring_in(at(0), Duration::from_millis(MINUTE));
    TokenManager::new(homeserver(), Some(tokens), 1)
}

fn response(status: u16, body: &'static str) -> Response<Bytes> {
    let body = Bytes::from_static(body.as_bytes());
    Response::builder().status(status).body(body).unwrap()
}

/// What came out of a hub until it waited.
#[derive(Default)]
struct Drained {
    sent: Vec<(RequestId, Request<Vec<u8>>)>,
    cancelled: Vec<RequestId>,
    done: Vec<(FlowId, Outcome)>,
    told: Vec<SessionEvent>,
    retried: usize,
    until: Option<Timestamp>,
}

fn drain<F: Flow<Event = FlowEvent, Outcome = Outcome>>(hub: &mut Hub<F>, now: u64) -> Drained {
    let mut drained = Drained::default();
    loop {
        match hub.poll_output(at(now)) {
            HubOutput::Send(id, request) => drained.sent.push((id, request)),
            HubOutput::Cancel(id) => drained.cancelled.push(id),
            HubOutput::Done(id, outcome) => drained.done.push((id, outcome)),
            HubOutput::SessionEvent(event) => drained.told.push(event),
            HubOutput::Event(..) => drained.retried += 1,
            HubOutput::SendStreaming(..) | HubOutput::Receive(..) => panic!("nothing streams"),
            HubOutput::Wait(until) => {
                drained.until = until;
                return drained;
            }
        }
    }
}

fn values(drained: &Drained) -> Vec<&str> {
    let requests = drained.sent.iter();
    requests
        .map(|(_, request)| request.headers()[AUTHORIZATION].to_str().unwrap())
        .collect()
}

/// Counts how often it is polled.
struct Counted(SendFlow, Rc<Cell<usize>>);

impl Flow for Counted {
    type Event = FlowEvent;
    type Outcome = Outcome;

    fn poll_output(&mut self) -> Output<FlowEvent, Outcome> {
        self.1.set(self.1.get() + 1);
        self.0.poll_output()
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.0.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.0.state()
    }
}

/// How many polls it takes to open this many flows, to refresh once for all of them, and to answer them one by one.
fn polls(count: usize) -> usize {
    let polls = Rc::new(Cell::new(0));
    let mut hub = Hub::new(manager());
    for _ in 0..count {
        hub.insert(Counted(flow(), Rc::clone(&polls)));
        drain(&mut hub, MINUTE);
    }
    let refresh = hub.refresh.expect("it refreshes").0;
    let answer = response(200, r#"{"access_token": "second"}"#);
    hub.handle_input(at(MINUTE), Input::Response(refresh, answer));
    let sent = drain(&mut hub, MINUTE).sent;
    assert_eq!(sent.len(), count);
    let mut done = 0;
    for (id, _) in sent {
        hub.handle_input(at(MINUTE + 1), Input::Response(id, response(200, "{}")));
        done += drain(&mut hub, MINUTE + 1).done.len();
    }
    assert_eq!(done, count);
    assert!(hub.is_empty() && hub.requests.is_empty() && hub.deadlines.is_empty());
    polls.get()
}

#[test]
fn the_work_for_thousands_of_flows_grows_in_a_straight_line() {
    let (hundred, thousands) = (polls(100), polls(4_000));
    assert_eq!(thousands, hundred * 40);
    assert!(thousands <= 4_000 * 5, "{thousands}");
}

#[test]
fn flows_share_one_refresh_and_request_ids_are_unique() {
    let mut hub = Hub::new(manager());
    let flows: Vec<_> = (0..3).map(|_| hub.insert(flow())).collect();
    let first = drain(&mut hub, 0);
    assert_eq!(values(&first), ["Bearer first"; 3]);
    let refused = || response(401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#);
    for (id, _) in &first.sent {
        hub.handle_input(at(1), Input::Response(*id, refused()));
    }
    let refresh = drain(&mut hub, 1);
    let [(refresh, _)] = refresh.sent[..] else {
        panic!("there is one refresh")
    };
    assert_eq!(hub.flow_of(refresh), None);
    let answer = response(200, r#"{"access_token": "second"}"#);
    hub.handle_input(at(2), Input::Response(refresh, answer));
    let second = drain(&mut hub, 2);
    assert!(matches!(second.told[..], [SessionEvent::Refreshed(_)]));
    assert_eq!(values(&second), ["Bearer second"; 3]);
    let mut ids: Vec<_> = first
        .sent
        .iter()
        .chain(&second.sent)
        .map(|sent| sent.0)
        .collect();
    ids.push(refresh);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    for ((id, _), flow) in second.sent.iter().zip(&flows) {
        assert_eq!(hub.flow_of(*id), Some(*flow));
        hub.handle_input(at(3), Input::Response(*id, response(200, "{}")));
        // A duplicate tells nobody anything.
        hub.handle_input(at(3), Input::Response(*id, refused()));
    }
    let done = drain(&mut hub, 3).done;
    assert_eq!(done.iter().map(|(id, _)| *id).collect::<Vec<_>>(), flows);
    assert!(done.iter().all(|(_, outcome)| outcome.is_ok()));
}

#[test]
fn waits_end_in_their_order() {
    let mut hub = Hub::new(TokenManager::new(
        homeserver(),
        manager().tokens().cloned(),
        1,
    ));
    let mut policy = RetryPolicy::default();
    for seconds in [30, 10, 20] {
        policy.timeout = Duration::from_secs(seconds);
        hub.insert(
            OperationFlow::new(at(0), Send {}, homeserver(), 1)
                .unattended()
                .with_policy(policy.clone()),
        );
    }
    assert_eq!(drain(&mut hub, 0).until, Some(at(10_000)));
    for (time, next) in [
        (10_000, Some(20_000)),
        (20_000, Some(30_000)),
        (30_000, None),
    ] {
        hub.handle_input(at(time - 1), Input::Timeout);
        assert!(drain(&mut hub, time - 1).done.is_empty());
        hub.handle_input(at(time), Input::Timeout);
        let drained = drain(&mut hub, time);
        assert_eq!((drained.cancelled.len(), drained.done.len()), (1, 1));
        assert_eq!(drained.until, next.map(at));
    }
}

#[test]
fn a_flow_that_is_taken_out_has_its_requests_cancelled() {
    let mut hub = Hub::new(manager());
    let id = hub.insert(flow());
    let (request, _) = drain(&mut hub, 0).sent.remove(0);
    assert_eq!(
        hub.flow(id).map(Flow::state),
        hub.flow_mut(id).map(|flow| flow.state())
    );
    assert!(hub.remove(id).is_some());
    let drained = drain(&mut hub, 0);
    assert_eq!((drained.cancelled, drained.until), (vec![request], None));
    hub.handle_input(at(1), Input::Response(request, response(200, "{}")));
    assert!(drain(&mut hub, 1).done.is_empty());
    assert!(hub.flow(id).is_none() && hub.flow_mut(id).is_none() && hub.remove(id).is_none());
    assert_ne!(hub.insert(flow()), id);
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer() {
    let mut hub = Hub::new(TokenManager::new(
        homeserver(),
        manager().tokens().cloned(),
        1,
    ));
    let hour = 60 * MINUTE;
    let policy = RetryPolicy::default();
    let flow = OperationFlow::new(at(hour), Send {}, homeserver(), 1).unattended();
    hub.insert(flow);
    hub.token_manager_mut()
        .set_tokens(Some(SessionTokens::new(AccessToken::from("first"))));
    let until = drain(&mut hub, hour).until.unwrap();
    assert_eq!(until - at(hour), policy.timeout);
    // The flow itself does not know that a second has passed.
    assert_eq!(drain(&mut hub, hour + 1_000).until, Some(until));
    let until = drain(&mut hub, 0).until.unwrap();
    assert_eq!(until, at(59_000));
}

#[test]
fn a_hub_without_flows_waits_for_nothing() {
    let mut hub = Hub::<SendFlow>::new(manager());
    assert_eq!(drain(&mut hub, 0).until, None);
    hub.handle_input(at(1), Input::Timeout);
    hub.handle_input(
        at(1),
        Input::Response(RequestIds::default().next(), response(200, "")),
    );
    assert_eq!((hub.len(), drain(&mut hub, 1).until), (0, None));
}

#[cfg(feature = "persist")]
#[test]
fn a_loaded_hub_sends_what_was_held_and_counts_the_rest_as_interrupted() {
    let mut hub = Hub::new(manager());
    let in_flight = hub.insert(flow());
    assert!(
        serde_json::to_string(&hub).is_err(),
        "it has unpolled output"
    );
    drain(&mut hub, 0);
    let held = hub.insert(flow());
    assert_eq!(drain(&mut hub, MINUTE).sent.len(), 1);
    let saved = serde_json::to_string(&hub).unwrap();
    let mut hub: Hub<SendFlow> = serde_json::from_str(&saved).unwrap();
    assert_eq!(
        hub.flows().map(|(id, _)| id).collect::<Vec<_>>(),
        [in_flight, held]
    );

    // On another machine, whose clock is behind.
    let drained = drain(&mut hub, 0);
    let [(id, outcome)] = &drained.done[..] else {
        panic!("one is over")
    };
    let Err(FlowError::Refused { source, .. }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(*id, in_flight);
    assert!(
        matches!(source.kind(), ErrorKind::Transport(failure) if failure.class() == FailureClass::Interrupted)
    );
    // The other one is sent again at once, but the token's lifetime is counted by that clock too.
    let now = 0;
    let [(refresh, _)] = drained.sent[..] else {
        panic!("it refreshes")
    };
    assert_eq!(hub.flow_of(refresh), None);
    let answer = response(200, r#"{"access_token": "second"}"#);
    hub.handle_input(at(now), Input::Response(refresh, answer));
    let sent = drain(&mut hub, now);
    assert_eq!(values(&sent), ["Bearer second"]);
    hub.handle_input(
        at(now),
        Input::Response(sent.sent[0].0, response(200, "{}")),
    );
    let done = drain(&mut hub, now).done;
    assert!(matches!(done[..], [(id, Ok(_))] if id == held));
    assert!(hub.insert(flow()) > held);
}

#[cfg(feature = "persist")]
#[test]
fn what_was_not_saved_as_a_hub_is_not_loaded_as_one() {
    let mut hub = Hub::new(manager());
    hub.insert(flow());
    drain(&mut hub, 0);
    let saved = serde_json::to_string(&hub).unwrap();
    for (from, to) in [
        (r#"{"version":"#, r#"{"version":9"#),
        (r#","ids":2,"#, r#","ids":0,"#),
        (r#""token_manager""#, r#""other""#),
    ] {
        let changed = saved.replace(from, to);
        assert_ne!(changed, saved);
        assert!(
            serde_json::from_str::<Hub<SendFlow>>(&changed).is_err(),
            "{to}"
        );
    }
}
