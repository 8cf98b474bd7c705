use std::time::Duration;

use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::types::{CountryCode, DeviceId, Medium, Password, RegistrationToken};
use crate::wire::FailureClass;

const REGISTERED: &str =
    r#"{"user_id": "@alice:example.org", "access_token": "x", "device_id": "D"}"#;
const BY_EMAIL: &str = r#"{"flows": [{"stages": ["m.login.email.identity"]}], "session": "u"}"#;
const BY_EITHER: &str = r#"{"flows": [{"stages": ["m.login.dummy"]}, {"stages": ["m.login.msisdn"]},
    {"stages": ["m.login.email.identity"]}, {"stages": ["m.login.msisdn", "m.login.email.identity"]}], "session": "u"}"#;
const NOT_YET: &str = r#"{"flows": [{"stages": ["m.login.email.identity"]}], "session": "u",
    "errcode": "M_UNAUTHORIZED", "error": "Unable to get validated threepid"}"#;
const TAKEN: &str = r#"{"errcode": "M_USER_IN_USE", "error": "x"}"#;

const EMAIL: &str = "/_matrix/client/v3/register/email/requestToken";
const PHONE: &str = "/_matrix/client/v3/register/msisdn/requestToken";

fn register() -> Register {
    let mut register = Register::new();
    register.username = Some("alice".to_owned());
    register.password = Some(Password::from("hunter2"));
    register
}

fn flow() -> RegisterAccount {
    of(register())
}

fn of(register: Register) -> RegisterAccount {
    let secret = ClientSecret::parse("not-to-be-shown").unwrap();
    RegisterAccount::new(NOW, homeserver(), register, secret)
}

fn begin() -> TestHarness<RegisterAccount> {
    TestHarness::new(flow())
}

fn email(address: &str) -> Reply {
    Reply::Threepid(ThreepidInput::email(address))
}

/// The registration request: the account and the stage.
fn registering(username: &str, auth: &str) -> String {
    let auth = match auth {
        "" => String::new(),
        auth => format!(r#","auth":{auth}"#),
    };
    format!(
        r#"POST /_matrix/client/v3/register {{"username":"{username}","password":"hunter2"{auth}}}"#
    )
}

fn request_token(path: &str, address: &str, attempt: u64) -> String {
    format!(
        r#"POST {path} {{"client_secret":"not-to-be-shown","email":"{address}","send_attempt":{attempt}}}"#
    )
}

/// The stage for an e-mail address.
const BY_SESSION: &str = r#"{"type":"m.login.email.identity","threepid_creds":{"sid":"7","client_secret":"not-to-be-shown"},"session":"u"}"#;

fn told(events: &[&str], prompt: Option<Prompt>) -> (Vec<String>, Option<Prompt>) {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    (events, prompt)
}

#[test]
fn stages_that_need_no_user_are_completed_silently() {
    let mut run = begin();
    assert_eq!(run.request(), registering("alice", ""));
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.dummy"]}], "session": "u"}"#,
    );
    assert_eq!(
        run.request(),
        registering("alice", r#"{"type":"m.login.dummy","session":"u"}"#)
    );
    run.answer(200, REGISTERED);
    assert_eq!(run.told(), told(&[], None));
    assert_eq!(run.success().user_id.as_str(), "@alice:example.org");
}

#[test]
fn the_device_and_the_guest_kind_are_sent_as_given() {
    let mut register = Register::new();
    register.kind = Some(crate::client_api::account::RegistrationKind::Guest);
    register.device_id = Some(DeviceId::parse("D").unwrap());
    register.refresh_token = Some(true);
    let mut run = TestHarness::new(of(register));
    assert_eq!(
        run.request(),
        r#"POST /_matrix/client/v3/register?kind=guest {"device_id":"D","refresh_token":true}"#
    );
    run.answer(200, REGISTERED);
    run.success();
}

#[test]
fn tokens_and_terms_are_asked_for() {
    let mut run = begin();
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.registration_token", "m.login.terms"]}], "session": "u"}"#,
    );
    assert_eq!(
        run.told(),
        told(&["RegistrationToken"], Some(Prompt::RegistrationToken))
    );
    run.reply(Reply::RegistrationToken(RegistrationToken::from("123456")));
    assert_eq!(
        run.request(),
        registering(
            "alice",
            r#"{"type":"m.login.registration_token","token":"123456","session":"u"}"#
        )
    );
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.registration_token", "m.login.terms"]}], "session": "u",
            "completed": ["m.login.registration_token"]}"#,
    );
    assert_eq!(
        run.told(),
        told(&["Terms"], Some(Prompt::Terms(Vec::new())))
    );
    run.reply(Reply::Done);
    assert_eq!(
        run.request(),
        registering("alice", r#"{"type":"m.login.terms","session":"u"}"#)
    );
    run.answer(200, REGISTERED);
    run.success();
}

