use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::*;
use crate::flow::{
    Flow, FlowEvent, Input, InteractiveFlow, NotAwaited, Output, Prompt, Reply, RequestId,
};
use crate::json::JsonObject;
use crate::types::RegistrationToken;
use crate::wire::{AuthData, AuthType, Endpoint};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

/// An operation with something in its path, its query and its body.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "persist", derive(serde::Deserialize))]
struct Ask {
    what: String,
    how: u8,
    word: String,
}

impl Endpoint for Ask {
    const OPERATION: crate::wire::Operation =
        crate::wire::Operation::post("ask", "/_matrix/client/v3/ask/{what}")
            .query(&["how"])
            .uia();
    type Response = JsonObject;
}

struct Run {
    flow: OperationFlow<Ask>,
    sent: Option<(RequestId, Request<Vec<u8>>)>,
    /// All requests, each without its stage.
    requests: Vec<(String, Value)>,
    events: Vec<FlowEvent>,
    outcome: Option<Result<ApiResponse<JsonObject>, FlowError>>,
}

impl Run {
    fn new(uia_capabilities: UiaCapabilities) -> Self {
        Self::of(Some(UserIdentifier::user("alice")), uia_capabilities)
    }

    fn of(user: Option<UserIdentifier>, uia_capabilities: UiaCapabilities) -> Self {
        let operation = Ask {
            what: "a/b".to_owned(),
            how: 2,
            word: "not-to-be-shown".to_owned(),
        };
        let target = Target::homeserver("https://example.org/base").unwrap();
        let mut flow =
            OperationFlow::new(NOW, operation, target, 1).with_uia_capabilities(uia_capabilities);
        if let Some(user) = user {
            flow = flow.with_user(user);
        }
        let mut run = Self {
            flow,
            sent: None,
            requests: vec![],
            events: vec![],
            outcome: None,
        };
        run.drain();
        run
    }

    fn drain(&mut self) {
        loop {
            match self.flow.poll_output() {
                Output::Send(id, request) => {
                    let mut body: Value = serde_json::from_slice(request.body()).unwrap();
                    body.as_object_mut().unwrap().remove("auth");
                    self.requests.push((request.uri().to_string(), body));
                    self.sent = Some((id, request));
                }
                Output::Event(event) => self.events.push(event),
                Output::Done(outcome) => self.outcome = Some(outcome),
                Output::Wait(_) => return,
                Output::Cancel(id) => panic!("{id:?} is cancelled"),
                Output::SendStreaming(..) | Output::Receive(..) => panic!("it streams"),
            }
        }
    }

    /// The stage of the request that was sent last.
    fn auth(&self) -> Value {
        let (_, request) = self.sent.as_ref().expect("a request was sent");
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        body["auth"].clone()
    }

    fn answer(&mut self, status: u16, body: &Value) {
        let (id, _) = self.sent.take().expect("a request was sent");
        let response = Response::builder()
            .status(status)
            .body(Bytes::from(body.to_string()))
            .unwrap();
        self.flow.handle_input(NOW, Input::Response(id, response));
        self.drain();
    }

    /// Challenges with one flow of these stages, some of them completed.
    fn challenge(&mut self, stages: &[&str], completed: &[&str]) {
        self.challenge_with(stages, completed, &json!({}));
    }

    fn challenge_with(&mut self, stages: &[&str], completed: &[&str], params: &Value) {
        let flows = json!([{ "stages": stages }]);
        let body =
            json!({"flows": flows, "completed": completed, "params": params, "session": "u/1"});
        self.answer(401, &body);
    }

    fn reply(&mut self, reply: Reply) {
        self.flow.reply(NOW, reply).unwrap();
        self.drain();
    }
}

fn with_browser() -> UiaCapabilities {
    UiaCapabilities {
        browser: true,
        ..UiaCapabilities::default()
    }
}

