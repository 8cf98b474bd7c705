use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::types::CountryCode;
use crate::wire::{BaseUrl, FailureClass};

const SESSION: &str = r#"{"sid": "7"}"#;
const BIND: &str = r#"POST /_matrix/client/v3/account/3pid/bind {"client_secret":"not-to-be-shown","id_server":"is.org:8090","id_access_token":"is-not-to-be-shown","sid":"7"}"#;
const TERMS: &str = r#"{"policies": {"p": {"version": "1", "en": {"name": "P", "url": "u"}}}}"#;
const NOT_SIGNED: &str = r#"{"errcode": "M_TERMS_NOT_SIGNED", "error": "x"}"#;
const OWNER: &str = r#"{"user_id": "@alice:example.org"}"#;

fn flow(threepid: ThreepidInput) -> BindThreepid {
    let base_url = BaseUrl::parse("https://is.org:8090").unwrap();
    BindThreepid::new(
        NOW,
        homeserver(),
        UserId::parse("@alice:example.org").unwrap(),
        IdentityServer::new(base_url).unwrap(),
        threepid,
        ClientSecret::parse("not-to-be-shown").unwrap(),
    )
}

fn phone() -> ThreepidInput {
    ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001")
}

fn bind(threepid: ThreepidInput) -> TestHarness<BindThreepid> {
    let token = AccessToken::from("is-not-to-be-shown");
    TestHarness::new(flow(threepid).with_identity_token(token))
}

fn awaiting_code() -> TestHarness<BindThreepid> {
    let mut bind = bind(phone());
    bind.answer(200, SESSION);
    assert_eq!(bind.told().0, ["Code"]);
    bind
}

