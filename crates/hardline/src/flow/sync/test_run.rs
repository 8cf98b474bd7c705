//! For the tests of syncs: one request and one answer after the other, as the test says.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Request, Response};

use crate::flow::{Flow, FlowError, Input, Output, RequestId, SyncStatus};
use crate::types::Timestamp;
use crate::wire::{Failure, FailureClass};

/// When every run starts.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

/// A sync and what it said; the test plays the server and the program.
pub(crate) struct TestRun<F: Flow> {
    pub(crate) flow: F,
    pub(crate) now: Timestamp,
    pub(crate) outcome: Option<Result<(), FlowError>>,
    pub(crate) cancelled: u32,
    sent: Option<(RequestId, Request<Vec<u8>>)>,
    events: Vec<F::Event>,
    until: Option<Timestamp>,
}

impl<F: Flow<Outcome = Result<(), FlowError>, Event: Debug> + Debug> TestRun<F> {
    pub(crate) fn new(flow: F) -> Self {
        let mut run = Self {
            flow,
            now: NOW,
            outcome: None,
            cancelled: 0,
            sent: None,
            events: vec![],
            until: None,
        };
        run.drain();
        run
    }

    fn drain(&mut self) {
        self.until = loop {
            match self.flow.poll_output() {
                Output::Send(id, request) => {
                    let sent = self.sent.replace((id, request));
                    assert!(sent.is_none(), "two requests are in flight: {sent:?}");
                }
                Output::Cancel(id) => {
                    let (sent, _) = self.sent.take().expect("a request was sent");
                    assert_eq!(sent, id);
                    self.cancelled += 1;
                }
                Output::Event(event) => self.events.push(event),
                Output::Wait(until) => break until,
                Output::SendStreaming(..) | Output::Receive(..) => panic!("it streams"),
                Output::Done(outcome) => assert!(self.outcome.replace(outcome).is_none()),
            }
        };
    }

    /// The request in flight: its method, and its URL after the API's version.
    pub(crate) fn request(&self) -> String {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        let url = request.uri().to_string();
        let url = url.split_once("/v3").expect("it has a version").1;
        format!("{} {url}", request.method())
    }

    /// The whole URL of the request in flight, and its body.
    #[cfg(feature = "unstable")]
    pub(crate) fn sent(&self) -> (String, &str) {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        let body = std::str::from_utf8(request.body()).expect("a body is text");
        (request.uri().to_string(), body)
    }

    /// The ID of the request in flight.
    pub(crate) fn id(&self) -> RequestId {
        self.sent.as_ref().expect("a request was sent").0
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.sent.is_none()
    }

    pub(crate) fn answer(&mut self, status: u16, body: &str) {
        let (id, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Response(id, response(status, body)));
    }

    /// A response that asks for a wait of so many seconds.
    pub(crate) fn answer_later(&mut self, status: u16, body: &str, seconds: u64) {
        let (id, _) = self.sent.take().expect("a request was sent");
        let mut response = response(status, body);
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        self.input(Input::Response(id, response));
    }

    pub(crate) fn fail(&mut self, class: FailureClass) {
        let (id, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Failed(id, Failure::new(class, "on purpose")));
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.flow.handle_input(self.now, input);
        self.drain();
    }

    /// The program does something.
    pub(crate) fn act<T>(&mut self, act: impl FnOnce(&mut F, Timestamp) -> T) -> T {
        let done = act(&mut self.flow, self.now);
        self.drain();
        done
    }

    /// How long it waits.
    pub(crate) fn left(&self) -> Option<Duration> {
        Some(self.until? - self.now)
    }

    /// Lets the time pass that it waits for, and returns how long that was.
    pub(crate) fn wait(&mut self) -> Duration {
        let left = self.left().expect("it waits for a time");
        self.pass(left);
        left
    }

    /// Lets time pass, and wakes it.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
        self.input(Input::Timeout);
    }

    /// What it told since the last call.
    pub(crate) fn told(&mut self) -> Vec<F::Event> {
        std::mem::take(&mut self.events)
    }

    /// The error it ended with.
    pub(crate) fn error(self) -> FlowError {
        match self.outcome {
            Some(Err(error)) => error,
            other => panic!("it did not fail: {other:?}"),
        }
    }
}

#[cfg(feature = "persist")]
impl<F> TestRun<F>
where
    F: Flow<Outcome = Result<(), FlowError>, Event: Debug>
        + Debug
        + serde::Serialize
        + serde::de::DeserializeOwned,
{
    /// The program is closed and started again.
    pub(crate) fn save_and_load(&mut self) {
        let saved = self.saved();
        self.load(&saved);
    }

    pub(crate) fn saved(&self) -> String {
        serde_json::to_string(&self.flow).expect("it waits")
    }

    pub(crate) fn load(&mut self, saved: &str) {
        self.flow = serde_json::from_str(saved).expect("it was saved");
        self.sent = None;
        self.events.clear();
        self.drain();
    }
}

fn response(status: u16, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = status.try_into().expect("it is a status");
    response
}

/// A status in a word or two.
pub(crate) fn status(status: &SyncStatus) -> &'static str {
    match status {
        SyncStatus::CatchingUp => "catching up",
        SyncStatus::Live => "live",
        SyncStatus::Offline(_) => "offline",
    }
}
