use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
use http::request;
use serde::Serialize;

use super::*;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied};
use crate::flow::{
    FlowError, FlowEvent, NotAwaited, Output, Prompt, Reply, RequestId, RetryPolicy,
};
use crate::json::JsonObject;
use crate::types::Timestamp;
use crate::wire::{Endpoint, ErrorCode, Target};

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

/// The length of what is uploaded.
const LENGTH: u64 = 20;

/// Downloads one body, or uploads one.
#[derive(Debug, Persist)]
struct Streams {
    target: Target,
    uploads: bool,
    part: SinkPart,
    cap: Option<u64>,
}

impl FlowLogic for Streams {
    /// The bytes that came, if they did.
    type Success = Option<u64>;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Streams";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Self::Success, FlowError>> {
        let (effort, target) = (Effort::USUAL, &self.target);
        if self.uploads {
            let stored = ready!(context.upload(effort, &Store {}, target, LENGTH));
            return Poll::Ready(stored.map(|_| None).map_err(FlowError::from));
        }
        let (part, cap) = (&mut self.part, self.cap);
        let received = ready!(context.download(effort, &Fetch {}, target, part, cap))?;
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
    told: Vec<(u64, Option<u64>)>,
    outcome: Option<Result<Option<u64>, FlowError>>,
}

impl Scripted {
    fn new(uploads: bool) -> Self {
        Self::capped(uploads, None)
    }

