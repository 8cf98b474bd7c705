use super::*;

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