#[test]
fn another_name_is_asked_for_if_one_is_not_available() {
    for errcode in ["M_USER_IN_USE", "M_INVALID_USERNAME", "M_EXCLUSIVE"] {
        let mut run = begin();
        let body: String = format!(r#"{{"errcode": "{errcode}", "error": "x"}}"#);
        run.answer(400, body.leak());
        assert_eq!(run.told(), told(&["no Username"], Some(Prompt::Username)));
        let refused = run.flow.reply(NOW, Reply::Password(Password::from("1")));
        assert_eq!(refused, Err(NotAwaited));
        run.reply(Reply::Username("alice2".to_owned()));
        assert_eq!(run.request(), registering("alice2", ""));
        run.answer(200, REGISTERED);
        run.success();
    }
}

#[test]
fn another_password_is_asked_for_if_one_is_too_weak() {
    for errcode in ["M_WEAK_PASSWORD", "M_PASSWORD_TOO_SHORT"] {
        let mut register = register();
        register.password = Some(Password::from("123456"));
        let mut run = TestHarness::new(of(register));
        let body: String = format!(r#"{{"errcode": "{errcode}", "error": "x"}}"#);
        run.answer(400, body.leak());
        assert_eq!(
            run.told(),
            told(&["no NewPassword"], Some(Prompt::NewPassword))
        );
        run.password("hunter2");
        assert_eq!(run.request(), registering("alice", ""));
    }
}

#[test]
fn a_name_can_be_checked_first() {
    let mut run = TestHarness::new(flow().checking_username());
    let check = "GET /_matrix/client/v3/register/available?username=";
    assert_eq!(run.request(), format!("{check}alice "));
    run.answer(400, TAKEN);
    assert_eq!(run.told(), told(&["no Username"], Some(Prompt::Username)));
    run.reply(Reply::Username("alice2".to_owned()));
    assert_eq!(run.request(), format!("{check}alice2 "));
    run.answer(200, r#"{"available": true}"#);
    assert_eq!(run.request(), registering("alice2", ""));
}

#[test]
fn a_server_that_cannot_check_a_name_is_asked_to_register_it() {
    let mut run = TestHarness::new(flow().checking_username());
    run.answer(404, r#"{"errcode": "M_UNRECOGNIZED", "error": "x"}"#);
    assert_eq!(run.request(), registering("alice", ""));
}

#[test]
fn an_offered_address_is_validated_although_a_shorter_flow_exists() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(401, BY_EITHER);
    assert_eq!(run.request(), request_token(EMAIL, "a@example.org", 1));
    run.answer(200, r#"{"sid": "7"}"#);
    let awaited = Some(Prompt::Confirmation { send_attempt: 1 });
    assert_eq!(run.told(), told(&["Confirmation"], awaited));
    run.reply(Reply::Done);
    assert_eq!(run.request(), registering("alice", BY_SESSION));
    run.answer(200, REGISTERED);
    run.success();
}

#[test]
fn a_number_and_an_address_are_both_validated_if_a_flow_takes_both() {
    let phone = ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001");
    let flow = flow().with_threepid(ThreepidInput::email("a@example.org"));
    let mut run = TestHarness::new(flow.with_threepid(phone));
    run.answer(401, BY_EITHER);
    assert_eq!(
        run.request(),
        format!(
            r#"POST {PHONE} {{"client_secret":"not-to-be-shown","country":"GB","phone_number":"07700900001","send_attempt":1}}"#
        )
    );
    run.answer(
        200,
        r#"{"sid": "8", "submit_url": "https://is.example.org/submit"}"#,
    );
    run.code("000000");
    run.answer(400, r#"{"errcode": "M_TOKEN_INCORRECT", "error": "x"}"#);
    run.code("123456");
    assert_eq!(
        run.request(),
        r#"POST https://is.example.org/submit {"sid":"8","client_secret":"not-to-be-shown","token":"123456"}"#
    );
    run.answer(200, r#"{"success": true}"#);
    assert_eq!(run.told(), told(&["Code", "no Code", "Validated"], None));
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.msisdn"]}, {"stages": ["m.login.msisdn", "m.login.email.identity"]}],
            "completed": ["m.login.msisdn"], "session": "u"}"#,
    );
    assert_eq!(run.request(), request_token(EMAIL, "a@example.org", 1));
}

#[test]
fn an_address_that_the_server_wants_is_asked_for() {
    let mut run = begin();
    run.answer(401, BY_EMAIL);
    let awaited = Some(Prompt::Threepid(Medium::Email));
    assert_eq!(run.told(), told(&["Threepid"], awaited.clone()));
    let phone = ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "1");
    assert_eq!(run.flow.reply(NOW, Reply::Threepid(phone)), Err(NotAwaited));
    run.reply(email("b@example.org"));
    assert_eq!(run.request(), request_token(EMAIL, "b@example.org", 1));
    // Somebody else has it.
    run.answer(400, r#"{"errcode": "M_THREEPID_IN_USE", "error": "x"}"#);
    assert_eq!(run.told(), told(&["no Threepid"], awaited));
    run.reply(email("a@example.org"));
    assert_eq!(run.request(), request_token(EMAIL, "a@example.org", 1));
}

#[test]
fn a_mistyped_address_is_replaced() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("wrong@example.org")));
    run.answer(401, BY_EMAIL);
    run.answer(200, r#"{"sid": "6"}"#);
    run.reply(email("a@example.org"));
    assert_eq!(run.request(), request_token(EMAIL, "a@example.org", 1));
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    assert_eq!(run.request(), registering("alice", BY_SESSION));
}

#[test]
fn an_offer_that_no_flow_takes_is_ignored() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.dummy"]}], "session": "u"}"#,
    );
    assert!(run.request().contains("m.login.dummy"));
}

