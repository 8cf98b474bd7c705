use super::*;
use crate::client_api::threepid::UnbindResult;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::{InteractiveFlow, Prompt};
use crate::wire::FailureClass;

const CHALLENGE: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u"}"#;
const WRONG: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u", "errcode": "M_FORBIDDEN", "error": "x"}"#;

fn flow() -> Deactivate {
    let mut operation = DeactivateAccount::new();
    operation.erase = Some(true);
    let alice = UserId::parse("@alice:example.org").unwrap();
    Deactivate::new(NOW, homeserver(), alice, operation, 1)
}

/// The user has decided.
fn begin() -> TestHarness<Deactivate> {
    TestHarness::new(flow().confirmed())
}

fn deactivating(auth: &str) -> String {
    format!(r#"POST /_matrix/client/v3/account/deactivate {{"erase":true{auth}}}"#)
}

fn auth(password: &str) -> String {
    format!(
        r#","auth":{{"type":"m.login.password","password":"{password}","identifier":{{"type":"m.id.user","user":"@alice:example.org"}},"session":"u"}}"#
    )
}

#[test]
fn it_asks_for_the_password_and_reports_what_was_unbound() {
    let mut run = begin();
    assert_eq!(run.request(), deactivating(""));
    run.answer(401, CHALLENGE);
    run.password("123456");
    assert_eq!(run.request(), deactivating(&auth("123456")));
    run.answer(401, WRONG);
    assert_eq!(run.told().0, ["Password", "no Password"]);
    run.password("hunter2");
    assert_eq!(run.request(), deactivating(&auth("hunter2")));
    run.answer(200, r#"{"id_server_unbind_result": "success"}"#);
    let response = run.success();
    assert_eq!(
        response.id_server_unbind_result,
        Some(UnbindResult::Success)
    );
}

#[test]
fn it_is_never_sent_twice_by_itself() {
    let mut run = begin();
    run.answer(401, CHALLENGE);
    run.password("hunter2");
    run.fail(FailureClass::Interrupted);
    assert_eq!(run.told().0, ["Password", "Stalled"]);
    assert_eq!(run.flow.prompt(), Some(Prompt::Retry));
    run.retry();
    // It worked: the token is gone with the account.
    run.answer(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#);
    assert_eq!(run.told().0, ["Stalled"]);
    run.flow.cancel(NOW).unwrap();
}

#[test]
fn it_asks_before_anything_is_sent() {
    let mut run = TestHarness::new(flow());
    assert!(run.is_silent());
    let asked = (vec!["Deactivation".to_owned()], Some(Prompt::Deactivation));
    assert_eq!(run.told(), asked);
    let reply = run.flow.reply(NOW, Reply::Resend);
    assert_eq!(reply, Err(NotAwaited));
    run.reply(Reply::Done);
    assert_eq!(run.request(), deactivating(""));
    // The server has just authenticated the user.
    run.answer(200, r#"{"id_server_unbind_result": "success"}"#);
    run.success();
}

#[test]
fn a_wrong_password_is_asked_for_again_without_a_challenge() {
    let mut run = begin();
    run.answer(401, CHALLENGE);
    run.password("123456");
    run.answer(401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#);
    assert_eq!(run.told().0, ["Password", "no Password"]);
    run.password("hunter2");
    assert_eq!(run.request(), deactivating(&auth("hunter2")));
}

#[test]
fn a_session_that_the_server_forgot_begins_anew() {
    let mut run = begin();
    run.answer(401, CHALLENGE);
    run.password("hunter2");
    run.answer(
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "UIAA session does not exist."}"#,
    );
    assert_eq!(run.request(), deactivating(""));
    run.answer(401, CHALLENGE);
    assert_eq!(run.request(), deactivating(&auth("hunter2")));
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_the_decision_is_awaited() {
    let mut run = TestHarness::new(flow());
    run.save_and_load();
    assert_eq!(run.flow.prompt(), Some(Prompt::Deactivation));
    run.reply(Reply::Done);
    assert_eq!(run.request(), deactivating(""));
}
