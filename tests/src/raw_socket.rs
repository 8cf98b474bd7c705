//! HTTP/1.1 over a bare socket: the minimum that your own event loop has to do for a flow.

mod exchange;

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hardline::flow::{Flow, Input, Output};
use hardline::types::{AccessToken, Timestamp};
use hardline::wire::{Auth, Failure, RequestMeta, authorize};
use http::header::AUTHORIZATION;
use http::{Request, Response};

pub use exchange::{Limits, exchange};

/// Runs a flow to its end, with one connection for each request.
pub fn run<F: Flow>(
    mut flow: F,
    access_token: Option<&AccessToken>,
    on_event: &mut dyn FnMut(F::Event, &mut F, Timestamp),
) -> F::Outcome {
    loop {
        match flow.poll_output() {
            Output::Send(exchange, request) => {
                let input = match send(request, access_token) {
                    Ok(response) => Input::Response(exchange, response),
                    Err(failure) => Input::Failed(exchange, failure),
                };
                flow.handle_input(now(), input);
            }
            Output::Event(event) => on_event(event, &mut flow, now()),
            Output::Wait(Some(until)) => {
                std::thread::sleep(until - now());
                flow.handle_input(now(), Input::Timeout);
            }
            Output::Wait(None) => panic!("nobody replied to the flow's prompt"),
            // No request is in flight while the flow is polled.
            Output::Cancel(_) | Output::Receive(..) => {}
            Output::SendStreaming(id, ..) => flow.handle_input(now(), Input::cannot_stream(id)),
            Output::Done(outcome) => return outcome,
        }
    }
}

/// The current time, for the flow.
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::default() + since_epoch
}

fn send(
    mut request: Request<Vec<u8>>,
    access_token: Option<&AccessToken>,
) -> Result<Response<Bytes>, Failure> {
    let takes_token = request
        .extensions()
        .get::<RequestMeta>()
        .is_some_and(|dispatch| dispatch.operation.auth != Auth::None);
    // A flow that has a token for another server has already attached it.
    let has_one = request.headers().contains_key(AUTHORIZATION);
    if let (true, Some(token)) = (takes_token && !has_one, access_token) {
        authorize(&mut request, token).expect("a token of these servers can be sent");
    }
    exchange(&request, &Limits::default())
}