#[test]
fn a_program_that_cannot_ask_for_an_address_uses_another_flow_or_fails() {
    let uia_capabilities = UiaCapabilities {
        threepid: false,
        ..UiaCapabilities::default()
    };
    let mut run = TestHarness::new(flow().with_uia_capabilities(uia_capabilities));
    run.answer(401, BY_EMAIL);
    assert!(matches!(run.error(), FlowError::UnknownAuthentication(_)));
}

#[test]
fn it_polls_whether_the_link_was_followed() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(401, BY_EMAIL);
    run.answer(200, r#"{"sid": "7"}"#);
    for longest in [5, 10, 20] {
        let wait = run.wait();
        let longest = Duration::from_secs(longest);
        assert!(wait > longest / 2 && wait <= longest, "{wait:?}");
        assert_eq!(run.request(), registering("alice", BY_SESSION));
        run.answer(401, NOT_YET);
    }
    let awaited = Some(Prompt::Confirmation { send_attempt: 1 });
    assert_eq!(run.told(), told(&["Confirmation"], awaited));
    run.wait();
    run.answer(200, REGISTERED);
    run.success();
}

#[test]
fn a_refusal_without_stages_means_not_yet_validated_too() {
    for body in [
        r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#,
        r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#,
    ] {
        let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
        run.answer(401, BY_EMAIL);
        run.answer(200, r#"{"sid": "7"}"#);
        run.reply(Reply::Done);
        run.answer(403, body);
        let awaited = Some(Prompt::Confirmation { send_attempt: 1 });
        assert_eq!(
            run.told(),
            told(&["Confirmation", "no Confirmation"], awaited)
        );
        run.wait();
        assert_eq!(run.request(), registering("alice", BY_SESSION));
    }
}

#[test]
fn another_name_brings_no_second_message() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(401, BY_EMAIL);
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    // Somebody else took the name first.
    run.answer(400, TAKEN);
    run.reply(Reply::Username("alice2".to_owned()));
    assert_eq!(run.request(), registering("alice2", ""));
    run.answer(401, BY_EMAIL);
    assert_eq!(run.request(), registering("alice2", BY_SESSION));
}