#[test]
fn stages_are_done_one_by_one_and_the_request_stays_the_same() {
    let mut run = Run::new(UiaCapabilities {
        captcha: true,
        ..UiaCapabilities::default()
    });
    assert_eq!(run.auth(), Value::Null);
    let stages = [
        "m.login.recaptcha",
        "m.login.terms",
        "m.login.registration_token",
        "m.login.password",
        "m.login.dummy",
    ];
    let params = json!({
        "m.login.recaptcha": {"public_key": "key"},
        "m.login.terms": {"policies": {
            "privacy_policy": {"version": "1.2", "en": {"name": "Privacy", "url": "https://example.org/p"}, "broken": 7},
        }},
    });
    run.challenge_with(&stages, &[], &params);
    assert_eq!(
        run.flow.prompt(),
        Some(Prompt::Captcha {
            public_key: "key".to_owned()
        })
    );
    run.reply(Reply::Captcha("solved".to_owned()));
    assert_eq!(
        run.auth(),
        json!({"type": "m.login.recaptcha", "response": "solved", "session": "u/1"})
    );
    run.challenge_with(&stages, &stages[..1], &params);
    let Some(Prompt::Terms(policies)) = run.flow.prompt() else {
        panic!("{:?}", run.flow)
    };
    assert_eq!(policies[0].version, "1.2");
    assert_eq!(policies[0].languages.len(), 1);
    assert_eq!(policies[0].languages["en"].url, "https://example.org/p");
    run.reply(Reply::Done);
    assert_eq!(
        run.auth(),
        json!({"type": "m.login.terms", "session": "u/1"})
    );
    run.challenge_with(&stages, &stages[..2], &params);
    run.reply(Reply::RegistrationToken(RegistrationToken::from("abc")));
    assert_eq!(
        run.auth(),
        json!({"type": "m.login.registration_token", "token": "abc", "session": "u/1"})
    );
    run.challenge_with(&stages, &stages[..3], &params);
    run.reply(Reply::Password(Password::from("hunter2")));
    let user = json!({"type": "m.id.user", "user": "alice"});
    assert_eq!(
        run.auth(),
        json!({"type": "m.login.password", "identifier": user, "password": "hunter2", "session": "u/1"})
    );
    run.challenge_with(&stages, &stages[..4], &params);
    assert_eq!(
        run.auth(),
        json!({"type": "m.login.dummy", "session": "u/1"})
    );
    run.answer(200, &json!({}));
    assert!(matches!(run.outcome, Some(Ok(_))));
    assert_eq!(run.requests.len(), 6);
    let first = &run.requests[0];
    assert_eq!(
        *first,
        (
            "https://example.org/base/_matrix/client/v3/ask/a%2Fb?how=2".to_owned(),
            json!({"word": "not-to-be-shown"})
        )
    );
    assert!(run.requests.iter().all(|request| request == first));
    assert_eq!(run.events.len(), 4);
    assert!(
        run.events
            .iter()
            .all(|event| matches!(event, FlowEvent::Asks(_)))
    );
}

#[test]
fn the_shortest_completable_flow_is_chosen() {
    let mut run = Run::new(UiaCapabilities::default());
    run.answer(
        401,
        &json!({"session": "u", "flows": [
            {"stages": ["m.login.sso"]},
            {"stages": ["m.login.terms", "m.login.registration_token"]},
            {"stages": ["m.login.password"]},
        ]}),
    );
    assert_eq!(run.flow.prompt(), Some(Prompt::Password));
}

#[test]
fn a_wrong_token_is_asked_for_again_and_a_later_stage_is_not_called_wrong() {
    let mut run = Run::new(UiaCapabilities::default());
    let stages = ["m.login.registration_token", "m.login.password"];
    run.challenge(&stages, &[]);
    run.reply(Reply::RegistrationToken(RegistrationToken::from("wrong")));
    let flows = json!([{ "stages": stages }]);
    run.answer(
        401,
        &json!({"flows": flows, "session": "u", "errcode": "M_UNAUTHORIZED", "error": "no"}),
    );
    assert!(matches!(
        run.events.last(),
        Some(FlowEvent::Rejected {
            prompt: Prompt::RegistrationToken,
            ..
        })
    ));
    run.reply(Reply::RegistrationToken(RegistrationToken::from("right")));
    // Some servers say why some stages are still missing although the last one was completed.
    run.answer(
        401,
        &json!({"flows": flows, "completed": [stages[0]], "session": "u", "errcode": "M_FORBIDDEN"}),
    );
    assert!(matches!(
        run.events.last(),
        Some(FlowEvent::Asks(Prompt::Password))
    ));
}

