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
fn a_wrong_code_is_asked_for_again() {
    for (status, body) in [
        (400, r#"{"errcode": "M_TOKEN_INCORRECT", "error": "x"}"#),
        (
            400,
            r#"{"errcode": "M_UNKNOWN", "error": "Error contacting the identity server"}"#,
        ),
        (200, r#"{"success": false}"#),
        // Some of ma1sd's and of Dendrite's errors have no errcode.
        (400, r#"{"error": "x"}"#),
        (500, r#"{"message": "x"}"#),
        (404, "<html>Not Found</html>"),
        // Sydent's word for a wrong code.
        (404, r#"{"errcode": "M_NO_VALID_SESSION", "error": "x"}"#),
    ] {
        let mut run = awaiting_code();
        run.code("000000");
        run.answer(status, body);
        assert_eq!(run.take_events(), ["no Code"], "{body}");
        run.code("123456");
        assert!(run.request().1.contains("123456"));
    }
}

#[test]
fn another_text_message_uses_the_same_secret_and_the_next_attempt() {
    let mut run = awaiting_code();
    run.reply(Reply::Resend);
    assert!(
        run.request()
            .1
            .contains(r#""client_secret":"not-to-be-shown""#)
    );
    assert!(run.request().1.contains(r#""send_attempt":2"#));
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
fn a_server_without_a_submit_url_is_confirmed_elsewhere() {
    for body in [
        r#"{"sid": "7"}"#,
        r#"{"sid": "7", "submit_url": ""}"#,
        r#"{"sid": "7", "submit_url": null}"#,
    ] {
        let mut run = Run::new();
        run.answer(200, body);
        assert_eq!(run.take_events(), ["Confirmation"]);
        assert!(
            run.flow
                .reply(run.now, Reply::Code(ValidationToken::from("1")))
                .is_err()
        );
        run.reply(Reply::Done);
        run.answer(
            400,
            r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#,
        );
        assert_eq!(run.take_events(), ["no Confirmation"]);
        run.reply(Reply::Done);
        run.answer(200, "{}");
        assert!(matches!(run.outcome, Some(Ok(()))));
    }
}

#[test]
fn a_submit_url_that_would_leak_the_code_is_refused_before_it_is_asked_for() {
    let mut run = Run::at("https://example.org", |flow| flow);
    run.answer(200, SESSION);
    assert!(run.sent.is_none() && run.take_events().is_empty());
    assert_eq!(
        run.outcome.unwrap().unwrap_err().to_string(),
        "cs:submitToken: not a URL that a secret can be sent to: it is http, though the homeserver that gave it is https"
    );
}

#[test]
fn a_relative_submit_url_is_the_homeservers() {
    let mut run = Run::at("https://example.org", |flow| flow);
    run.answer(200, r#"{"sid": "7", "submit_url": "/submit?x=1"}"#);
    assert_eq!(run.take_events(), ["Code"]);
    run.code("123456");
    assert_eq!(run.request().0, "https://example.org/submit?x=1");
}

#[test]
fn a_url_of_another_message_that_is_refused_leaves_the_first() {
    let mut run = Run::at("https://example.org", |flow| flow);
    run.answer(200, r#"{"sid": "7", "submit_url": "https://is.org/x"}"#);
    run.reply(Reply::Resend);
    run.answer(200, SESSION);
    assert_eq!(run.take_events(), ["Code", "no Code"]);
    run.code("123456");
    assert_eq!(run.request().0, "https://is.org/x");
}

#[test]
fn a_wrong_password_is_asked_for_again() {
    let mut run = adding();
    run.answer(401, CHALLENGE);
    run.password();
    run.answer(401, WRONG_PASSWORD);
    assert_eq!(run.take_events(), ["Password", "no Password"]);
    run.password();
    run.answer(200, "{}");
    assert!(matches!(run.outcome, Some(Ok(()))));
}

#[test]
fn a_password_given_beforehand_is_tried_once() {
    let mut run = Run::of(|flow| flow.with_password(Password::from("hunter1")));
    run.answer(200, SESSION);
    run.code("123456");
    run.answer(200, "{}");
    run.answer(401, CHALLENGE);
    assert!(run.request().1.contains("hunter1"));
    run.answer(401, WRONG_PASSWORD);
    assert_eq!(run.take_events().last().unwrap(), "no Password");
    assert_eq!(run.flow.prompt(), Some(Prompt::Password));
}

#[test]
fn stages_that_need_no_user_are_completed_automatically() {
    let mut run = adding();
    run.answer(401, r#"{"flows": [{"stages": ["m.login.sso"]}, {"stages": ["m.login.dummy"]}], "session": "u"}"#);
    assert!(
        run.request()
            .1
            .contains(r#""auth":{"type":"m.login.dummy","session":"u"}"#)
    );
    run.answer(200, "");
    assert!(matches!(run.outcome, Some(Ok(()))));
}

#[test]
fn it_gives_up_on_a_server_that_is_never_satisfied() {
    let mut run = adding();
    let mut asked = 0;
    while run.outcome.is_none() {
        run.answer(
            401,
            r#"{"flows": [{"stages": ["m.login.dummy"]}], "session": "u"}"#,
        );
        asked += 1;
    }
    assert_eq!(asked, 9);
    assert!(matches!(run.outcome, Some(Err(FlowError::Refused { .. }))));
}

#[test]
fn unknown_stages_end_it() {
    let mut run = adding();
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.sso"]}], "session": "u"}"#,
    );
    assert!(matches!(
        run.outcome,
        Some(Err(FlowError::UnknownAuthentication(_)))
    ));
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

#[test]
fn it_polls_whether_the_link_was_followed() {
    let not_yet = r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#;
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    assert_eq!(run.take_events(), ["Confirmation"]);
    let mut pauses = vec![];
    while let Some(until) = run.until {
        pauses.push(until - run.now);
        run.wait();
        // Replies in the meantime do not drop the request in flight.
        assert_eq!(
            run.flow.prompt(),
            Some(Prompt::Confirmation { send_attempt: 1 })
        );
        run.answer(400, not_yet);
        assert!(run.take_events().is_empty());
    }
    assert_eq!(pauses.len(), 24);
    assert!(pauses[0] >= Duration::from_millis(2_500) && pauses[0] <= Duration::from_secs(5));
    assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(30)));
    assert!(pauses[23] >= Duration::from_secs(15));
    run.reply(Reply::Resend);
    assert!(run.request().1.contains(r#""send_attempt":2"#));
    run.answer(200, r#"{"sid": "7"}"#);
    assert!(run.until.is_some());
    assert_eq!(run.take_events(), ["Confirmation"]);
}

#[test]
fn replies_while_the_server_is_asked_are_not_lost() {
    let not_yet = r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#;
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.wait();
    run.reply(Reply::Done);
    assert!(run.cancelled.is_empty());
    run.answer(400, not_yet);
    // The server was asked before the link was followed, so it is asked again at once.
    run.answer(400, not_yet);
    assert_eq!(run.take_events(), ["Confirmation", "no Confirmation"]);
    run.wait();
    run.reply(Reply::Resend);
    run.answer(400, not_yet);
    assert!(run.request().1.contains(r#""send_attempt":2"#));
}

#[test]
fn completed_stages_are_not_asked_for_again() {
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    run.answer(401, CHALLENGE);
    run.password();
    run.answer(
        400,
        r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#,
    );
    assert_eq!(
        run.take_events(),
        ["Confirmation", "Password", "no Confirmation"]
    );
    run.reply(Reply::Done);
    assert!(run.request().1.ends_with(r#""auth":{"session":"u"}}"#));
    run.answer(200, "{}");
    assert!(matches!(run.outcome, Some(Ok(()))));
}

#[test]
fn the_first_code_is_accepted_if_another_text_message_cannot_be_sent() {
    for (status, body) in [
        (400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (400, r#"{"errcode": "M_THREEPID_IN_USE", "error": "x"}"#),
        (429, r#"{"errcode": "M_LIMIT_EXCEEDED"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
        ),
        (500, r#"{"errcode": "M_SEND_ERROR", "error": "x"}"#),
        // Palpo's, without a session.
        (200, "{}"),
        (404, "<html>Not Found</html>"),
    ] {
        let mut run = awaiting_code();
        run.reply(Reply::Resend);
        let code = || Reply::Code(ValidationToken::from("1234"));
        assert_eq!(run.flow.reply(run.now, code()), Err(NotAwaited));
        run.answer(status, body);
        assert_eq!(run.take_events(), ["no Code"], "{body}");
        let asked = Some(Prompt::Code { send_attempt: 2 });
        assert_eq!(run.flow.prompt(), asked);
        run.reply(code());
        assert_eq!(run.request().0, SUBMIT_URL);
    }
}

#[test]
fn the_first_code_is_accepted_if_the_server_does_not_answer_to_a_resend() {
    let mut run = awaiting_code();
    run.reply(Reply::Resend);
    for _ in 0..3 {
        run.fail(FailureClass::Interrupted);
        run.wait();
    }
    run.fail(FailureClass::Interrupted);
    assert_eq!(run.take_events().last().unwrap(), "no Code");
    // The next one has a number of its own, since the server may have counted this one.
    run.reply(Reply::Resend);
    assert!(run.request().1.contains(r#""send_attempt":3"#));
}

#[test]
fn a_submit_url_that_the_server_does_not_repeat_is_kept() {
    for body in [
        r#"{"sid": "7"}"#,
        r#"{"sid": "7", "submit_url": ""}"#,
        r#"{"sid": 7, "submit_url": null}"#,
    ] {
        let mut run = awaiting_code();
        run.reply(Reply::Resend);
        run.answer(200, body);
        assert_eq!(run.take_events(), ["Code"], "{body}");
        run.code("123456");
        assert_eq!(run.request().0, SUBMIT_URL);
    }
    // Another session is another matter.
    let mut run = awaiting_code();
    run.reply(Reply::Resend);
    run.answer(200, r#"{"sid": "8"}"#);
    assert_eq!(run.take_events(), ["Confirmation"]);
}

#[test]
fn a_wrong_code_is_sent_once_whatever_the_status_of_the_answer() {
    let mut run = awaiting_code();
    run.code("000000");
    run.answer(
        500,
        r#"{"errcode": "M_UNKNOWN", "error": "Internal Server Error"}"#,
    );
    assert_eq!(run.take_events(), ["no Code"]);
    run.code("123456");
    assert!(run.request().1.contains("123456"));
    // No Matrix server looked at it.
    run.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(run.take_events(), ["RetryScheduled"]);
    run.wait();
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 3000}"#,
    );
    assert_eq!(run.until.unwrap() - run.now, Duration::from_secs(3));
    run.wait();
    run.answer(200, r#"{"success": true}"#);
    assert_eq!(run.take_events().last().unwrap(), "Validated");
}

#[test]
fn a_session_that_expired_asks_for_another_message() {
    for (status, body) in [
        (400, r#"{"errcode": "M_SESSION_EXPIRED", "error": "x"}"#),
        (
            200,
            r#"{"success": false, "errcode": "M_SESSION_EXPIRED", "error": "x"}"#,
        ),
        (
            400,
            r#"{"errcode": "M_UNKNOWN", "error": "The validation session has expired"}"#,
        ),
    ] {
        let mut run = awaiting_code();
        run.code("123456");
        run.answer(status, body);
        assert_eq!(run.take_events(), ["no NewMessage"], "{body}");
        let asked = Some(Prompt::NewMessage { send_attempt: 1 });
        assert_eq!(run.flow.prompt(), asked);
        let code = Reply::Code(ValidationToken::from("123456"));
        assert_eq!(run.flow.reply(run.now, code), Err(NotAwaited));
        run.reply(Reply::Resend);
        let (_, request) = run.request();
        assert!(request.contains(r#""client_secret":"not-to-be-shown""#));
        assert!(request.contains(r#""send_attempt":2"#));
        // A refusal does not bring the dead session back.
        run.answer(400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#);
        assert_eq!(run.take_events(), ["no NewMessage"]);
        run.reply(Reply::Resend);
        run.answer(200, SESSION);
        assert_eq!(run.take_events(), ["Code"]);
    }
}

#[test]
fn a_code_that_is_wrong_or_too_old_is_asked_for_again() {
    for body in [
        r#"{"errcode": "M_UNKNOWN", "error": "Validation token not found or has expired"}"#,
        r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "This code is invalid or expired."}"#,
    ] {
        let mut run = awaiting_code();
        run.code("000000");
        run.answer(400, body);
        assert_eq!(run.take_events(), ["no Code"], "{body}");
        run.code("123456");
        run.answer(200, r#"{"success": true}"#);
        assert_eq!(run.take_events(), ["Validated"]);
    }
}

#[test]
fn a_wrong_password_does_not_cost_the_number() {
    for (status, body) in [
        (403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#),
        (401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#),
        (401, r#"{"error": "Invalid password"}"#),
    ] {
        let mut run = adding();
        run.answer(401, CHALLENGE);
        run.password();
        run.answer(status, body);
        assert_eq!(run.take_events(), ["Password", "no Password"], "{body}");
        run.password();
        run.answer(200, "{}");
        assert!(matches!(run.outcome, Some(Ok(()))));
    }
    // Without a password, the same words are the server's last.
    let mut run = adding();
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#);
    assert!(matches!(run.outcome, Some(Err(FlowError::Refused { .. }))));
}

#[test]
fn polling_for_a_followed_link_goes_on_whatever_one_poll_gets() {
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.take_events();
    let mut polls = 0;
    for (status, body) in [
        (502, "<html>Bad Gateway</html>"),
        (500, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
        ),
        (503, ""),
    ] {
        run.wait();
        run.answer(status, body);
        polls += 1;
        assert_eq!(run.take_events(), ["RetryScheduled"], "{body}");
        assert!(run.until.unwrap() - run.now <= Duration::from_secs(30));
        let asked = Some(Prompt::Confirmation { send_attempt: 1 });
        assert_eq!(run.flow.prompt(), asked);
    }
    for class in [FailureClass::Interrupted, FailureClass::TimedOutAfterSend] {
        run.wait();
        run.fail(class);
        polls += 1;
        assert_eq!(run.take_events(), ["RetryScheduled"]);
    }
    // The server is asked for the password before it says whether the link was followed.
    run.wait();
    run.answer(401, CHALLENGE);
    assert_eq!(run.take_events(), ["Password"]);
    run.password();
    // An answer of the user's is not sent again unasked.
    run.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(run.take_events(), ["Stalled"]);
    assert_eq!(polls, 6);
    run.flow.retry(run.now).unwrap();
    run.drain();
    run.answer(200, "{}");
    assert!(matches!(run.outcome, Some(Ok(()))));
}

#[test]
fn a_server_that_never_answers_to_polls_is_told_in_the_end() {
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.take_events();
    for _ in 0..24 {
        run.wait();
        run.answer(502, "<html>Bad Gateway</html>");
    }
    assert_eq!(run.take_events().last().unwrap(), "no Confirmation");
    assert_eq!(run.until, None);
    run.reply(Reply::Done);
    assert!(run.sent.is_some());
}
