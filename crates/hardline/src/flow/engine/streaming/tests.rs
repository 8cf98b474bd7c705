use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
use http::request;
use serde::Serialize;

use super::*;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied};
use crate::flow::{
    FlowError, FlowEvent, NotAwaited, Output, Prompt, Reply, RequestId, RetryPolicy,
};
use crate::json::JsonObject;
use crate::types::Timestamp;
use crate::wire::{Credentials, Endpoint, ErrorCode, Target};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug, Serialize)]
struct Fetch {}

impl Endpoint for Fetch {
    const OPERATION: Operation =
        Operation::get("fetch", "/_matrix/client/v1/media").statuses(&[206, 200]);
    type Response = JsonObject;
}

#[derive(Debug, Serialize)]
struct Store {}

impl Endpoint for Store {
    const OPERATION: Operation = Operation::post("store", "/_matrix/media/v3/upload");
    type Response = JsonObject;
}

/// Downloads one body, or uploads one.
#[derive(Debug, Persist)]
struct Streams {
    target: Target,
    uploads: bool,
}

impl FlowLogic for Streams {
    /// The bytes that came, if they did.
    type Success = Option<u64>;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Streams";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Self::Success, FlowError>> {
        let credentials = &Credentials::Deferred;
        if self.uploads {
            let stored = ready!(context.upload(&Store {}, &self.target, credentials));
            return Poll::Ready(stored.map(|_| None).map_err(FlowError::from));
        }
        let received = ready!(context.download(&Fetch {}, &self.target, credentials))?;
        assert!(received.head.status.is_success());
        Poll::Ready(Ok(Some(received.end.bytes)))
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Part for Streams {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        "Streaming"
    }
}

/// A transport that does what the test says.
struct Scripted {
    flow: Engine<Streams>,
    now: Timestamp,
    until: Option<Timestamp>,
    /// Everything that was sent; the last is in flight.
    sent: Vec<(RequestId, request::Parts, BodyDirection)>,
    received: Vec<ReceiveBody>,
    cancelled: Vec<RequestId>,
    retries: usize,
    outcome: Option<Result<Option<u64>, FlowError>>,
}

impl Scripted {
    fn new(uploads: bool) -> Self {
        let target = Target::homeserver("https://example.org").unwrap();
        let mut transport = Self {
            flow: Engine::new(NOW, Streams { target, uploads }, 1),
            now: NOW,
            until: None,
            sent: vec![],
            received: vec![],
            cancelled: vec![],
            retries: 0,
            outcome: None,
        };
        transport.drain();
        transport
    }

    fn drain(&mut self) {
        loop {
            match self.flow.poll_output() {
                Output::SendStreaming(id, head, direction) => self.sent.push((id, head, direction)),
                Output::Receive(id, body) => {
                    assert_eq!(id, self.id());
                    self.received.push(body);
                }
                Output::Cancel(id) => self.cancelled.push(id),
                Output::Event(FlowEvent::RetryScheduled(_)) => self.retries += 1,
                Output::Done(outcome) => self.outcome = Some(outcome),
                Output::Wait(until) => {
                    self.until = until;
                    return;
                }
                Output::Send(..) | Output::Event(_) => panic!("{:?}", self.flow),
            }
        }
    }

    fn input(&mut self, input: Input) {
        self.flow.handle_input(self.now, input);
        self.drain();
    }

    fn id(&self) -> RequestId {
        self.sent.last().expect("something was sent").0
    }

    fn header(&self, name: &str) -> Option<&str> {
        let (_, head, _) = self.sent.last().expect("something was sent");
        head.headers.get(name)?.to_str().ok()
    }