fn binding() -> TestHarness<BindThreepid> {
    let mut bind = awaiting_code();
    bind.code("123456");
    bind.answer(200, r#"{"success": true}"#);
    assert_eq!(bind.told().0, ["Validated"]);
    bind
}

#[test]
fn a_number_is_validated_by_the_identity_server_and_bound_by_the_homeserver() {
    let mut bind = bind(phone());
    assert_eq!(
        bind.request(),
        r#"POST https://is.org:8090/_matrix/identity/v2/validate/msisdn/requestToken {"client_secret":"not-to-be-shown","country":"GB","phone_number":"07700900001","send_attempt":1}"#
    );
    assert_eq!(bind.token(), Some("is-not-to-be-shown"));
    bind.answer(200, SESSION);
    assert_eq!(
        bind.told(),
        (
            vec!["Code".to_owned()],
            Some(Prompt::Code { send_attempt: 1 })
        )
    );
    bind.code("123456");
    assert_eq!(
        bind.request(),
        r#"POST https://is.org:8090/_matrix/identity/v2/validate/msisdn/submitToken {"sid":"7","client_secret":"not-to-be-shown","token":"123456"}"#
    );
    assert_eq!(bind.token(), Some("is-not-to-be-shown"));
    bind.answer(200, r#"{"success": true}"#);
    assert_eq!(bind.told().0, ["Validated"]);
    assert_eq!(bind.request(), BIND);
    assert_eq!(bind.token(), None);
    bind.answer(200, "{}");
    bind.success();
}

#[test]
fn a_wrong_code_is_asked_for_again() {
    for (status, body) in [
        (
            404,
            r#"{"success": false, "errcode": "M_NO_VALID_SESSION", "error": "x"}"#,
        ),
        (200, r#"{"success": false}"#),
        (400, r#"{"errcode": "M_TOKEN_INCORRECT", "error": "x"}"#),
    ] {
        let mut bind = awaiting_code();
        bind.code("000000");
        bind.answer(status, body);
        assert_eq!(bind.told().0, ["no Code"]);
        bind.reply(Reply::Resend);
        assert!(bind.request().contains(r#""send_attempt":2"#));
    }
}

#[test]
fn it_asks_the_identity_server_whether_the_link_in_an_email_was_followed() {
    let mut bind = bind(ThreepidInput::email("alice@example.org"));
    assert_eq!(
        bind.request(),
        r#"POST https://is.org:8090/_matrix/identity/v2/validate/email/requestToken {"client_secret":"not-to-be-shown","email":"alice@example.org","send_attempt":1}"#
    );
    bind.answer(200, SESSION);
    let confirmation = Some(Prompt::Confirmation { send_attempt: 1 });
    assert_eq!(bind.told(), (vec!["Confirmation".to_owned()], confirmation));
    bind.reply(Reply::Done);
    let look = "GET https://is.org:8090/_matrix/identity/v2/3pid/getValidated3pid?sid=7&client_secret=not-to-be-shown ";
    assert_eq!(bind.request(), look);
    assert_eq!(bind.token(), Some("is-not-to-be-shown"));
    let not_validated = r#"{"errcode": "M_SESSION_NOT_VALIDATED", "error": "x"}"#;
    bind.answer(400, not_validated);
    assert_eq!(bind.told().0, ["no Confirmation"]);
    bind.wait();
    assert_eq!(bind.request(), look);
    bind.answer(
        200,
        r#"{"medium": "email", "address": "alice@example.org"}"#,
    );
    assert_eq!(bind.told().0, ["Validated"]);
    assert_eq!(bind.request(), BIND);
    // The link was followed, but then the session expired.
    bind.answer(400, r#"{"errcode": "M_SESSION_EXPIRED", "error": "x"}"#);
    assert_eq!(bind.told().0, ["no NewMessage"]);
    bind.reply(Reply::Resend);
    assert!(bind.request().contains(r#""send_attempt":2"#));
}

#[test]
fn terms_are_asked_about_whenever_they_are_required() {
    let mut bind = bind(phone());
    bind.answer(403, NOT_SIGNED);
    bind.answer(200, TERMS);
    assert!(matches!(bind.told().1, Some(Prompt::Terms(_))));
    bind.reply(Reply::Done);
    bind.answer(200, "{}");
    bind.answer(200, OWNER);
    bind.answer(200, SESSION);
    bind.code("123456");
    bind.answer(403, NOT_SIGNED);
    bind.answer(200, TERMS);
    assert!(bind.flow.reply(NOW, Reply::Resend).is_err());
    bind.reply(Reply::Done);
    bind.answer(200, "{}");
    bind.answer(200, OWNER);
    // The code that the user entered is sent once more.
    assert!(bind.request().contains("123456"));
    bind.answer(200, r#"{"success": true}"#);
    assert_eq!(bind.request(), BIND);
    bind.answer(403, NOT_SIGNED);
    bind.answer(200, TERMS);
    bind.reply(Reply::Done);
    bind.answer(200, "{}");
    bind.answer(200, OWNER);
    assert_eq!(bind.request(), BIND);
    bind.answer(200, "{}");
    bind.success();
}

#[test]
fn an_expired_identity_token_is_replaced_in_the_homeservers_request() {
    let mut bind = binding();
    bind.answer(401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#);
    bind.answer(200, r#"{"access_token": "o", "token_type": "Bearer", "matrix_server_name": "example.org", "expires_in": 3600}"#);
    bind.answer(200, r#"{"token": "new"}"#);
    bind.answer(200, OWNER);
    assert_eq!(bind.request(), BIND.replace("is-not-to-be-shown", "new"));
}

#[test]
fn an_expired_validation_session_asks_for_another_message() {
    let mut bind = binding();
    bind.answer(400, r#"{"errcode": "M_SESSION_EXPIRED", "error": "x"}"#);
    assert_eq!(bind.told().0, ["no NewMessage"]);
    bind.reply(Reply::Resend);
    assert!(bind.request().contains(r#""send_attempt":2"#));
}

#[test]
fn an_identity_server_that_is_not_trusted_ends_it() {
    let mut bind = binding();
    bind.answer(400, r#"{"errcode": "M_SERVER_NOT_TRUSTED", "error": "x"}"#);
    let error = bind.error().to_string();
    assert!(
        error.starts_with("cs:bind3PID: the server declined: M_SERVER_NOT_TRUSTED"),
        "{error}"
    );
}

#[test]
fn binding_is_never_sent_twice_by_itself() {
    let mut bind = binding();
    bind.fail(FailureClass::Interrupted);
    assert_eq!(bind.told().0, ["Stalled"]);
    bind.retry();
    assert_eq!(bind.request(), BIND);
}

#[test]
fn without_a_token_it_starts_with_a_session() {
    let bind = TestHarness::new(flow(phone()));
    assert_eq!(
        bind.request(),
        "POST /_matrix/client/v3/user/%40alice%3Aexample.org/openid/request_token {}"
    );
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_the_code_is_awaited() {
    let mut bind = awaiting_code();
    bind.save_and_load();
    bind.code("123456");
    assert_eq!(bind.token(), Some("is-not-to-be-shown"));
}

#[test]
fn a_dead_session_asks_for_another_message_in_whatever_words() {
    for (status, body) in [
        (400, r#"{"errcode": "M_SESSION_EXPIRED", "error": "x"}"#),
        (404, r#"{"errcode": "M_NO_VALID_SESSION", "error": "x"}"#),
        (
            400,
            r#"{"errcode": "M_SESSION_NOT_VALIDATED", "error": "This session has expired"}"#,
        ),
    ] {
        let mut bind = bind(ThreepidInput::email("alice@example.org"));
        bind.answer(200, SESSION);
        bind.told();
        bind.wait();
        bind.answer(status, body);
        let asked = Some(Prompt::NewMessage { send_attempt: 1 });
        assert_eq!(
            bind.told(),
            (vec!["no NewMessage".to_owned()], asked),
            "{body}"
        );
        // It is polled no more.
        assert!(bind.is_silent());
        bind.reply(Reply::Resend);
        assert!(bind.request().contains(r#""send_attempt":2"#));
        bind.answer(200, SESSION);
        assert_eq!(bind.told().0, ["Confirmation"]);
    }
}

#[test]
fn polling_for_a_followed_link_goes_on_whatever_one_poll_gets() {
    let mut bind = bind(ThreepidInput::email("alice@example.org"));
    bind.answer(200, SESSION);
    bind.told();
    bind.wait();
    for _ in 0..4 {
        bind.answer(502, "<html>Bad Gateway</html>");
        assert_eq!(bind.told().0, ["RetryScheduled"]);
        bind.wait();
    }
    bind.answer(
        200,
        r#"{"medium": "email", "address": "alice@example.org"}"#,
    );
    assert_eq!(bind.told().0, ["Validated"]);
}

#[test]
fn another_message_that_is_refused_costs_nothing() {
    for (status, body) in [
        (400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}"#,
        ),
        (500, r#"{"errcode": "M_EMAIL_SEND_ERROR", "error": "x"}"#),
    ] {
        let mut bind = awaiting_code();
        bind.reply(Reply::Resend);
        bind.answer(status, body);
        assert_eq!(bind.told().0, ["no Code"], "{body}");
        bind.code("123456");
        assert!(bind.request().contains("submitToken"));
    }
}

#[test]
fn a_wrong_code_is_sent_once_and_asked_for_again_whatever_the_status() {
    let mut bind = awaiting_code();
    bind.code("000000");
    bind.answer(
        500,
        r#"{"errcode": "M_UNKNOWN", "error": "Internal Server Error"}"#,
    );
    assert_eq!(bind.told().0, ["no Code"]);
    bind.code("123456");
    assert!(bind.request().contains("123456"));
    // Nobody looked at this one.
    bind.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(bind.told().0, ["RetryScheduled"]);
}

#[test]
fn a_token_may_expire_as_often_as_it_was_good_for_something() {
    let mut bind = bind(ThreepidInput::email("alice@example.org"));
    bind.answer(200, SESSION);
    for _ in 0..3 {
        // Hours later.
        bind.reply(Reply::Done);
        bind.answer(401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#);
        bind.answer(200, r#"{"access_token": "o", "token_type": "Bearer", "matrix_server_name": "example.org", "expires_in": 3600}"#);
        bind.answer(200, r#"{"token": "new"}"#);
        bind.answer(200, OWNER);
        bind.answer(
            400,
            r#"{"errcode": "M_SESSION_NOT_VALIDATED", "error": "x"}"#,
        );
    }
    assert_eq!(bind.told().0.last().unwrap(), "no Confirmation");
}