    fn capped(uploads: bool, cap: Option<u64>) -> Self {
        let logic = Streams {
            target: Target::homeserver("https://example.org").unwrap(),
            uploads,
            part: SinkPart::EMPTY,
            cap,
        };
        let mut transport = Self {
            flow: Engine::new(NOW, logic, 1),
            now: NOW,
            until: None,
            sent: vec![],
            received: vec![],
            cancelled: vec![],
            retries: 0,
            told: vec![],
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
                Output::Event(FlowEvent::Progress { bytes, total }) => {
                    self.told.push((bytes, total));
                }
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

    #[cfg(feature = "persist")]
    fn save_and_load(&mut self) {
        let saved = serde_json::to_string(&self.flow).unwrap();
        self.flow = serde_json::from_str(&saved).unwrap();
        self.drain();
        self.wait();
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
    assert_eq!(transport.header("content-length"), Some("20"));
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

#[test]
fn what_goes_on_well_has_as_many_attempts_again() {
    let mut transport = Scripted::new(false);
    let attempts = u64::from(RetryPolicy::default().attempts);
    for attempt in 1..3 * attempts {
        let range = format!("bytes {}-", (attempt - 1) << 16);
        transport.head(206, &[("etag", "\"a\""), ("content-range", &range)]);
        transport.progress(attempt << 16);
        transport.fail();
        transport.wait();
    }
    // It does not go on any more.
    for _ in 1..attempts {
        assert!(transport.outcome.is_none());
        transport.fail();
        if transport.outcome.is_none() {
            transport.wait();
        }
    }
    assert!(transport.outcome.is_some());
}

#[test]
fn a_range_that_is_not_there_begins_anew() {
    let mut transport = resuming();
    transport.head(416, &[("content-range", "bytes */10")]);
    assert_eq!(transport.cancelled, [transport.id()]);
    transport.wait();
    assert_eq!(transport.header("range"), None);
    // Nobody asked for a range now.
    transport.head(416, &[]);
    transport.respond(416, "{}");
    assert_eq!(transport.error().status().unwrap(), 416);
}

#[test]
fn a_sink_that_lost_its_part_begins_anew() {
    let unsendable = || Failure::new(FailureClass::Unsendable, "the file is gone");
    let mut transport = resuming();
    let part = [("content-range", "bytes 10-19/20"), ("etag", "\"a\"")];
    transport.head(206, &part);
    transport.input(Input::Failed(transport.id(), unsendable()));
    transport.wait();
    assert_eq!(transport.header("range"), None);
    transport.input(Input::Failed(transport.id(), unsendable()));
    let class = transport.error().failure().map(Failure::class);
    assert_eq!(class, Some(FailureClass::Unsendable));
}

#[test]
fn more_than_the_cap_is_not_taken() {
    let size = |transport: Scripted, was_cancelled: bool| {
        assert_eq!(transport.cancelled.is_empty(), !was_cancelled);
        let error = transport.error();
        let failure = error.failure().expect("nothing came");
        assert_eq!(failure.class(), FailureClass::TooLarge);
        match failure.cause().downcast_ref() {
            Some(MediaError::DownloadTooLarge { size, cap: 20 }) => *size,
            other => panic!("{other:?}"),
        }
    };
    // The server says it, for the whole or for a part.
    for (status, header) in [
        (200, ("content-length", "21")),
        (206, ("content-range", "bytes 0-9/21")),
    ] {
        let mut transport = Scripted::capped(false, Some(20));
        transport.head(status, &[header]);
        assert_eq!(transport.received, []);
        assert_eq!(size(transport, true), Some(21));
    }
    // It shows on the way.
    let mut transport = Scripted::capped(false, Some(20));
    transport.head(200, &[]);
    transport.progress(20);
    transport.progress(21);
    assert_eq!(size(transport, true), None);
    // It shows at the end, where nothing is left to cancel.
    let mut transport = Scripted::capped(false, Some(20));
    transport.head(200, &[]);
    transport.ended(30);
    assert_eq!(size(transport, false), Some(30));
    let mut transport = Scripted::capped(false, Some(20));
    transport.head(200, &[("content-length", "20")]);
    transport.ended(20);
    assert_eq!(transport.outcome.unwrap().unwrap(), Some(20));
}

#[test]
fn progress_is_told_now_and_then_and_at_the_end() {
    let mut transport = Scripted::new(false);
    transport.head(200, &[("content-length", "1000")]);
    for passed in 1..1000 {
        transport.now = transport.now + Duration::from_millis(1);
        transport.progress(passed);
    }
    transport.ended(1000);
    let told: Vec<_> = transport.told.iter().map(|(bytes, _)| *bytes).collect();
    assert_eq!(told, [0, 200, 400, 600, 800, 1000]);
    assert!(transport.told.iter().all(|(_, total)| *total == Some(1000)));
    // Without a length it is told too.
    let mut transport = Scripted::new(false);
    transport.head(200, &[]);
    transport.ended(7);
    assert_eq!(transport.told, [(0, None), (7, Some(7))]);
    let mut transport = Scripted::new(true);
    transport.progress(10);
    transport.progress(LENGTH);
    assert_eq!(transport.told, [(10, Some(LENGTH)), (LENGTH, Some(LENGTH))]);
}

#[cfg(feature = "persist")]
#[test]
fn a_flow_is_saved_once_the_transport_knows_where_the_body_goes() {
    let mut transport = Scripted::new(false);
    let id = transport.id();
    let head = head(200, &[("etag", "\"a\"")]);
    transport.flow.handle_input(NOW, Input::Head(id, head));
    assert!(serde_json::to_string(&transport.flow).is_err());
    transport.drain();
    // The sink holds nothing yet.
    transport.save_and_load();
    assert_eq!((transport.sent.len(), transport.header("range")), (2, None));
    assert_ne!(transport.id(), id);
}

#[cfg(feature = "persist")]
#[test]
fn what_the_sink_holds_is_saved() {
    let mut transport = resuming();
    transport.save_and_load();
    assert_eq!(transport.header("range"), Some("bytes=10-"));
    let part = [("content-range", "bytes 10-19/20"), ("etag", "\"a\"")];
    transport.head(206, &part);
    transport.progress(15);
    transport.save_and_load();
    assert_eq!(transport.header("range"), Some("bytes=15-"));
    assert_eq!(transport.header("if-range"), Some("\"a\""));
}