#[test]
fn it_is_never_sent_twice_by_itself() {
    let mut run = begin();
    run.fail(FailureClass::Interrupted);
    assert_eq!(run.told(), told(&["Stalled"], Some(Prompt::Retry)));
    assert!(run.is_silent());
    run.retry();
    assert_eq!(run.request(), registering("alice", ""));
}

#[test]
fn a_server_that_registers_nobody_ends_it() {
    let mut run = begin();
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "closed"}"#);
    assert_eq!(
        run.error().to_string(),
        "cs:register: the server declined: M_FORBIDDEN: closed"
    );
}

const FORGOTTEN: &str = r#"{"errcode": "M_FORBIDDEN", "error": "UIAA session does not exist."}"#;
const DOCUMENTS: &str = r#"{"m.login.terms": {"policies": {"privacy": {"version": "1", "en": {"name": "P", "url": "https://t.org/p"}}}},
    "m.login.recaptcha": {"public_key": "key"}}"#;
const STAGES: [&str; 3] = [
    "m.login.registration_token",
    "m.login.terms",
    "m.login.recaptcha",
];

/// A challenge with one flow of these stages, of which this many are completed.
fn challenge(stages: &[&str], completed: usize, session: &str) -> String {
    format!(
        r#"{{"flows": [{{"stages": {stages:?}}}], "completed": {:?}, "params": {DOCUMENTS}, "session": "{session}"}}"#,
        &stages[..completed]
    )
}

fn with_captcha() -> TestHarness<RegisterAccount> {
    let uia_capabilities = UiaCapabilities {
        captcha: true,
        ..UiaCapabilities::default()
    };
    TestHarness::new(flow().with_uia_capabilities(uia_capabilities))
}

fn token(token: &str) -> Reply {
    Reply::RegistrationToken(RegistrationToken::from(token))
}

/// Token and terms are accepted, and the captcha is submitted.
fn with_two_stages_done() -> TestHarness<RegisterAccount> {
    let mut run = with_captcha();
    run.answer(401, &challenge(&STAGES, 0, "u"));
    run.reply(token("123456"));
    run.answer(401, &challenge(&STAGES, 1, "u"));
    run.reply(Reply::Done);
    run.answer(401, &challenge(&STAGES, 2, "u"));
    run.reply(Reply::Captcha("solved".to_owned()));
    assert_eq!(run.told().0, ["RegistrationToken", "Terms", "Captcha"]);
    run
}

