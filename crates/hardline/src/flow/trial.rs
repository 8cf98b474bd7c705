//! A conversation under test, driven by hand.

use std::fmt::Debug;

use bytes::Bytes;
use http::{Request, Response};

use super::{Dialogue, Event, Exchange, FlowError, Input, Output, Reply};
use crate::types::Timestamp;
use crate::wire::{Failure, FailureClass};

/// What no conversation shows, whatever it holds.
pub(super) const SECRET: &str = "not-to-be-shown";

/// A conversation with what it put out last.
pub(super) struct Trial<F: Dialogue> {
    pub(super) flow: F,
    pub(super) now: Timestamp,
    sent: Option<(Exchange, Request<Vec<u8>>)>,
    events: Vec<String>,
    pub(super) until: Option<Timestamp>,
    pub(super) outcome: Option<Result<F::Success, FlowError>>,
}

impl<F: Dialogue + Debug> Trial<F> {
    pub(super) fn new(begin: impl FnOnce(Timestamp) -> F) -> Self {
        let now = Timestamp::from_millis(1_000_000);
        let mut trial = Self {
            flow: begin(now),
            now,
            sent: None,
            events: Vec::new(),
            until: None,
            outcome: None,
        };
        trial.drain();
        trial
    }

    /// The request that was sent last: method and URL, its access token, its body.
    pub(super) fn request(&self) -> (String, Option<&str>, String) {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        let token = request.headers().get("authorization").map(|value| {
            assert!(value.is_sensitive());
            let value = value.to_str().unwrap();
            value.strip_prefix("Bearer ").unwrap()
        });
        let body = String::from_utf8(request.body().clone()).unwrap();
        let line = format!("{} {}", request.method(), request.uri());
        (line, token, body)
    }

    /// The method and URL of the request that was sent last.
    pub(super) fn line(&self) -> String {
        self.request().0
    }

    pub(super) fn answer(&mut self, status: u16, body: &str) {
        let response = Response::builder().status(status);
        self.respond(response.body(Bytes::copy_from_slice(body.as_bytes())));
    }

    pub(super) fn redirect(&mut self, to: &str) {
        let response = Response::builder().status(302).header("location", to);
        self.respond(response.body(Bytes::new()));
    }

    fn respond(&mut self, response: http::Result<Response<Bytes>>) {
        let (exchange, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Response(exchange, response.unwrap()));
    }

    pub(super) fn fail(&mut self, class: FailureClass) {
        let (exchange, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Failed(exchange, Failure::new(class, "on purpose")));
    }

    /// Lets the time pass that it waits for.
    pub(super) fn wait(&mut self) {
        self.now = self.until.expect("it waits for a time");
        self.input(Input::Timeout);
    }

    pub(super) fn reply(&mut self, reply: Reply) {
        self.flow.reply(self.now, reply).unwrap();
        self.drain();
    }

    pub(super) fn retry(&mut self) {
        self.flow.retry(self.now).unwrap();
        self.drain();
    }

    pub(super) fn events(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
    }

    pub(super) fn is_waiting_for_an_answer(&self) -> bool {
        self.sent.is_some()
    }

    /// How it failed, in words.
    pub(super) fn failure(&mut self) -> String {
        match self.outcome.take() {
            Some(Err(error)) => error.to_string(),
            Some(Ok(_)) => panic!("it succeeded"),
            None => panic!("it is not over: {:?}", self.flow),
        }
    }

    pub(super) fn success(&mut self) -> F::Success {
        match self.outcome.take() {
            Some(outcome) => outcome.unwrap(),
            None => panic!("it is not over: {:?}", self.flow),
        }
    }

    fn input(&mut self, input: Input) {
        self.flow.handle_input(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        assert!(!format!("{:?}", self.flow).contains(SECRET));
        loop {
            match self.flow.poll_output() {
                Output::Send(exchange, request) => self.sent = Some((exchange, request)),
                Output::Cancel(_) => {}
                Output::Event(event) => {
                    assert!(!format!("{event:?}").contains(SECRET));
                    self.events.push(name(&event));
                }
                Output::Wait(until) => {
                    self.until = until;
                    return;
                }
                Output::Done(outcome) => assert!(self.outcome.replace(outcome).is_none()),
            }
        }
    }
}

/// Saves a conversation and loads it again: it goes on as it would have.
#[cfg(feature = "persist")]
impl<F: Dialogue + Debug + serde::Serialize + serde::de::DeserializeOwned> Trial<F> {
    pub(super) fn save_and_load(&mut self) {
        let saved = serde_json::to_string(&self.flow).unwrap();
        self.flow = serde_json::from_str(&saved).unwrap();
    }
}

/// What happened, in a word or two: what is asked for by its name.
fn name(event: &Event) -> String {
    let first = |text: String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
    match event {
        Event::Asks(prompt) => first(format!("{prompt:?}")),
        Event::Rejected { prompt, .. } => format!("no {}", first(format!("{prompt:?}"))),
        other => first(format!("{other:?}")),
    }
}