#[test]
fn unknown_stages_are_completed_in_the_browser() {
    for (stage, params, url) in [
        (
            "m.login.sso",
            json!({}),
            "https://example.org/base/_matrix/client/v3/auth/m.login.sso/fallback/web?session=u%2F1",
        ),
        (
            "org.example/odd",
            json!({"org.example/odd": {"url": "https://example.org/not-asked-for"}}),
            "https://example.org/base/_matrix/client/v3/auth/org.example%2Fodd/fallback/web?session=u%2F1",
        ),
        (
            "m.oauth",
            json!({"m.oauth": {"url": "https://account.example.org/reset"}}),
            "https://account.example.org/reset",
        ),
        (
            "m.oauth",
            json!({"m.oauth": {"url": "javascript:alert(1)"}}),
            "https://example.org/base/_matrix/client/v3/auth/m.oauth/fallback/web?session=u%2F1",
        ),
    ] {
        let mut run = Run::new(with_browser());
        run.challenge_with(&[stage], &[], &params);
        let url = url.to_owned();
        assert_eq!(run.flow.prompt(), Some(Prompt::Browser { url }));
        run.reply(Reply::Done);
        assert_eq!(run.auth(), json!({"session": "u/1"}));
        run.answer(200, &json!({}));
        assert!(run.outcome.is_some());
    }
}

#[test]
fn a_stage_of_the_programs_own_is_submitted_as_it_is() {
    let mut run = Run::new(UiaCapabilities {
        others: vec![AuthType::from("org.example.key")],
        ..UiaCapabilities::default()
    });
    run.challenge(&["org.example.key"], &[]);
    let mut members = JsonObject::new();
    members.insert("type", "org.example.key").unwrap();
    run.reply(Reply::Stage(AuthData::other(members)));
    assert_eq!(
        run.auth(),
        json!({"type": "org.example.key", "session": "u/1"})
    );
}

#[test]
fn a_password_is_asked_for_only_if_the_user_is_known() {
    let mut run = Run::of(None, UiaCapabilities::default());
    run.challenge(&["m.login.password"], &[]);
    assert!(matches!(
        run.outcome,
        Some(Err(FlowError::UnknownAuthentication(_)))
    ));
}

#[test]
fn a_session_that_the_server_forgot_is_restarted_without_asking_again() {
    let mut run = Run::new(UiaCapabilities::default());
    run.challenge(&["m.login.password"], &[]);
    run.reply(Reply::Password(Password::from("hunter2")));
    let unknown = json!({"errcode": "M_UNKNOWN", "error": "Unknown session ID: u/1"});
    run.answer(400, &unknown);
    assert_eq!(run.auth(), Value::Null);
    let flows = json!([{"stages": ["m.login.password"]}]);
    run.answer(401, &json!({"flows": flows, "session": "u/2"}));
    let user = json!({"type": "m.id.user", "user": "alice"});
    assert_eq!(
        run.auth(),
        json!({"type": "m.login.password", "identifier": user, "password": "hunter2", "session": "u/2"})
    );
    assert_eq!(run.events.len(), 1);
    // The error may mean something else, so it is retried only once.
    run.answer(400, &unknown);
    assert!(matches!(run.outcome, Some(Err(FlowError::Refused { .. }))));
}

#[test]
fn replies_to_other_prompts_change_nothing() {
    let mut run = Run::new(with_browser());
    assert_eq!(run.flow.reply(NOW, Reply::Done), Err(NotAwaited));
    run.challenge(&["m.login.password"], &[]);
    for reply in [
        Reply::Done,
        Reply::Resend,
        Reply::Captcha("x".to_owned()),
        Reply::RegistrationToken(RegistrationToken::from("x")),
    ] {
        assert_eq!(run.flow.reply(NOW, reply), Err(NotAwaited));
    }
    assert_eq!(run.flow.prompt(), Some(Prompt::Password));
    run.reply(Reply::Password(Password::from("x")));
    assert!(run.sent.is_some());
}

