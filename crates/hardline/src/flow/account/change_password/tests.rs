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
