mod authentication;
mod links;
mod messages;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::*;
use crate::flow::{Flow, FlowEvent, Input, InteractiveFlow, Output, RequestId, RetryPolicy};
use crate::flow::{NotAwaited, Prompt, Reply};
use crate::types::{CountryCode, ValidationToken};
use crate::wire::{BaseUrl, Failure, FailureClass, RequestMeta};

const SUBMIT_URL: &str = "http://127.0.0.1:9/submit?x=1";
const SESSION: &str = r#"{"sid": "7", "submit_url": "http://127.0.0.1:9/submit?x=1"}"#;
const CHALLENGE: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u"}"#;
const WRONG_PASSWORD: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u", "errcode": "M_FORBIDDEN", "error": "wrong"}"#;

/// A flow and its latest output.
struct Run {
    flow: AddThreepid,
    now: Timestamp,
    sent: Option<(RequestId, Request<Vec<u8>>)>,
    cancelled: Vec<RequestId>,
    events: Vec<String>,
    until: Option<Timestamp>,
    outcome: Option<Result<(), FlowError>>,
}

impl Run {
    fn new() -> Self {
        Self::of(|flow| flow)
    }

    fn of(change: impl FnOnce(AddThreepid) -> AddThreepid) -> Self {
        Self::at("http://127.0.0.1:8", change)
    }

    fn at(base_url: &str, change: impl FnOnce(AddThreepid) -> AddThreepid) -> Self {
        let now = Timestamp::from_millis(1_000_000);
        let flow = AddThreepid::new(
            now,
            Homeserver::new(BaseUrl::parse(base_url).unwrap()),
            UserId::parse("@alice:localhost").unwrap(),
            ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001"),
            ClientSecret::parse("not-to-be-shown").unwrap(),
        );
        let mut run = Self {
            flow: change(flow),
            now,
            sent: None,
            cancelled: vec![],
            events: vec![],
            until: None,
            outcome: None,
        };
        run.drain();
        run
    }

    fn drain(&mut self) {
        assert!(!format!("{:?}", self.flow).contains("not-to-be-shown"));
        loop {
            match self.flow.poll_output() {
                Output::Send(id, request) => self.sent = Some((id, request)),
                Output::Cancel(id) => self.cancelled.push(id),
                other @ (Output::SendStreaming(..) | Output::Receive(..)) => panic!("{other:?}"),
                Output::Event(event) => self.events.push(name(&event)),
                Output::Wait(until) => {
                    self.until = until;
                    return;
                }
                Output::Done(outcome) => {
                    assert!(self.outcome.replace(outcome).is_none());
                }
            }
        }
    }

    /// The request that was sent last: its path and query, and its body.
    fn request(&self) -> (String, String) {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        (
            request.uri().to_string(),
            String::from_utf8(request.body().clone()).unwrap(),
        )
    }

    fn answer(&mut self, status: u16, body: &'static str) {
        let (id, _) = self.sent.take().expect("a request was sent");
        let response = Response::builder()
            .status(status)
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        self.input(Input::Response(id, response));
    }

    fn fail(&mut self, class: FailureClass) {
        let (id, _) = self.sent.take().expect("a request was sent");
        self.input(Input::Failed(id, Failure::new(class, "on purpose")));
    }

    fn input(&mut self, input: Input) {
        self.flow.handle_input(self.now, input);
        self.drain();
    }

    fn wait(&mut self) {
        self.now = self.until.expect("it waits for a time");
        self.input(Input::Timeout);
    }

    fn code(&mut self, code: &str) {
        self.reply(Reply::Code(ValidationToken::from(code)));
    }

    fn password(&mut self) {
        self.reply(Reply::Password(Password::from("hunter2")));
    }

    fn reply(&mut self, reply: Reply) {
        self.flow.reply(self.now, reply).unwrap();
        self.drain();
    }

