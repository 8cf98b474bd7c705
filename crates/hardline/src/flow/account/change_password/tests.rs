use std::time::Duration;

use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::wire::RequestMeta;

const CHALLENGE: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u"}"#;
const WRONG: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u", "errcode": "M_FORBIDDEN", "error": "x"}"#;

fn flow() -> ChangePassword {
    let alice = UserId::parse("@alice:example.org").unwrap();
    ChangePassword::new(NOW, homeserver(), alice, 1)
}

fn changing(password: &str, auth: &str) -> String {
    format!(r#"POST /_matrix/client/v3/account/password {{"new_password":"{password}"{auth}}}"#)
}

fn auth(password: &str) -> String {
    format!(
        r#","auth":{{"type":"m.login.password","password":"{password}","identifier":{{"type":"m.id.user","user":"@alice:example.org"}},"session":"u"}}"#
    )
}

#[test]
fn the_new_password_is_asked_for_and_then_the_old_one() {
    let mut run = TestHarness::new(flow());
    assert_eq!(run.told().0, ["NewPassword"]);
    assert_eq!(run.flow.prompt(), Some(Prompt::NewPassword));
    run.password("not-to-be-shown");
    assert_eq!(run.request(), changing("not-to-be-shown", ""));
    run.answer(401, CHALLENGE);
    run.password("123456");
    assert_eq!(run.request(), changing("not-to-be-shown", &auth("123456")));
    run.answer(401, WRONG);
    assert_eq!(run.told().0, ["Password", "no Password"]);
    run.password("hunter2");
    assert_eq!(run.request(), changing("not-to-be-shown", &auth("hunter2")));
    run.answer(200, "{}");
    run.success();
}

#[test]
fn passwords_given_beforehand_are_not_asked_for() {
    let flow = flow().with_new_password(Password::from("not-to-be-shown"));
    let flow = flow.with_password(Password::from("hunter2"));
    let mut run = TestHarness::new(flow.keeping_devices());
    let kept = r#","logout_devices":false"#;
    assert_eq!(run.request(), changing("not-to-be-shown", kept));
    run.answer(401, CHALLENGE);
    assert_eq!(
        run.request(),
        changing("not-to-be-shown", &format!("{kept}{}", auth("hunter2")))
    );
    run.answer(200, "{}");
    assert!(run.told().0.is_empty());
    run.success();
}

#[test]
fn a_weak_password_is_asked_for_again_at_any_stage() {
    let weak = r#"{"errcode": "M_PASSWORD_TOO_SHORT", "error": "x"}"#;
    let mut run = TestHarness::new(flow().with_new_password(Password::from("1")));
    run.answer(400, weak);
    assert_eq!(run.told().0, ["no NewPassword"]);
    run.password("2");
    assert_eq!(run.request(), changing("2", ""));
    run.answer(401, CHALLENGE);
    run.password("hunter2");
    run.answer(400, weak);
    assert_eq!(run.told().0, ["Password", "no NewPassword"]);
    run.password("not-to-be-shown");
    // It is another request, so the stages restart.
    assert_eq!(run.request(), changing("not-to-be-shown", ""));
}

#[test]
fn a_server_that_changes_no_passwords_ends_it() {
    let mut run = TestHarness::new(flow().with_new_password(Password::from("1")));
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#);
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn it_goes_out_with_the_access_token() {
    let mut flow = flow().with_new_password(Password::from("1"));
    let crate::flow::Output::Send(_, request) = crate::flow::Flow::poll_output(&mut flow) else {
        panic!("it starts with a request")
    };
    let dispatch = request.extensions().get::<RequestMeta>().unwrap();
    assert_eq!(dispatch.operation.auth, Auth::Optional);
}

/// The old password was submitted in the session `u`.
fn submitted() -> TestHarness<ChangePassword> {
    let mut run = TestHarness::new(flow().with_new_password(Password::from("not-to-be-shown")));
    run.answer(401, CHALLENGE);
    run.password("123456");
    assert_eq!(run.told().0, ["Password"]);
    run
}

fn challenge(session: &str) -> String {
    format!(r#"{{"flows": [{{"stages": ["m.login.password"]}}], "session": "{session}"}}"#)
}

#[test]
fn a_wrong_password_is_asked_for_again_in_whatever_form_it_is_refused() {
    for (status, body) in [
        // Dendrite, Palpo, Construct, and a gateway.
        (
            403,
            r#"{"errcode":"M_FORBIDDEN","error":"The username or password was incorrect"}"#,
        ),
        (
            401,
            r#"{"errcode":"M_UNAUTHORIZED","error":"Unauthorized."}"#,
        ),
        (
            403,
            r#"{"errcode":"M_ACCESS_DENIED","error":"Incorrect password."}"#,
        ),
        (401, r#"{"error":"Invalid password"}"#),
        (403, "<html>no</html>"),
        (403, WRONG),
        (
            401,
            r#"{"flows": [{"stages": ["m.login.password"]}], "session": "", "completed": null, "errcode": "M_FORBIDDEN"}"#,
        ),
        (
            401,
            r#"{"flows": [], "session": "u", "errcode": "M_FORBIDDEN"}"#,
        ),
    ] {
        let mut run = submitted();
        for _ in 0..3 {
            run.answer(status, body);
            assert_eq!(
                run.told(),
                (vec!["no Password".to_owned()], Some(Prompt::Password)),
                "{body}"
            );
            run.password("hunter2");
            assert_eq!(run.request(), changing("not-to-be-shown", &auth("hunter2")));
        }
        run.answer(200, "{}");
        run.success();
    }
}

#[test]
fn a_refusal_that_is_about_something_else_ends_it() {
    for (status, body) in [
        (403, r#"{"errcode":"M_USER_DEACTIVATED","error":"x"}"#),
        (
            400,
            r#"{"errcode":"M_UNKNOWN","error":"Password login has been disabled."}"#,
        ),
        (404, r#"{"errcode":"M_UNRECOGNIZED","error":"x"}"#),
    ] {
        let mut run = submitted();
        run.answer(status, body);
        assert!(matches!(run.error(), FlowError::Refused { .. }), "{body}");
    }
}

#[test]
fn a_session_that_the_server_forgot_begins_anew_in_every_familys_words() {
    for (status, body) in [
        (
            400,
            r#"{"errcode":"M_UNKNOWN","error":"Unknown session ID: u"}"#,
        ),
        (
            403,
            r#"{"errcode":"M_FORBIDDEN","error":"UIAA session does not exist."}"#,
        ),
        (
            400,
            r#"{"errcode":"M_INVALID_PARAM","error":"Invalid session"}"#,
        ),
        (500, r#"{"errcode":"M_UNKNOWN","error":"unknown db error"}"#),
        (
            400,
            r#"{"errcode":"M_UNRECOGNIZED","error":"Invalid session key"}"#,
        ),
    ] {
        let mut run = submitted();
        run.answer(status, body);
        assert_eq!(run.request(), changing("not-to-be-shown", ""), "{body}");
        run.answer(401, &challenge("v"));
        let again = auth("123456").replace(r#""u""#, r#""v""#);
        assert_eq!(run.request(), changing("not-to-be-shown", &again), "{body}");
        assert!(run.told().0.is_empty());
        run.answer(200, "{}");
        run.success();
    }
}

#[test]
fn a_session_may_be_forgotten_as_often_as_there_is_progress() {
    let forgotten = r#"{"errcode":"M_FORBIDDEN","error":"UIAA session does not exist."}"#;
    let mut run = submitted();
    for session in ["v", "w", "x", "y"] {
        run.answer(403, forgotten);
        run.answer(401, &challenge(session));
        run.answer(401, &WRONG.replace(r#""u""#, &format!("{session:?}")));
        assert_eq!(run.told().0, ["no Password"]);
        // Days later.
        run.password("hunter2");
    }
    run.answer(200, "{}");
    run.success();
}

#[test]
fn a_server_that_forgets_every_session_at_once_ends_it() {
    let forgotten = r#"{"errcode":"M_FORBIDDEN","error":"UIAA session does not exist."}"#;
    let mut run = submitted();
    run.answer(403, forgotten);
    run.answer(401, &challenge("v"));
    run.answer(403, forgotten);
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn a_new_session_in_place_of_a_word_about_the_password_asks_again() {
    // Another attempt with the same password would be one too many.
    let mut run = submitted();
    run.answer(401, &challenge("v"));
    assert_eq!(run.told().0, ["no Password"]);
    run.password("hunter2");
    let again = auth("hunter2").replace(r#""u""#, r#""v""#);
    assert_eq!(run.request(), changing("not-to-be-shown", &again));
}

#[test]
fn a_server_error_that_may_be_a_forgotten_session_is_retried_in_a_new_one() {
    let mut run = submitted();
    run.answer(
        500,
        r#"{"errcode":"M_UNKNOWN","error":"Internal server error"}"#,
    );
    assert_eq!(
        run.told(),
        (vec!["Stalled".to_owned()], Some(Prompt::Retry))
    );
    run.retry();
    assert_eq!(run.request(), changing("not-to-be-shown", ""));
    run.answer(401, &challenge("v"));
    let again = auth("123456").replace(r#""u""#, r#""v""#);
    assert_eq!(run.request(), changing("not-to-be-shown", &again));
}

#[test]
fn a_wait_in_a_challenge_is_kept_before_the_next_submission() {
    let mut run = submitted();
    let limited = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u", "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5000}"#;
    run.answer(401, limited);
    assert_eq!(run.told().0, ["RetryScheduled"]);
    assert!(run.is_silent());
    assert_eq!(run.wait(), Duration::from_secs(5));
    assert_eq!(run.request(), changing("not-to-be-shown", &auth("123456")));
    // A password that was looked at is asked for again, and waits.
    let wrong = WRONG.replace(r#""error""#, r#""retry_after_ms": 7000, "error""#);
    run.answer(401, &wrong);
    assert_eq!(run.told().0, ["no Password"]);
    run.password("hunter2");
    assert!(run.is_silent());
    assert_eq!(run.wait(), Duration::from_secs(7));
    assert_eq!(run.request(), changing("not-to-be-shown", &auth("hunter2")));
    // A wait that is too long for the policy is the user's decision.
    run.answer(401, &limited.replace("5000", "900000"));
    assert_eq!(
        run.told(),
        (vec!["Stalled".to_owned()], Some(Prompt::Retry))
    );
    run.retry();
    assert_eq!(run.request(), changing("not-to-be-shown", &auth("hunter2")));
}

#[test]
fn a_weak_password_does_not_ask_for_the_old_one_again() {
    let mut run = submitted();
    run.answer(400, r#"{"errcode": "M_WEAK_PASSWORD", "error": "x"}"#);
    run.password("hunter2");
    run.answer(401, &challenge("v"));
    assert_eq!(run.told().0, ["no NewPassword"]);
    let again = auth("123456").replace(r#""u""#, r#""v""#);
    assert_eq!(run.request(), changing("hunter2", &again));
}

#[test]
fn another_password_can_be_given_after_the_change_stalled() {
    let mut run = submitted();
    let password = Reply::Password(Password::from("hunter2"));
    assert_eq!(run.flow.reply(run.now, password), Err(NotAwaited));
    run.answer(502, "<html>Invalid password</html>");
    assert_eq!(run.told().0, ["Stalled"]);
    run.password("hunter2");
    assert_eq!(run.request(), changing("not-to-be-shown", &auth("hunter2")));
    run.answer(200, "{}");
    run.success();
}