    fn head(&mut self, status: u16, headers: &[(&'static str, &str)]) {
        self.input(Input::Head(self.id(), head(status, headers)));
    }

    fn progress(&mut self, passed: u64) {
        self.input(Input::Progress(self.id(), passed));
    }

    fn ended(&mut self, bytes: u64) {
        let sha256 = None;
        self.input(Input::BodyEnded(self.id(), BodyEnd { bytes, sha256 }));
    }

    fn respond(&mut self, status: u16, body: &'static str) {
        let response = Response::from_parts(head(status, &[]), Bytes::from_static(body.as_bytes()));
        self.input(Input::Response(self.id(), response));
    }

    fn fail(&mut self) {
        let failure = Failure::new(FailureClass::Interrupted, "on purpose");
        self.input(Input::Failed(self.id(), failure));
    }

    /// Lets the time come that it waits for.
    fn wait(&mut self) {
        self.now = self.until.expect("it waits for a time");
        self.input(Input::Timeout);
    }

    fn error(self) -> Error {
        match self.outcome {
            Some(Err(error)) => error.into_error(),
            other => panic!("{other:?}"),
        }
    }
}

fn head(status: u16, headers: &[(&'static str, &str)]) -> response::Parts {
    let mut response = Response::new(());
    *response.status_mut() = status.try_into().unwrap();
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response.into_parts().0
}

#[test]
fn a_body_goes_into_the_sink() {
    let mut transport = Scripted::new(false);
    assert_eq!(transport.sent[0].2, BodyDirection::Download);
    assert_eq!(transport.sent[0].1.uri.path(), "/_matrix/client/v1/media");
    transport.head(200, &[]);
    assert_eq!(transport.received, [ReceiveBody::ToSink { at: 0 }]);
    transport.progress(10);
    transport.ended(20);
    assert_eq!(transport.outcome.unwrap().unwrap(), Some(20));
    assert_eq!(transport.cancelled, []);
}

#[test]
fn what_is_not_the_answer_comes_whole() {
    let mut transport = Scripted::new(false);
    transport.head(404, &[]);
    assert_eq!(transport.received, [ReceiveBody::Whole { cap: WHOLE }]);
    transport.respond(404, r#"{"errcode": "M_NOT_FOUND"}"#);
    assert_eq!(transport.error().errcode(), Some(&ErrorCode::NotFound));
}

#[test]
fn without_an_entity_tag_an_interrupted_body_begins_anew() {
    let mut transport = Scripted::new(false);
    transport.head(200, &[("etag", "W/\"weak\"")]);
    transport.progress(10);
    transport.fail();
    assert_eq!(transport.retries, 1);
    transport.wait();
    assert_eq!((transport.sent.len(), transport.header("range")), (2, None));
    transport.head(200, &[]);
    assert_eq!(transport.received, [ReceiveBody::ToSink { at: 0 }; 2]);
    transport.ended(20);
    assert_eq!(transport.outcome.unwrap().unwrap(), Some(20));
}

/// A body that was interrupted after ten bytes, and is asked for again.
fn resuming() -> Scripted {
    let mut transport = Scripted::new(false);
    transport.head(200, &[("etag", "\"a\"")]);
    transport.progress(10);
    transport.fail();
    transport.wait();
    assert_eq!(transport.header("range"), Some("bytes=10-"));
    assert_eq!(transport.header("if-range"), Some("\"a\""));
    transport
}

#[test]
fn with_an_entity_tag_the_rest_is_asked_for() {
    let mut transport = resuming();
    transport.head(
        206,
        &[("content-range", "bytes 10-19/20"), ("etag", "\"a\"")],
    );
    assert_eq!(transport.received[1], ReceiveBody::ToSink { at: 10 });
    transport.ended(20);
    assert_eq!(transport.outcome.unwrap().unwrap(), Some(20));
}

#[test]
fn a_body_that_changed_meanwhile_begins_anew() {
    let mut transport = resuming();
    transport.head(200, &[("etag", "\"b\"")]);
    assert_eq!(transport.received[1], ReceiveBody::ToSink { at: 0 });
    // What counts is the new body alone.
    transport.fail();
    transport.wait();
    assert_eq!(transport.header("range"), None);
}

#[test]
fn another_part_than_the_one_asked_for_is_dropped() {
    let mut transport = resuming();
    transport.head(206, &[("content-range", "bytes 5-19/20")]);
    assert_eq!(transport.received.len(), 1);
    assert_eq!(transport.cancelled, [transport.id()]);
    transport.wait();
    assert_eq!(transport.header("range"), None);
}

#[test]
fn a_body_that_ends_early_is_not_taken_for_the_whole() {
    for headers in [
        &[("etag", "\"a\""), ("content-length", "20")][..],
        // Nobody asked for a part.
        &[("etag", "\"a\""), ("content-range", "bytes 0-9/20")],
    ] {
        let mut transport = Scripted::new(false);
        let status = if headers[1].0 == "content-range" {
            206
        } else {
            200
        };
        transport.head(status, headers);
        transport.ended(10);
        assert_eq!(transport.retries, 1);
        transport.wait();
        assert_eq!(transport.header("range"), Some("bytes=10-"));
        transport.head(
            206,
            &[
                ("content-range", "bytes 10-19/20"),
                ("content-length", "10"),
            ],
        );
        // The server or the transport says it twice.
        transport.head(206, &[("content-range", "bytes 0-4/5")]);
        transport.ended(20);
        transport.progress(30);
        assert_eq!(transport.outcome.unwrap().unwrap(), Some(20));
    }
    // The length of what is encoded is not that of the body.
    let mut transport = Scripted::new(false);
    transport.head(
        200,
        &[("content-encoding", "gzip"), ("content-length", "20")],
    );
    transport.ended(10);
    assert_eq!(transport.outcome.unwrap().unwrap(), Some(10));
}

#[test]
fn progress_keeps_an_attempt_alive_and_silence_ends_it() {
    let mut transport = Scripted::new(false);
    transport.head(200, &[]);
    for passed in 1..=10 {
        transport.now = transport.now + (TIMEOUT - Duration::from_millis(1));
        transport.progress(passed);
        assert_eq!(transport.until, Some(transport.now + TIMEOUT));
    }
    // The same number again is no progress.
    transport.now = transport.now + (TIMEOUT - Duration::from_millis(1));
    transport.progress(10);
    transport.wait();
    assert_eq!((transport.retries, transport.cancelled.len()), (1, 1));
}

#[test]
fn a_cancelled_body_is_dropped_and_what_comes_later_is_ignored() {
    let mut transport = Scripted::new(false);
    transport.head(200, &[]);
    transport.flow.cancel(NOW).unwrap();
    transport.drain();
    assert_eq!(transport.cancelled, [transport.id()]);
    assert!(matches!(
        transport.outcome.take(),
        Some(Err(FlowError::Cancelled))
    ));
    transport.progress(10);
    transport.ended(20);
    transport.head(200, &[]);
    assert_eq!(transport.received.len(), 1);
    assert!(transport.outcome.is_none());
}

#[test]
fn inputs_out_of_order_or_for_an_earlier_attempt_change_nothing() {
    let mut transport = Scripted::new(false);
    transport.ended(20);
    assert!(transport.outcome.is_none());
    transport.head(200, &[]);
    transport.head(404, &[]);
    assert_eq!(transport.received, [ReceiveBody::ToSink { at: 0 }]);
    let earlier = transport.id();
    transport.fail();
    transport.wait();
    transport.input(Input::Head(earlier, head(200, &[])));
    let (bytes, sha256) = (20, None);
    transport.input(Input::BodyEnded(earlier, BodyEnd { bytes, sha256 }));
    transport.input(Input::Progress(earlier, 20));
    assert_eq!(transport.received.len(), 1);
    assert!(transport.outcome.is_none());
    transport.head(200, &[]);
    transport.ended(7);
    assert_eq!(transport.outcome.unwrap().unwrap(), Some(7));
}

#[test]
fn a_transport_that_cannot_stream_says_so() {
    let mut transport = Scripted::new(false);
    transport.input(Input::cannot_stream(transport.id()));
    let class = transport.error().failure().map(Failure::class);
    assert_eq!(class, Some(FailureClass::Unsendable));
    // One that gives the body to the flow does not stream either.
    let mut transport = Scripted::new(false);
    transport.respond(200, "{}");
    let class = transport.error().failure().map(Failure::class);
    assert_eq!(class, Some(FailureClass::Unsendable));
}

#[test]
fn a_request_from_a_source_is_answered_whole() {
    let mut transport = Scripted::new(true);
    assert_eq!(transport.sent[0].2, BodyDirection::Upload { at: 0 });
    transport.progress(10);
    // A transport may ask about this response too.
    transport.head(200, &[]);
    assert_eq!(transport.received, [ReceiveBody::Whole { cap: WHOLE }]);
    transport.respond(200, "{}");
    assert_eq!(transport.outcome.unwrap().unwrap(), None);
}

#[test]
fn an_upload_is_repeated_only_if_that_is_safe() {
    let mut transport = Scripted::new(true);
    transport.progress(10);
    transport.fail();
    assert_eq!(transport.retries, 0);
    let class = transport.error().failure().map(Failure::class);
    assert_eq!(class, Some(FailureClass::Interrupted));
    let mut transport = Scripted::new(true);
    transport.respond(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}"#,
    );
    transport.wait();
    assert_eq!(transport.sent[1].2, BodyDirection::Upload { at: 0 });
}

#[test]
fn attempts_are_counted_over_a_whole_body() {
    let mut transport = Scripted::new(false);
    for _ in 1..RetryPolicy::default().attempts {
        transport.head(200, &[]);
        transport.fail();
        transport.wait();
    }
    transport.fail();
    assert!(transport.outcome.is_some());
}

#[cfg(feature = "persist")]
#[test]
fn a_flow_is_saved_once_the_transport_knows_where_the_body_goes() {
    let mut transport = Scripted::new(false);
    let id = transport.id();
    transport
        .flow
        .handle_input(NOW, Input::Head(id, head(200, &[])));
    assert!(serde_json::to_string(&transport.flow).is_err());
    transport.drain();
    let saved = serde_json::to_string(&transport.flow).unwrap();
    transport.flow = serde_json::from_str(&saved).unwrap();
    transport.drain();
    transport.wait();
    // The sink may be gone, so nothing is resumed.
    assert_eq!((transport.sent.len(), transport.header("range")), (2, None));
    assert_ne!(transport.id(), id);
}
