//! For each flow's own tests: one request, one answer and one reply after another, as the test says. Whatever may
//! happen in between is for `flow::test_harness`.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, LOCATION};
#[cfg(feature = "media")]
use http::response;
use http::{Request, Response, StatusCode};

#[cfg(feature = "media")]
use crate::flow::BodyEnd;
#[cfg(feature = "persist")]
use crate::flow::SavedFlow;
use crate::flow::{
    FlowError, FlowEvent, Input, InteractiveFlow, Output, Prompt, ReceiveBody, Reply, RequestId,
};
use crate::types::{Password, Timestamp, ValidationToken};
use crate::wire::{BaseUrl, Failure, FailureClass, Homeserver};

/// When every harness starts.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000_000);
/// Secrets that a conversation is given, which must never show.
pub(crate) const SECRETS: [&str; 3] = ["hunter2", "not-to-be-shown", "123456"];

/// A conversation and its latest output; the test plays the server and the user.
pub(crate) struct TestHarness<F: InteractiveFlow> {
    pub(crate) flow: F,
    pub(crate) now: Timestamp,
    pub(crate) outcome: Option<Result<F::Success, FlowError>>,
    sent: Option<(RequestId, Request<Vec<u8>>)>,
    /// Where the body of the response in flight goes.
    pub(crate) receive: Option<ReceiveBody>,
    events: Vec<String>,
    until: Option<Timestamp>,
}

