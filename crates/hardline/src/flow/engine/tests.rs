use std::task::ready;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use super::*;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::effort::call_limit::CallLimit;
use crate::flow::{AddThreepid, Flow, InteractiveFlow, RequestId, ThreepidInput};
use crate::json::JsonObject;
use crate::types::{ClientSecret, UserId};
use crate::wire::{
    BaseUrl, Credentials, Endpoint, Failure, FailureClass, Homeserver, Operation, RequestMeta,
    Target,
};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

#[derive(Debug, Serialize)]
struct Ask {
    what: &'static str,
}

impl Endpoint for Ask {
    const OPERATION: Operation = Operation::get("ask", "/_matrix/client/v3/ask/{what}");
    type Response = JsonObject;
}

/// Asks for one thing after the other until one succeeds.
#[derive(Debug)]
struct Asking {
    asks: Vec<Ask>,
    target: Target,
    limit: Option<&'static CallLimit>,
}

impl FlowLogic for Asking {
    type Success = JsonObject;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Asking";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<JsonObject, FlowError>> {
        loop {
            let (ask, target) = (&self.asks[0], &self.target);
            let answer = match self.limit {
                Some(limit) => {
                    let effort = Effort::USUAL.within(limit);
                    context.attempt_with(effort, ask, target, &Credentials::None)
                }
                None => context.call(ask, target),
            };
            match ready!(answer) {
                Ok(answer) => return Poll::Ready(Ok(answer)),
                Err(refusal) if self.asks.len() == 1 => return Poll::Ready(Err(refusal.into())),
                Err(_) => drop(self.asks.remove(0)),
            }
        }
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Part for Asking {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        "Asking"
    }
}

