use super::*;
use crate::client_api::threepid::UnbindResult;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::{InteractiveFlow, Prompt};
use crate::wire::FailureClass;

const CHALLENGE: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u"}"#;
const WRONG: &str = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u", "errcode": "M_FORBIDDEN", "error": "x"}"#;

fn begin() -> TestHarness<Deactivate> {
    let mut operation = DeactivateAccount::new();
    operation.erase = Some(true);
    let alice = UserId::parse("@alice:example.org").unwrap();
    TestHarness::new(Deactivate::new(NOW, homeserver(), alice, operation, 1))
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