impl<F: InteractiveFlow + Debug> TestHarness<F> {
    pub(crate) fn new(flow: F) -> Self {
        let mut harness = Self {
            flow,
            now: NOW,
            outcome: None,
            sent: None,
            receive: None,
            events: vec![],
            until: None,
        };
        harness.drain();
        harness
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
                }
                Output::Event(event) => self.events.push(name(&event)),
                Output::Wait(until) => break until,
                Output::SendStreaming(id, head, _) => {
                    let request = Request::from_parts(head, Vec::new());
                    let sent = self.sent.replace((id, request));
                    assert!(sent.is_none(), "two requests are in flight: {sent:?}");
                    self.receive = None;
                }
                Output::Receive(_, body) => self.receive = Some(body),
                Output::Done(outcome) => assert!(self.outcome.replace(outcome).is_none()),
            }
        };
        let shown = format!("{:?} {:?}", self.flow, self.events);
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    /// The request in flight: its method, its URL after the homeserver's, and its body.
    pub(crate) fn request(&self) -> String {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        let body = std::str::from_utf8(request.body()).expect("a body is text");
        let url = request.uri().to_string();
        let url = url.strip_prefix("https://example.org").unwrap_or(&url);
        format!("{} {url} {body}", request.method())
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.sent.is_none()
    }

    /// The whole URL of the request in flight.
    pub(crate) fn url(&self) -> String {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        request.uri().to_string()
    }

    /// The access token of the request in flight, if it already has one.
    pub(crate) fn token(&self) -> Option<&str> {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        let value = request.headers().get(AUTHORIZATION)?;
        assert!(value.is_sensitive());
        value.to_str().ok()?.strip_prefix("Bearer ")
    }

    pub(crate) fn answer(&mut self, status: u16, body: &str) {
        let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
        *response.status_mut() = status.try_into().expect("it is a status");
        self.respond(response);
    }

    /// The head of a response whose body streams.
    #[cfg(feature = "media")]
    pub(crate) fn head(&mut self, status: u16, headers: &[(&'static str, &str)]) {
        let (id, _) = self.sent.as_ref().expect("a request was sent");
        let head = response_head(status, headers);
        self.input(Input::Head(*id, head));
    }

    /// So many bytes of a body have passed.
    #[cfg(feature = "media")]
    pub(crate) fn progress(&mut self, bytes: u64) {
        let (id, _) = self.sent.as_ref().expect("a request was sent");
        self.input(Input::Progress(*id, bytes));
    }

    /// The body is in the sink.
    #[cfg(feature = "media")]
    pub(crate) fn body_ended(&mut self, bytes: u64, sha256: Option<[u8; 32]>) {
        let (id, _) = self.sent.take().expect("a request was sent");
        self.input(Input::BodyEnded(id, BodyEnd { bytes, sha256 }));
    }

    /// A whole response with header fields.
    #[cfg(feature = "media")]
    pub(crate) fn answer_with(
        &mut self,
        status: u16,
        headers: &[(&'static str, &str)],
        body: &'static str,
    ) {
        let head = response_head(status, headers);
        self.respond(Response::from_parts(
            head,
            Bytes::from_static(body.as_bytes()),
        ));
    }

    /// A header field of the request in flight.
    #[cfg(feature = "media")]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        request.headers().get(name)?.to_str().ok()
    }

    pub(crate) fn redirect(&mut self, location: &str) {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::FOUND;
        let location = location.parse().expect("it is a header field's value");
        response.headers_mut().insert(LOCATION, location);
        self.respond(response);
    }

    fn respond(&mut self, response: Response<Bytes>) {
        let (id, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Response(id, response));
    }

    pub(crate) fn fail(&mut self, class: FailureClass) {
        let (id, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Failed(id, Failure::new(class, "on purpose")));
    }

    fn input(&mut self, input: Input) {
        self.flow.handle_input(self.now, input);
        self.drain();
    }

    /// Lets the time pass that the flow waits for, and returns how long that was.
    pub(crate) fn wait(&mut self) -> Duration {
        let until = self.until.expect("it waits for a time");
        let wait = until - self.now;
        self.now = until;
        self.input(Input::Timeout);
        wait
    }

    /// Sets the clock, and wakes the flow.
    pub(crate) fn set_clock(&mut self, now: Timestamp) {
        self.now = now;
        self.input(Input::Timeout);
    }

    pub(crate) fn reply(&mut self, reply: Reply) {
        self.flow
            .reply(self.now, reply)
            .unwrap_or_else(|_| panic!("{:?} is awaited", self.flow.prompt()));
        self.drain();
    }

    pub(crate) fn password(&mut self, password: &str) {
        self.reply(Reply::Password(Password::from(password)));
    }

    pub(crate) fn code(&mut self, code: &str) {
        self.reply(Reply::Code(ValidationToken::from(code)));
    }

    pub(crate) fn retry(&mut self) {
        self.flow.retry(self.now).expect("it stalled");
        self.drain();
    }

    /// The events since the last call, in a word or two each, and the current prompt.
    pub(crate) fn told(&mut self) -> (Vec<String>, Option<Prompt>) {
        (std::mem::take(&mut self.events), self.flow.prompt())
    }

    /// The result on success.
    pub(crate) fn success(self) -> F::Success {
        match self.outcome {
            Some(Ok(success)) => success,
            Some(Err(error)) => panic!("it failed: {error}"),
            None => panic!("it is not done"),
        }
    }

    /// The error it failed with.
    pub(crate) fn error(self) -> FlowError {
        match self.outcome {
            Some(Err(error)) => error,
            _ => panic!("it did not fail"),
        }
    }
}

/// A saved conversation continues as it would have.
#[cfg(feature = "persist")]
impl<F: InteractiveFlow + Debug + serde::Serialize + serde::de::DeserializeOwned> TestHarness<F> {
    pub(crate) fn save_and_load(&mut self) {
        let saved = serde_json::to_string(&self.flow).expect("it is drained");
        let which: SavedFlow = serde_json::from_str(&saved).expect("its name is in the table");
        let type_name = std::any::type_name::<F>();
        assert!(type_name.ends_with(&format!("::{which:?}")), "{type_name}");
        self.flow = serde_json::from_str(&saved).expect("it was saved");
        self.sent = None;
        self.receive = None;
        self.drain();
    }
}

#[cfg(feature = "media")]
fn response_head(status: u16, headers: &[(&'static str, &str)]) -> response::Parts {
    let mut response = Response::new(());
    *response.status_mut() = status.try_into().expect("it is a status");
    for (name, value) in headers {
        let value = value.parse().expect("it is a header field's value");
        response.headers_mut().insert(*name, value);
    }
    response.into_parts().0
}

pub(crate) fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse("https://example.org").expect("it is a URL"))
}

/// An event in a word or two: a prompt by its name.
fn name(event: &FlowEvent) -> String {
    let first = |text: String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
    match event {
        FlowEvent::Asks(prompt) => first(format!("{prompt:?}")),
        FlowEvent::Rejected { prompt, .. } => format!("no {}", first(format!("{prompt:?}"))),
        other => first(format!("{other:?}")),
    }
}
