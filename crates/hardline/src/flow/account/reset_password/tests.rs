use std::time::Duration;

use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::{Flow, InteractiveFlow, Output, Prompt, Reply};
use crate::types::{CountryCode, Medium};
use crate::wire::{Auth, RequestMeta};

const CHALLENGE: &str = r#"{"flows": [{"stages": ["m.login.email.identity"]}, {"stages": ["m.login.msisdn"]}], "session": "u"}"#;
const EMAIL_ONLY: &str = r#"{"flows": [{"stages": ["m.login.email.identity"]}], "session": "u"}"#;
const NOT_YET: &str = r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#;

fn of(threepid: ThreepidInput) -> ResetPassword {
    let secret = ClientSecret::parse("not-to-be-shown").unwrap();
    ResetPassword::new(NOW, homeserver(), threepid, secret)
}

fn by_email() -> ResetPassword {
    of(ThreepidInput::email("a@example.org")).with_new_password(Password::from("hunter2"))
}

fn by_phone() -> ResetPassword {
    let phone = ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001");
    of(phone).with_new_password(Password::from("hunter2"))
}

fn changing(password: &str, auth: &str) -> String {
    format!(r#"POST /_matrix/client/v3/account/password {{"new_password":"{password}"{auth}}}"#)
}

fn request_token(address: &str, attempt: u64) -> String {
    format!(
        r#"POST /_matrix/client/v3/account/password/email/requestToken {{"client_secret":"not-to-be-shown","email":"{address}","send_attempt":{attempt}}}"#
    )
}

/// The stage that a validated session completes.
fn auth(stage: &str) -> String {
    format!(
        r#","auth":{{"type":"{stage}","threepid_creds":{{"sid":"7","client_secret":"not-to-be-shown"}},"session":"u"}}"#
    )
}

#[test]
fn an_e_mail_address_resets_it() {
    let mut run = TestHarness::new(by_email().keeping_devices());
    let kept = r#","logout_devices":false"#;
    assert_eq!(run.request(), changing("hunter2", kept));
    run.answer(401, CHALLENGE);
    assert_eq!(run.request(), request_token("a@example.org", 1));
    run.answer(200, r#"{"sid": "7"}"#);
    assert_eq!(run.told().0, ["Confirmation"]);
    run.reply(Reply::Resend);
    assert_eq!(run.request(), request_token("a@example.org", 2));
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    let stage = auth("m.login.email.identity");
    assert_eq!(
        run.request(),
        changing("hunter2", &format!("{kept}{stage}"))
    );
    run.answer(200, "{}");
    run.success();
}

#[test]
fn a_phone_number_resets_it() {
    let mut run = TestHarness::new(by_phone());
    run.answer(401, CHALLENGE);
    assert_eq!(
        run.request(),
        r#"POST /_matrix/client/v3/account/password/msisdn/requestToken {"client_secret":"not-to-be-shown","country":"GB","phone_number":"07700900001","send_attempt":1}"#
    );
    run.answer(
        200,
        r#"{"sid": "7", "submit_url": "https://is.example.org/x"}"#,
    );
    run.code("123456");
    run.answer(200, r#"{"success": true}"#);
    assert_eq!(run.told().0, ["Code", "Validated"]);
    assert_eq!(run.request(), changing("hunter2", &auth("m.login.msisdn")));
    run.answer(200, "{}");
    run.success();
}

#[test]
fn the_new_password_is_asked_for_and_again_if_it_is_weak() {
    let mut run = TestHarness::new(of(ThreepidInput::email("a@example.org")));
    assert_eq!(run.told().0, ["NewPassword"]);
    run.password("1");
    run.answer(400, r#"{"errcode": "M_WEAK_PASSWORD", "error": "x"}"#);
    assert_eq!(run.told().0, ["no NewPassword"]);
    assert_eq!(run.flow.prompt(), Some(Prompt::NewPassword));
    run.password("hunter2");
    assert_eq!(run.request(), changing("hunter2", ""));
}

#[test]
fn a_weak_password_found_after_the_link_was_followed_sends_no_second_message() {
    let mut run = TestHarness::new(by_email());
    run.answer(401, CHALLENGE);
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    run.answer(400, r#"{"errcode": "M_WEAK_PASSWORD", "error": "x"}"#);
    run.password("123456");
    assert_eq!(run.request(), changing("123456", ""));
    run.answer(401, CHALLENGE);
    assert_eq!(
        run.request(),
        changing("123456", &auth("m.login.email.identity"))
    );
}

#[test]
fn it_polls_whether_the_link_was_followed() {
    let mut run = TestHarness::new(by_email());
    run.answer(401, CHALLENGE);
    run.answer(200, r#"{"sid": "7"}"#);
    for longest in [5, 10, 20, 30, 30] {
        let wait = run.wait();
        let longest = Duration::from_secs(longest);
        assert!(wait > longest / 2 && wait <= longest, "{wait:?}");
        assert_eq!(
            run.request(),
            changing("hunter2", &auth("m.login.email.identity"))
        );
        run.answer(401, NOT_YET);
    }
    let awaited = Some(Prompt::Confirmation { send_attempt: 1 });
    assert_eq!(
        (run.told().0, run.flow.prompt()),
        (vec!["Confirmation".to_owned()], awaited)
    );
    // A user who claims to have followed the link is told otherwise.
    run.reply(Reply::Done);
    run.answer(401, NOT_YET);
    assert_eq!(run.told().0, ["no Confirmation"]);
    run.reply(Reply::Done);
    run.answer(200, "{}");
    run.success();
}

#[test]
fn an_address_without_an_account_is_asked_for_again() {
    let mut run = TestHarness::new(by_email());
    run.answer(401, CHALLENGE);
    run.answer(400, r#"{"errcode": "M_THREEPID_NOT_FOUND", "error": "x"}"#);
    assert_eq!(run.told().0, ["no Threepid"]);
    run.reply(Reply::Threepid(ThreepidInput::email("b@example.org")));
    assert_eq!(run.request(), request_token("b@example.org", 1));
}

#[test]
fn a_number_that_the_server_does_not_accept_costs_no_text_message() {
    let mut run = TestHarness::new(by_phone());
    run.answer(401, EMAIL_ONLY);
    assert_eq!(run.told().0, ["Threepid"]);
    assert_eq!(run.flow.prompt(), Some(Prompt::Threepid(Medium::Email)));
    assert!(run.is_silent());
}

#[test]
fn it_goes_out_without_an_access_token() {
    let mut flow = by_email();
    let Output::Send(_, request) = flow.poll_output() else {
        panic!("it starts with a request")
    };
    let dispatch = request.extensions().get::<RequestMeta>().unwrap();
    assert_eq!(dispatch.operation.auth, Auth::None);
    assert_eq!(dispatch.operation.id, "changePassword");
}

#[test]
fn a_server_without_password_resets_ends_it() {
    let mut run = TestHarness::new(by_email());
    run.answer(401, r#"{"errcode": "M_MISSING_TOKEN", "error": "x"}"#);
    assert_eq!(
        run.error().to_string(),
        "cs:changePassword: the server declined: M_MISSING_TOKEN: x"
    );
}

#[test]
fn a_session_that_the_server_forgot_sends_no_second_message() {
    let mut run = TestHarness::new(by_email());
    run.answer(401, CHALLENGE);
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    run.told();
    for session in ["v", "w"] {
        run.answer(
            400,
            r#"{"errcode": "M_INVALID_PARAM", "error": "Invalid session"}"#,
        );
        assert_eq!(run.request(), changing("hunter2", ""));
        run.answer(401, &CHALLENGE.replace(r#""u""#, &format!("{session:?}")));
        let again = auth("m.login.email.identity").replace(r#""u""#, &format!("{session:?}"));
        assert_eq!(run.request(), changing("hunter2", &again));
        run.answer(401, NOT_YET);
        assert_eq!(run.told().0, ["no Confirmation"]);
        run.reply(Reply::Done);
    }
    run.answer(200, "{}");
    run.success();
}

#[test]
fn polling_goes_on_whatever_one_poll_gets() {
    let mut run = TestHarness::new(by_email());
    run.answer(401, CHALLENGE);
    run.answer(200, r#"{"sid": "7"}"#);
    run.told();
    run.wait();
    run.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(run.told().0, ["RetryScheduled"]);
    run.wait();
    run.answer(200, "{}");
    run.success();
}