fn asking(things: &[&'static str]) -> Engine<Asking> {
    let asks = things.iter().map(|what| Ask { what }).collect();
    let target = Target::homeserver("https://example.org").unwrap();
    let logic = Asking {
        asks,
        target,
        limit: None,
    };
    Engine::new(NOW, logic, 1)
}

/// Everything that happens to one limited call, whose server does `act` at each attempt: how many attempts there were,
/// and how long it took.
fn limited(
    limit: &'static CallLimit,
    act: impl Fn(RequestId) -> Option<Input>,
) -> (usize, Duration) {
    let mut engine = asking(&["a"]);
    engine.logic.limit = Some(limit);
    let (mut now, mut sent) = (NOW, 0);
    loop {
        match engine.poll_output() {
            Output::Send(id, request) => {
                sent += 1;
                let timeout = request.extensions().get::<RequestMeta>().unwrap().timeout;
                assert!(timeout <= limit.total);
                if let Some(input) = act(id) {
                    engine.handle_input(now, input);
                }
            }
            Output::Wait(until) => {
                now = until.expect("it waits for a time");
                engine.handle_input(now, Input::Timeout);
            }
            Output::Done(result) => {
                assert!(result.is_err());
                return (sent, now - NOW);
            }
            Output::Cancel(_) | Output::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_limited_call_ends_in_time_whatever_the_server_does() {
    let failed = |class| move |id| Some(Input::Failed(id, Failure::new(class, "on purpose")));
    let limited_rate = |seconds: u32| {
        move |id| {
            let response = http::Response::builder()
                .status(429)
                .header("retry-after", seconds)
                .body(Bytes::new());
            Some(Input::Response(id, response.unwrap()))
        }
    };
    let second = Duration::from_secs(1);
    let optional = &CallLimit::OPTIONAL;
    assert_eq!(limited(optional, |_| None), (1, 5 * second));
    let (sent, took) = limited(optional, failed(FailureClass::Refused));
    assert!(sent == 2 && took < second, "{sent} {took:?}");
    assert_eq!(limited(optional, limited_rate(3)), (2, 3 * second));
    assert_eq!(limited(optional, limited_rate(5)), (1, Duration::ZERO));
    let decisive = &CallLimit::DECISIVE;
    assert_eq!(limited(decisive, |_| None), (1, 10 * second));
    let (sent, took) = limited(decisive, failed(FailureClass::Dns));
    assert!(sent == 4 && took < 4 * second, "{sent} {took:?}");
    // The server is there, and says how long it wants to be left alone.
    assert_eq!(limited(decisive, limited_rate(20)), (4, 60 * second));
}

#[test]
fn the_policy_of_the_flow_may_allow_less_than_the_limit() {
    let mut engine = asking(&["a"]);
    engine.logic.limit = Some(&CallLimit::DECISIVE);
    engine.set_policy(RetryPolicy {
        attempts: 1,
        timeout: Duration::from_secs(2),
        ..RetryPolicy::default()
    });
    assert!(matches!(engine.poll_output(), Output::Send(..)));
    let until = NOW + Duration::from_secs(2);
    assert!(matches!(engine.poll_output(), Output::Wait(Some(time)) if time == until));
    engine.handle_input(until, Input::Timeout);
    assert!(matches!(engine.poll_output(), Output::Cancel(_)));
    assert!(matches!(engine.poll_output(), Output::Done(Err(_))));
}

#[test]
fn a_request_that_cannot_be_built_does_not_block_the_next_one() {
    let mut engine = asking(&["", "b"]);
    let Output::Send(id, request) = engine.poll_output() else {
        panic!("{engine:?}")
    };
    assert_eq!(request.uri().path(), "/_matrix/client/v3/ask/b");
    let response = http::Response::new(Bytes::from_static(b"{}"));
    engine.handle_input(NOW, Input::Response(id, response));
    assert!(matches!(engine.poll_output(), Output::Done(Ok(_))));
}

#[test]
fn a_response_after_cancelling_is_late() {
    let mut engine = asking(&["a"]);
    let Output::Send(id, _) = engine.poll_output() else {
        panic!("{engine:?}")
    };
    engine.cancel(NOW).unwrap();
    let response = http::Response::new(Bytes::from_static(b"{}"));
    engine.handle_input(NOW, Input::Response(id, response));
    assert!(matches!(engine.poll_output(), Output::Cancel(cancelled) if cancelled == id));
    let outcome = engine.poll_output();
    assert!(matches!(outcome, Output::Done(Err(FlowError::Cancelled))));
    assert!(matches!(engine.poll_output(), Output::Wait(None)));
    assert_eq!(engine.cancel(NOW), Err(NotAwaited));
}

#[derive(Debug, Serialize)]
struct Look {}

impl Endpoint for Look {
    const OPERATION: Operation = Operation::get("look", "/_matrix/client/v3/look");
    type Response = JsonObject;
}

/// Pauses, asks, and may forget that it asked.
#[derive(Debug)]
struct Forgetful {
    pauses: bool,
    looks: bool,
    target: Target,
}

impl FlowLogic for Forgetful {
    type Success = JsonObject;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Forgetful";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<JsonObject, FlowError>> {
        if self.pauses {
            ready!(context.pause(Duration::from_secs(8)));
            self.pauses = false;
        }
        let answer = if self.looks {
            ready!(context.call(&Look {}, &self.target))
        } else {
            ready!(context.call(&Ask { what: "a" }, &self.target))
        };
        Poll::Ready(answer.map_err(FlowError::from))
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Part for Forgetful {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        "Asking"
    }
}

fn forgetful(pauses: bool) -> Engine<Forgetful> {
    let target = Target::homeserver("https://example.org").unwrap();
    let logic = Forgetful {
        pauses,
        looks: false,
        target,
    };
    Engine::new(NOW, logic, 1)
}

/// Gives a logic the answer to a request that it has forgotten.
fn answer_what_was_forgotten() -> (Engine<Forgetful>, RequestId) {
    let mut engine = forgetful(false);
    let Output::Send(id, _) = engine.poll_output() else {
        panic!("{engine:?}")
    };
    engine.logic_mut().looks = true;
    let response = http::Response::new(Bytes::from_static(b"{}"));
    engine.handle_input(NOW, Input::Response(id, response));
    (engine, id)
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "is not of cs:look")]
fn a_logic_that_reads_a_response_as_another_operations_is_found() {
    answer_what_was_forgotten();
}

#[test]
#[cfg(not(debug_assertions))]
fn a_response_is_not_read_as_another_operations() {
    let (mut engine, forgotten) = answer_what_was_forgotten();
    assert!(matches!(engine.poll_output(), Output::Cancel(id) if id == forgotten));
    let Output::Send(_, request) = engine.poll_output() else {
        panic!("{engine:?}")
    };
    assert_eq!(request.uri().path(), "/_matrix/client/v3/look");
}

/// Polls until it waits: the request that is sent, and the time that is waited for.
fn drained<T: fmt::Debug>(
    mut poll_output: impl FnMut() -> Output<FlowEvent, T>,
) -> (Option<RequestId>, Option<Timestamp>) {
    let mut sent = None;
    loop {
        match poll_output() {
            Output::Send(id, _) => sent = Some(id),
            Output::Event(_) => {}
            Output::Wait(until) => return (sent, until),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_clock_that_is_set_back_moves_what_is_pending_by_as_much() {
    let mut engine = forgetful(true);
    // The clock goes back by a second; what is waited for is as far away as before.
    let set_back = |engine: &mut Engine<Forgetful>, now: Timestamp| {
        let (_, until) = drained(|| engine.poll_output());
        let earlier = Timestamp::from_millis(now.as_millis() - 1_000);
        engine.handle_input(earlier, Input::Timeout);
        let (sent, moved) = drained(|| engine.poll_output());
        assert!(sent.is_none());
        assert_eq!(moved.unwrap() - earlier, until.unwrap() - now);
        (earlier, moved.unwrap())
    };
    let (_, until) = set_back(&mut engine, NOW);
    engine.handle_input(until, Input::Timeout);
    let (in_flight, _) = drained(|| engine.poll_output());
    let (now, _) = set_back(&mut engine, until);
    let failure = Failure::new(FailureClass::Connect, "on purpose");
    engine.handle_input(now, Input::Failed(in_flight.unwrap(), failure));
    let (now, until) = set_back(&mut engine, now);
    assert!(
        until - now < Duration::from_secs(1),
        "it waits to send it again"
    );
    engine.handle_input(until, Input::Timeout);
    assert!(drained(|| engine.poll_output()).0.is_some());
}

#[test]
fn the_state_is_that_of_the_part_that_speaks() {
    let mut flow = AddThreepid::new(
        NOW,
        Homeserver::new(BaseUrl::parse("https://example.org").unwrap()),
        UserId::parse("@alice:example.org").unwrap(),
        ThreepidInput::email("alice@example.org"),
        ClientSecret::parse("secret").unwrap(),
    );
    let mut states = vec![flow.state()];
    let mut answer = |flow: &mut AddThreepid, status: u16, body: &'static str| {
        let (sent, _) = drained(|| flow.poll_output());
        let mut response = http::Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = status.try_into().unwrap();
        flow.handle_input(NOW, Input::Response(sent.unwrap(), response));
        states.push(flow.state());
    };
    let session = r#"{"sid": "7", "submit_url": "https://example.org/submit"}"#;
    answer(&mut flow, 200, session);
    drained(|| flow.poll_output());
    flow.reply(NOW, Reply::Code("1".into())).unwrap();
    answer(&mut flow, 200, "<html>");
    drained(|| flow.poll_output());
    flow.retry(NOW).unwrap();
    answer(&mut flow, 200, r#"{"success": true}"#);
    let flows = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u"}"#;
    answer(&mut flow, 401, flows);
    flow.cancel(NOW).unwrap();
    assert_eq!(
        states,
        ["Requesting", "AwaitingCode", "Stalled", "Calling", "Asking"]
    );
    assert_eq!(flow.state(), "Over");
}