/// The flow of an operation after one answer.
fn answered<O: Callable>(
    mut flow: OperationFlow<O>,
    status: u16,
    body: &'static str,
) -> OperationFlow<O> {
    let Output::Send(id, _) = flow.poll_output() else {
        panic!("it is sent")
    };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status.try_into().unwrap();
    flow.handle_input(NOW, Input::Response(id, response));
    flow
}

fn look() -> OperationFlow<Look> {
    let target = Target::homeserver("https://example.org").unwrap();
    OperationFlow::new(NOW, Look {}, target, 1)
}

#[derive(Debug, serde::Serialize)]
struct Look {}

impl Endpoint for Look {
    const OPERATION: crate::wire::Operation =
        crate::wire::Operation::post("look", "/_matrix/client/v3/look")
            .auth(crate::wire::Auth::Required);
    type Response = JsonObject;
}

const CHALLENGE: &str = r#"{"flows": [{"stages": ["m.login.dummy"]}], "session": "u"}"#;

#[test]
fn an_operation_keeps_no_authentication_until_the_server_asks_for_it() {
    let mut flow = look();
    assert!(flow.0.logic_mut().uia.is_none());
    let mut flow = answered(flow, 401, CHALLENGE);
    let Output::Send(_, request) = flow.poll_output() else {
        panic!("the stage needs nobody")
    };
    assert_eq!(
        request.body(),
        br#"{"auth":{"type":"m.login.dummy","session":"u"}}"#
    );
    assert!(flow.0.logic_mut().uia.is_some());
}

#[test]
fn a_challenge_to_a_request_that_has_no_place_for_a_stage_is_the_answer() {
    use crate::client_api::discovery::GetVersions;

    let target = Target::homeserver("https://example.org").unwrap();
    let flow = OperationFlow::new(NOW, GetVersions::new(), target, 1);
    let Output::Done(Err(error)) = answered(flow, 401, CHALLENGE).poll_output() else {
        panic!("it is over")
    };
    assert!(error.into_error().uia().is_some());
}

#[test]
fn what_comes_with_the_response_is_kept() {
    let mut flow = answered(look(), 200, r#"{"a": 1}"#);
    let Output::Done(Ok(answer)) = flow.poll_output() else {
        panic!("it is done")
    };
    assert_eq!(
        (answer.status.as_u16(), answer.value.iter().count()),
        (200, 1)
    );
    assert_eq!(answer.body, r#"{"a": 1}"#);
}

#[test]
fn an_operation_that_nobody_attends_fails_where_it_would_ask_or_stall() {
    for (status, body, is_challenge) in [
        (401, CHALLENGE, true),
        (200, "<html>", false),
        (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#, false),
    ] {
        let mut flow = answered(look().unattended(), status, body);
        let Output::Done(Err(FlowError::Refused { operation, source })) = flow.poll_output() else {
            panic!("{status} {body}")
        };
        assert_eq!(operation.to_string(), "cs:look");
        assert_eq!(source.uia().is_some(), is_challenge);
        let mut flow = answered(look(), status, body);
        assert!(
            !matches!(flow.poll_output(), Output::Done(_)),
            "{status} {body}"
        );
    }
}

#[cfg(feature = "by-name")]
#[test]
fn an_operation_by_its_name_is_authenticated_too() {
    use crate::by_name::NamedCall;

    let arguments = serde_json::from_str(r#"{"threepid_creds": null}"#).unwrap();
    let call = NamedCall::find("cs:generateLoginToken", arguments).unwrap();
    let target = Target::homeserver("https://example.org").unwrap();
    let mut flow = answered(OperationFlow::new(NOW, call, target, 1), 401, CHALLENGE);
    let Output::Send(_, request) = flow.poll_output() else {
        panic!("the stage needs nobody")
    };
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        body,
        json!({"auth": {"type": "m.login.dummy", "session": "u"}})
    );
}