#[test]
fn a_wrong_answer_to_any_stage_is_asked_for_again_without_a_challenge() {
    for (status, body) in [
        (401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#),
        (403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#),
        (401, r#"{"errcode": "M_BAD_JSON", "error": "x"}"#),
        (403, "<html>no</html>"),
        (400, r#"{"errcode": "M_CAPTCHA_INVALID", "error": "x"}"#),
    ] {
        let mut run = with_two_stages_done();
        run.answer(status, body);
        let captcha = Prompt::Captcha {
            public_key: "key".to_owned(),
        };
        assert_eq!(run.told(), told(&["no Captcha"], Some(captcha)), "{body}");
        run.reply(Reply::Captcha("solved again".to_owned()));
        // In the same session, with what was done before.
        assert_eq!(
            run.request(),
            registering(
                "alice",
                r#"{"type":"m.login.recaptcha","response":"solved again","session":"u"}"#
            )
        );
    }
    let mut run = begin();
    run.answer(401, &challenge(&STAGES[..2], 0, "u"));
    run.reply(token("123456"));
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#);
    assert_eq!(
        run.told(),
        told(
            &["RegistrationToken", "no RegistrationToken"],
            Some(Prompt::RegistrationToken)
        )
    );
    run.reply(token("123456"));
    // Palpo's challenge has this status.
    let wrong = challenge(&STAGES[..2], 0, "u")
        .replace("{\"flows\"", "{\"errcode\": \"M_FORBIDDEN\", \"flows\"");
    run.answer(403, &wrong);
    assert_eq!(run.told().0, ["no RegistrationToken"]);
}

#[test]
fn a_stage_of_the_programs_own_is_asked_for_again() {
    let key = crate::wire::AuthType::from("org.example.key");
    let uia_capabilities = UiaCapabilities {
        others: vec![key.clone()],
        ..UiaCapabilities::default()
    };
    let mut run = TestHarness::new(flow().with_uia_capabilities(uia_capabilities));
    run.answer(401, &challenge(&["org.example.key"], 0, "u"));
    let auth = || crate::wire::AuthData::other(crate::json::JsonObject::new());
    run.reply(Reply::Stage(auth()));
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#);
    let asked = Some(Prompt::Stage(key));
    assert_eq!(run.told(), told(&["Stage", "no Stage"], asked));
    run.reply(Reply::Stage(auth()));
    assert_eq!(run.request(), registering("alice", r#"{"session":"u"}"#));
}

#[test]
fn a_forgotten_session_brings_no_question_that_was_answered() {
    let mut run = with_two_stages_done();
    run.answer(403, FORGOTTEN);
    assert_eq!(run.request(), registering("alice", ""));
    run.answer(401, &challenge(&STAGES, 0, "v"));
    assert!(run.request().contains(r#""token":"123456","session":"v""#));
    run.answer(401, &challenge(&STAGES, 1, "v"));
    assert!(
        run.request()
            .contains(r#""type":"m.login.terms","session":"v""#)
    );
    run.answer(401, &challenge(&STAGES, 2, "v"));
    // Nobody has looked at the captcha.
    assert!(
        run.request()
            .contains(r#""response":"solved","session":"v""#)
    );
    assert_eq!(run.told(), told(&[], None));
    run.answer(200, REGISTERED);
    run.success();
}

#[test]
fn a_captcha_works_once_and_other_documents_are_asked_about() {
    let stages = [STAGES[2], STAGES[1], STAGES[0]];
    let mut run = with_captcha();
    run.answer(401, &challenge(&stages, 0, "u"));
    run.reply(Reply::Captcha("solved".to_owned()));
    run.answer(401, &challenge(&stages, 1, "u"));
    run.reply(Reply::Done);
    run.answer(401, &challenge(&stages, 2, "u"));
    run.reply(token("123456"));
    run.told();
    run.answer(403, FORGOTTEN);
    run.answer(401, &challenge(&stages, 0, "v"));
    assert_eq!(run.told().0, ["Captcha"]);
    run.reply(Reply::Captcha("another".to_owned()));
    let changed = challenge(&stages, 1, "v").replace("https://t.org/p", "https://t.org/q");
    run.answer(401, &changed);
    assert_eq!(run.told().0, ["Terms"]);
    run.reply(Reply::Done);
    run.answer(401, &challenge(&stages, 2, "v"));
    assert!(run.request().contains(r#""token":"123456","session":"v""#));
}

#[test]
fn a_session_that_is_replaced_without_a_word_takes_the_same_answer_once() {
    let mut run = with_captcha();
    run.answer(401, &challenge(&STAGES[2..], 0, "u"));
    run.reply(Reply::Captcha("solved".to_owned()));
    run.told();
    run.answer(401, &challenge(&STAGES[2..], 0, "v"));
    assert!(
        run.request()
            .contains(r#""response":"solved","session":"v""#)
    );
    run.answer(401, &challenge(&STAGES[2..], 0, "w"));
    assert_eq!(run.told().0, ["no Captcha"]);
    run.reply(Reply::Captcha("another".to_owned()));
    assert!(
        run.request()
            .contains(r#""response":"another","session":"w""#)
    );
}

#[test]
fn a_server_that_forgets_every_session_keeps_nobody_busy() {
    let mut run = with_captcha();
    run.answer(401, &challenge(&STAGES, 0, "0"));
    run.reply(token("123456"));
    let mut asked = 0;
    for session in 1.. {
        if run.outcome.is_some() || run.is_silent() {
            break;
        }
        asked += 1;
        // It accepts the token each time, so that there is progress, and asks for terms that change.
        if session % 2 == 0 {
            run.answer(401, &challenge(&STAGES, 1, "u"));
            if run.is_silent() {
                run.reply(Reply::Done);
            }
        } else {
            run.answer(403, FORGOTTEN);
            if run.outcome.is_none() {
                run.answer(401, &challenge(&STAGES, 0, &session.to_string()));
            }
        }
        assert!(asked < 100, "it never ends");
    }
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn terms_that_the_server_never_takes_end_it() {
    let mut run = begin();
    run.answer(401, &challenge(&STAGES[1..2], 0, "u"));
    for _ in 0..2 {
        run.reply(Reply::Done);
        run.answer(401, &challenge(&STAGES[1..2], 0, "u"));
    }
    assert_eq!(run.told().0, ["Terms", "no Terms", "no Terms"]);
    run.reply(Reply::Done);
    run.answer(401, &challenge(&STAGES[1..2], 0, "u"));
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn polling_for_a_followed_link_goes_on_whatever_one_poll_gets() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(401, BY_EMAIL);
    run.answer(200, r#"{"sid": "7"}"#);
    run.told();
    for (status, body) in [
        (502, "<html>Bad Gateway</html>"),
        (404, ""),
        (404, r#"{"errcode": "M_UNRECOGNIZED", "error": "x"}"#),
        (500, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
        ),
    ] {
        run.wait();
        run.answer(status, body);
        let awaited = Some(Prompt::Confirmation { send_attempt: 1 });
        assert_eq!(run.told(), told(&["RetryScheduled"], awaited), "{body}");
    }
    run.wait();
    run.fail(FailureClass::TimedOutAfterSend);
    assert_eq!(run.told().0, ["RetryScheduled"]);
    run.wait();
    // Without stages, and without saying more.
    run.answer(401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#);
    assert!(run.told().0.is_empty());
    run.wait();
    run.answer(403, FORGOTTEN);
    run.answer(401, &BY_EMAIL.replace(r#""u""#, r#""v""#));
    // The address is as validated as before.
    assert_eq!(
        run.request(),
        registering("alice", &BY_SESSION.replace(r#""u""#, r#""v""#))
    );
    run.answer(200, REGISTERED);
    run.success();
}

#[test]
fn a_poll_comes_no_sooner_than_the_server_asked() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(401, BY_EMAIL);
    run.answer(200, r#"{"sid": "7"}"#);
    run.wait();
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
    );
    // It asked for more than a user who waits can be asked for.
    assert!(run.wait() >= Duration::from_secs(15));
    assert_eq!(run.request(), registering("alice", BY_SESSION));
}

#[test]
fn a_validation_that_expired_asks_for_another_message() {
    let mut run = TestHarness::new(flow().with_threepid(ThreepidInput::email("a@example.org")));
    run.answer(401, BY_EMAIL);
    run.answer(200, r#"{"sid": "7"}"#);
    run.reply(Reply::Done);
    run.told();
    run.answer(400, r#"{"errcode": "M_SESSION_EXPIRED", "error": "x"}"#);
    let asked = Some(Prompt::NewMessage { send_attempt: 1 });
    assert_eq!(run.told(), told(&["no NewMessage"], asked));
    run.reply(Reply::Resend);
    assert_eq!(run.request(), request_token(EMAIL, "a@example.org", 2));
}

#[test]
fn a_new_name_does_not_ask_for_the_same_again() {
    let mut run = with_two_stages_done();
    run.answer(400, TAKEN);
    run.reply(Reply::Username("alice2".to_owned()));
    run.told();
    run.answer(401, &challenge(&STAGES, 0, "v"));
    assert!(run.request().contains(r#""token":"123456","session":"v""#));
    assert_eq!(run.told(), told(&[], None));
}

#[cfg(feature = "persist")]
#[test]
fn what_was_answered_is_saved() {
    let mut run = with_two_stages_done();
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#);
    run.save_and_load();
    run.reply(Reply::Captcha("another".to_owned()));
    run.answer(403, FORGOTTEN);
    run.answer(401, &challenge(&STAGES, 0, "v"));
    assert!(run.request().contains(r#""token":"123456","session":"v""#));
}