    fn take_events(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
    }
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

fn awaiting_code() -> Run {
    let mut run = Run::new();
    run.answer(200, SESSION);
    run.take_events();
    run
}

fn adding() -> Run {
    let mut run = awaiting_code();
    run.code("123456");
    run.answer(200, r#"{"success": true}"#);
    run.take_events();
    run
}

#[test]
fn adding_a_phone_number_takes_four_requests() {
    let mut run = Run::new();
    assert_eq!(
        run.request(),
        (
            "http://127.0.0.1:8/_matrix/client/v3/account/3pid/msisdn/requestToken".to_owned(),
            r#"{"client_secret":"not-to-be-shown","country":"GB","phone_number":"07700900001","send_attempt":1}"#
                .to_owned()
        )
    );
    run.answer(200, SESSION);
    assert_eq!(run.take_events(), ["Code"]);
    assert_eq!(
        (run.flow.prompt(), run.until),
        (Some(Prompt::Code { send_attempt: 1 }), None)
    );
    run.code("123456");
    assert_eq!(
        run.request(),
        (
            SUBMIT_URL.to_owned(),
            r#"{"sid":"7","client_secret":"not-to-be-shown","token":"123456"}"#.to_owned()
        )
    );
    run.answer(200, r#"{"success": true}"#);
    assert_eq!(run.take_events(), ["Validated"]);
    let add = "http://127.0.0.1:8/_matrix/client/v3/account/3pid/add".to_owned();
    assert_eq!(
        run.request(),
        (
            add.clone(),
            r#"{"client_secret":"not-to-be-shown","sid":"7"}"#.to_owned()
        )
    );
    run.answer(401, CHALLENGE);
    assert_eq!(run.take_events(), ["Password"]);
    run.password();
    let auth = r#"{"type":"m.login.password","password":"hunter2","identifier":{"type":"m.id.user","user":"@alice:localhost"},"session":"u"}"#;
    assert_eq!(
        run.request(),
        (
            add,
            format!(r#"{{"client_secret":"not-to-be-shown","sid":"7","auth":{auth}}}"#)
        )
    );
    run.answer(200, "{}");
    assert!(matches!(run.outcome, Some(Ok(()))));
    assert!(run.flow.cancel(run.now).is_err());
}

#[test]
fn a_request_that_is_sent_again_keeps_its_attempt() {
    let mut run = Run::new();
    let first = run.request();
    run.fail(FailureClass::Interrupted);
    assert_eq!(run.take_events(), ["RetryScheduled"]);
    let wait = run.until.unwrap() - run.now;
    assert!(
        wait >= Duration::from_millis(250) && wait <= Duration::from_millis(500),
        "{wait:?}"
    );
    run.wait();
    assert_eq!(run.request(), first);
    assert_eq!(
        run.sent
            .as_ref()
            .unwrap()
            .1
            .extensions()
            .get::<RequestMeta>()
            .unwrap()
            .attempt,
        2
    );
    run.answer(502, "<html>Bad Gateway</html>");
    run.wait();
    assert_eq!(run.request(), first);
    run.answer(200, SESSION);
    assert_eq!(run.take_events(), ["RetryScheduled", "Code"]);
}

#[test]
fn an_unreachable_server_stalls_it_and_retry_continues() {
    let mut run = Run::new();
    for _ in 0..3 {
        run.fail(FailureClass::Refused);
        run.wait();
    }
    run.fail(FailureClass::Refused);
    assert_eq!(
        run.take_events(),
        [
            "RetryScheduled",
            "RetryScheduled",
            "RetryScheduled",
            "Stalled"
        ]
    );
    assert_eq!((run.flow.prompt(), run.until), (Some(Prompt::Retry), None));
    run.flow.retry(run.now).unwrap();
    run.drain();
    assert!(run.request().1.contains(r#""send_attempt":1"#));
}

#[test]
fn it_gives_up_on_a_hanging_server_after_the_timeout() {
    let mut run = Run::new();
    let (id, _) = run.sent.take().unwrap();
    assert_eq!(run.until.unwrap() - run.now, Duration::from_secs(60));
    run.wait();
    assert_eq!(run.cancelled, [id]);
    assert_eq!(run.take_events(), ["RetryScheduled"]);
    let late = Response::new(Bytes::from_static(SESSION.as_bytes()));
    run.input(Input::Response(id, late));
    assert!(run.take_events().is_empty());
    run.wait();
    assert!(run.sent.is_some());
}

#[test]
fn a_refused_number_ends_it_with_the_servers_error() {
    for (body, word) in [
        (
            r#"{"errcode": "M_THREEPID_IN_USE", "error": "MSISDN is already in use"}"#,
            "M_THREEPID_IN_USE",
        ),
        (
            r#"{"errcode": "M_INVALID_PARAM", "error": "Unable to parse phone number"}"#,
            "M_INVALID_PARAM",
        ),
        (
            r#"{"errcode": "M_THREEPID_MEDIUM_NOT_SUPPORTED", "error": "no"}"#,
            "NOT_SUPPORTED",
        ),
    ] {
        let mut run = Run::new();
        run.answer(400, body);
        let text = run.outcome.unwrap().unwrap_err().to_string();
        assert!(
            text.starts_with("cs:requestTokenTo3PIDMSISDN: the server declined: ")
                && text.contains(word),
            "{text}"
        );
    }
}

#[test]
fn adding_is_never_sent_twice_by_itself() {
    let mut run = adding();
    run.fail(FailureClass::Interrupted);
    assert_eq!(run.take_events(), ["Stalled"]);
    assert!(run.sent.is_none());
    run.flow.retry(run.now).unwrap();
    run.drain();
    assert!(run.sent.is_some());
}

#[test]
fn a_rate_limit_is_respected_or_reported() {
    let mut run = adding();
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}"#,
    );
    assert_eq!(run.until.unwrap() - run.now, Duration::from_secs(2));
    run.wait();
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 332000}"#,
    );
    assert_eq!(run.take_events(), ["RetryScheduled", "Stalled"]);
}

#[test]
fn an_expired_access_token_stalls_it() {
    let mut run = adding();
    run.answer(
        401,
        r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x", "soft_logout": true}"#,
    );
    assert_eq!(run.take_events(), ["Stalled"]);
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer() {
    let mut run = Run::new();
    run.fail(FailureClass::Interrupted);
    run.now = Timestamp::from_millis(0);
    run.input(Input::Timeout);
    assert!(run.until.unwrap() - run.now <= RetryPolicy::default().longest_wait);
}

#[test]
fn cancelling_drops_the_request_in_flight() {
    let mut run = Run::new();
    let (id, _) = run.sent.take().unwrap();
    run.flow.cancel(run.now).unwrap();
    run.drain();
    assert_eq!(run.cancelled, [id]);
    assert!(matches!(run.outcome, Some(Err(FlowError::Cancelled))));
}

#[test]
fn unexpected_replies_change_nothing() {
    let mut run = Run::new();
    for reply in [
        Reply::Code(ValidationToken::from("1")),
        Reply::Password(Password::from("x")),
        Reply::Resend,
        Reply::Done,
    ] {
        assert_eq!(run.flow.reply(run.now, reply), Err(NotAwaited));
    }
    assert_eq!(run.flow.retry(run.now), Err(NotAwaited));
    run.answer(200, SESSION);
    assert_eq!(run.take_events(), ["Code"]);
}
