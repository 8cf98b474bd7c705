use std::task::ready;

use bytes::Bytes;
use serde::Serialize;

use super::*;
use crate::json::JsonObject;
use crate::wire::Operation;

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
}

impl FlowLogic for Asking {
    type Success = JsonObject;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Asking";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<JsonObject, FlowError>> {
        loop {
            match ready!(context.call(&self.asks[0], &self.target)) {
                Ok(answer) => return Poll::Ready(Ok(answer)),
                Err(refusal) if self.asks.len() == 1 => return Poll::Ready(Err(refusal.into())),
                Err(_) => drop(self.asks.remove(0)),
            }
        }
    }

    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }
}

fn asking(things: &[&'static str]) -> Engine<Asking> {
    let asks = things.iter().map(|what| Ask { what }).collect();
    let target = Target::homeserver("https://example.org").unwrap();
    Engine::new(NOW, Asking { asks, target }, 1)
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
