use std::time::Duration;

use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::{Flow, InteractiveFlow};
use crate::types::{CountryCode, DeviceId, IdentityProviderId, LoginToken, Medium, Password};
use crate::wire::{FailureClass, SupportedVersions, UserIdentifier};

const FLOWS: &str = r#"{"flows": [{"type": "m.login.password"}, {"type": "m.login.token"}, {"type": "m.login.sso",
    "identity_providers": [{"id": "git", "name": "Git", "icon": "mxc://example.org/1", "brand": "github"}, {"id": "b", "name": "B"}]}]}"#;
const LOGGED_IN: &str = r#"{"user_id": "@alice:example.org", "access_token": "x", "device_id": "D",
    "well_known": {"m.homeserver": {"base_url": "https://elsewhere.example.org"}}}"#;
const FORBIDDEN: &str = r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#;

fn by_password(user: UserIdentifier, password: Option<&str>) -> Login {
    let mut login = Login::new(AuthType::Password);
    login.identifier = Some(user);
    login.password = password.map(Password::from);
    login
}

fn run(login: Login) -> TestHarness<LogIn> {
    TestHarness::new(LogIn::new(NOW, homeserver(), login, 1))
}

fn told(events: &[&str], prompt: Option<Prompt>) -> (Vec<String>, Option<Prompt>) {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    (events, prompt)
}

#[test]
fn the_server_is_asked_what_it_offers_before_it_gets_a_password() {
    let mut login = by_password(UserIdentifier::user("alice"), Some("hunter2"));
    login.device_id = Some(DeviceId::parse("D").unwrap());
    login.refresh_token = Some(true);
    let mut run = run(login);
    assert_eq!(run.request(), "GET /_matrix/client/v3/login ");
    run.answer(200, FLOWS);
    assert_eq!(
        run.request(),
        r#"POST /_matrix/client/v3/login {"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"hunter2","device_id":"D","refresh_token":true}"#
    );
    run.answer(200, LOGGED_IN);
    assert_eq!(run.told(), told(&[], None));
    let response = run.success();
    assert_eq!(
        response.well_known.unwrap().homeserver.base_url,
        "https://elsewhere.example.org"
    );
}

#[test]
fn a_phone_number_and_an_e_mail_address_log_in_as_well() {
    for (user, json) in [
        (
            UserIdentifier::phone(&CountryCode::parse("GB").unwrap(), "07700900001"),
            r#"{"type":"m.id.phone","country":"GB","phone":"07700900001","number":"07700900001"}"#,
        ),
        (
            UserIdentifier::third_party(&Medium::Email, "a@example.org"),
            r#"{"type":"m.id.thirdparty","medium":"email","address":"a@example.org"}"#,
        ),
    ] {
        let mut run = run(by_password(user, Some("hunter2")));
        run.answer(200, FLOWS);
        assert_eq!(
            run.request(),
            format!(
                r#"POST /_matrix/client/v3/login {{"type":"m.login.password","identifier":{json},"password":"hunter2"}}"#
            )
        );
    }
}

#[test]
fn a_password_is_asked_for_until_it_is_the_right_one() {
    let mut run = run(by_password(UserIdentifier::user("alice"), None));
    run.answer(200, FLOWS);
    assert_eq!(run.told(), told(&["Password"], Some(Prompt::Password)));
    run.password("123456");
    assert!(run.request().contains("123456"));
    run.answer(403, FORBIDDEN);
    assert_eq!(run.told(), told(&["no Password"], Some(Prompt::Password)));
    run.password("hunter2");
    run.answer(200, LOGGED_IN);
    run.success();
}

#[test]
fn a_wrong_password_that_was_given_beforehand_is_asked_for() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("123456")));
    run.answer(200, FLOWS);
    run.answer(403, FORBIDDEN);
    assert_eq!(run.told(), told(&["no Password"], Some(Prompt::Password)));
}

const STABLE: &str = "GET /_matrix/client/v1/auth_metadata ";
const UNSTABLE: &str = "GET /_matrix/client/unstable/org.matrix.msc2965/auth_metadata ";
const UNRECOGNIZED: &str = r#"{"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}"#;
const METADATA: &str = r#"{"issuer": "https://account.example.org/", "token_endpoint": "https://account.example.org/token"}"#;

/// The server has no authorization server.
fn without_oauth(run: &mut TestHarness<LogIn>) {
    assert_eq!(run.request(), STABLE);
    run.answer(404, UNRECOGNIZED);
    assert_eq!(run.request(), UNSTABLE);
    run.answer(404, UNRECOGNIZED);
}

fn requires_oauth(run: TestHarness<LogIn>) {
    let error = run.error();
    assert!(
        matches!(&error, FlowError::RequiresOAuth { issuer } if issuer == "https://account.example.org/"),
        "{error}"
    );
}

/// The ways in which servers and gateways say that they have nothing at a path.
const ABSENT: [(u16, &str); 6] = [
    (404, UNRECOGNIZED),
    (405, UNRECOGNIZED),
    (400, UNRECOGNIZED),
    (404, "Not Found"),
    (405, ""),
    (404, "<html>"),
];

#[test]
fn a_server_without_logins_is_asked_for_an_authorization_server() {
    for (status, body) in ABSENT {
        let mut run_of = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
        run_of.answer(status, body);
        assert_eq!(run_of.flow.state(), "AskingForOAuth");
        assert_eq!(run_of.request(), STABLE);
        run_of.answer(200, METADATA);
        requires_oauth(run_of);

        let mut run_of = run(Login::new(AuthType::Token));
        run_of.answer(status, body);
        run_of.answer(status, body);
        assert_eq!(run_of.request(), UNSTABLE);
        run_of.answer(200, METADATA);
        requires_oauth(run_of);
    }
}

#[test]
fn a_server_that_does_not_offer_this_login_is_asked_for_an_authorization_server() {
    let by_password = by_password(UserIdentifier::user("alice"), Some("hunter2"));
    let by_browser = LogIn::new(NOW, homeserver(), Login::new(AuthType::Token), 1)
        .with_redirect_url("app://done");
    for (flow, offered) in [
        (
            LogIn::new(NOW, homeserver(), by_password, 1),
            r#"{"flows": [{"type": "m.login.sso", "oauth_aware_preferred": true}, {"type": "m.login.token"}]}"#,
        ),
        (by_browser, r#"{"flows": [{"type": "m.login.password"}]}"#),
    ] {
        let mut run = TestHarness::new(flow);
        run.answer(200, offered);
        assert_eq!(run.request(), STABLE);
        run.answer(200, METADATA);
        requires_oauth(run);
    }
}

#[test]
fn the_versions_of_a_server_do_not_say_whether_it_has_an_authorization_server() {
    let newest = SupportedVersions::new(["v1.19"], []);
    let before = SupportedVersions::new(["v1.11"], [("org.matrix.msc2965", true)]);
    let silent = SupportedVersions::new(["r0.6.1"], []);
    for supported in [newest, before, silent] {
        let mut homeserver = homeserver();
        homeserver.supported = Some(supported);
        let login = by_password(UserIdentifier::user("alice"), Some("hunter2"));
        let mut run = TestHarness::new(LogIn::new(NOW, homeserver, login, 1));
        run.answer(404, UNRECOGNIZED);
        without_oauth(&mut run);
        assert_eq!(
            run.error().to_string(),
            "cs:getLoginFlows: the server declined: M_UNRECOGNIZED: Unrecognized request"
        );
    }
}

#[test]
fn a_server_that_offers_this_login_is_not_asked_for_another() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    run.answer(
        200,
        r#"{"flows": [{"type": "m.login.sso", "oauth_aware_preferred": true,
            "org.matrix.msc3824.delegated_oidc_compatibility": true}, {"type": "m.login.password"}]}"#,
    );
    assert!(run.request().contains("hunter2"));
}

#[test]
fn an_authorization_server_that_cannot_be_asked_for_changes_nothing() {
    for (status, body) in [
        (500, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (502, "<html>"),
        (403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
        ),
        (404, "<html>"),
    ] {
        let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
        run.answer(200, r#"{"flows": [{"type": "m.login.sso"}]}"#);
        let begun = run.now;
        while run.outcome.is_none() {
            if run.is_silent() {
                run.wait();
            } else {
                run.answer(status, body);
            }
        }
        assert!(run.now - begun <= Duration::from_secs(10), "{status}");
        assert_eq!(run.told().1, None, "{status}");
        assert!(
            matches!(run.error(), FlowError::NoSuchLogin { .. }),
            "{status}"
        );
    }
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    run.answer(404, UNRECOGNIZED);
    let begun = run.now;
    while run.outcome.is_none() {
        if run.is_silent() {
            run.wait();
        } else {
            run.fail(FailureClass::Refused);
        }
    }
    assert!(run.now - begun <= Duration::from_secs(10));
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn a_limit_and_an_outage_are_waited_for_before_there_is_no_authorization_server() {
    for (status, body) in [
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 20000}"#,
        ),
        (503, r#"{"errcode": "M_UNKNOWN", "error": "not ready"}"#),
        (502, "<html>"),
    ] {
        let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
        run.answer(404, UNRECOGNIZED);
        run.answer(status, body);
        assert_eq!(run.told(), told(&["RetryScheduled"], None), "{status}");
        run.wait();
        assert_eq!(run.request(), STABLE);
        run.answer(404, UNRECOGNIZED);
        run.answer(status, body);
        run.wait();
        assert_eq!(run.request(), UNSTABLE);
        run.answer(200, METADATA);
        requires_oauth(run);
    }
}

#[test]
fn a_page_in_place_of_both_stalls_it_and_retry_asks_again() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    for _ in 0..3 {
        assert_eq!(run.request(), "GET /_matrix/client/v3/login ");
        run.answer(404, "<html>");
        run.answer(404, "<html>");
        run.answer(404, "<html>");
        assert_eq!(run.told(), told(&["Stalled"], Some(Prompt::Retry)));
        run.retry();
    }
    run.answer(200, FLOWS);
    run.answer(200, LOGGED_IN);
    run.success();
}

#[cfg(feature = "persist")]
#[test]
fn a_flow_that_is_saved_while_it_asks_finds_out_again_why_it_cannot_go_on() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    run.answer(404, UNRECOGNIZED);
    run.answer(404, UNRECOGNIZED);
    run.save_and_load();
    while run.is_silent() {
        run.wait();
    }
    assert_eq!(run.request(), UNSTABLE);
    run.answer(404, UNRECOGNIZED);
    assert_eq!(run.request(), "GET /_matrix/client/v3/login ");
    run.answer(404, UNRECOGNIZED);
    without_oauth(&mut run);
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

/// The ways in which servers and gateways say that a password or a token is wrong.
const WRONG: [(u16, &str); 18] = [
    (403, FORBIDDEN),
    (
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "The username or password was incorrect or the account does not exist."}"#,
    ),
    (
        400,
        r#"{"errcode": "M_FORBIDDEN", "error": "Invalid login token"}"#,
    ),
    (401, r#"{"errcode": "M_FORBIDDEN"}"#),
    (
        401,
        r#"{"errcode": "M_UNAUTHORIZED", "error": "Unauthorized."}"#,
    ),
    (
        401,
        r#"{"errcode": "M_BAD_JSON", "error": "A password must be supplied."}"#,
    ),
    (401, r#"{"error": "Invalid password"}"#),
    (
        403,
        r#"{"errcode": "M_ACCESS_DENIED", "error": "Access denied."}"#,
    ),
    (403, r#"{"errcode": "M_UNKNOWN", "error": "no"}"#),
    (401, "<html>Unauthorized</html>"),
    (403, ""),
    (401, "Unauthorized"),
    (
        400,
        r#"{"errcode": "M_UNKNOWN", "error": "Incorrect password"}"#,
    ),
    (
        400,
        r#"{"errcode": "M_INVALID_PARAM", "error": "Invalid credentials"}"#,
    ),
    (400, r#"{"errcode": "COM_EXAMPLE_WRONG_PASSWORD"}"#),
    (400, r#"{"error": "Invalid password"}"#),
    (
        400,
        r#"{"errcode": "M_FORBIDDEN", "flows": [{"stages": ["m.login.password"]}], "session": "u"}"#,
    ),
    (200, r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#),
];

#[test]
fn a_wrong_password_is_asked_for_again_in_whatever_form_it_is_refused() {
    for (status, body) in WRONG {
        let mut run = run(by_password(UserIdentifier::user("alice"), Some("123456")));
        run.answer(200, FLOWS);
        for _ in 0..3 {
            run.answer(status, body);
            let asked = told(&["no Password"], Some(Prompt::Password));
            assert_eq!(run.told(), asked, "{status} {body}");
            assert!(run.is_silent());
            run.password("hunter2");
            assert!(run.request().contains("hunter2"));
        }
        run.answer(200, LOGGED_IN);
        run.success();
    }
}

#[test]
fn a_token_that_is_refused_in_whatever_form_is_asked_for_again() {
    let unknown = (401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#);
    for (status, body) in WRONG.into_iter().chain([unknown]) {
        let mut login = Login::new(AuthType::Token);
        login.token = Some(LoginToken::from("123456"));
        let mut run = run(login);
        run.answer(200, FLOWS);
        run.answer(status, body);
        let awaited = Some(Prompt::LoginToken { pages: vec![] });
        assert_eq!(
            run.told(),
            told(&["no LoginToken"], awaited),
            "{status} {body}"
        );
        run.reply(Reply::LoginToken(LoginToken::from("not-to-be-shown")));
        run.answer(200, LOGGED_IN);
        run.success();
    }
}

#[test]
fn an_account_that_must_not_log_in_ends_it() {
    for (status, errcode) in [
        (403, "M_USER_DEACTIVATED"),
        (401, "M_USER_DEACTIVATED"),
        (401, "M_USER_LOCKED"),
        (401, "ORG_MATRIX_MSC3939_USER_LOCKED"),
        (403, "M_USER_SUSPENDED"),
        (403, "M_RESOURCE_LIMIT_EXCEEDED"),
        (401, "M_INVALID_USERNAME"),
        (400, "M_UNKNOWN"),
        (404, "M_UNRECOGNIZED"),
    ] {
        let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
        run.answer(200, FLOWS);
        run.answer(
            status,
            &format!(r#"{{"errcode": "{errcode}", "error": "gone"}}"#),
        );
        assert_eq!(
            run.error().to_string(),
            format!("cs:login: the server declined: {errcode}: gone")
        );
    }
}

#[test]
fn a_server_that_wants_more_than_a_login_is_told_of() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    run.answer(200, FLOWS);
    run.answer(
        401,
        r#"{"flows": [{"stages": ["m.login.terms"]}], "session": "S"}"#,
    );
    assert!(run.error().to_string().starts_with("cs:login: "));
}

#[test]
fn a_login_that_no_password_helps_ends_it() {
    for (status, body) in [
        (
            400,
            r#"{"errcode": "M_UNKNOWN", "error": "Password login has been disabled."}"#,
        ),
        (
            403,
            r#"{"errcode": "M_FORBIDDEN", "error": "Password login has been disabled."}"#,
        ),
        (
            403,
            r#"{"errcode": "M_FORBIDDEN", "error": "This account has been deactivated."}"#,
        ),
    ] {
        let mut run = run(by_password(UserIdentifier::user("alice"), Some("123456")));
        run.answer(200, FLOWS);
        run.answer(status, body);
        assert!(matches!(run.error(), FlowError::Refused { .. }), "{body}");
    }
}

#[test]
fn another_password_can_be_given_after_the_login_stalled() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("123456")));
    run.answer(200, FLOWS);
    let password = Reply::Password(Password::from("hunter2"));
    assert_eq!(run.flow.reply(run.now, password), Err(NotAwaited));
    run.answer(
        500,
        r#"{"errcode": "M_UNKNOWN", "error": "Invalid password"}"#,
    );
    assert_eq!(run.told().0, ["Stalled"]);
    run.password("hunter2");
    assert!(run.request().contains("hunter2"));
    run.answer(200, LOGGED_IN);
    run.success();
}

#[test]
fn too_many_logins_are_waited_for_and_told() {
    for body in [
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5000}"#,
        r#"{"errcode": "M_FORBIDDEN", "retry_after_ms": 5000}"#,
    ] {
        let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
        run.answer(200, FLOWS);
        run.answer(429, body);
        assert_eq!(run.told(), told(&["RetryScheduled"], None));
        assert!(run.is_silent());
        assert_eq!(run.wait(), Duration::from_secs(5));
        assert!(run.request().contains("hunter2"));
        run.answer(
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 3600000}"#,
        );
        assert_eq!(run.told(), told(&["Stalled"], Some(Prompt::Retry)));
    }
}

#[test]
fn a_server_that_takes_no_password_gets_none() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    run.answer(
        200,
        r#"{"flows": [{"type": "m.login.sso"}, {"type": "m.login.token"}]}"#,
    );
    without_oauth(&mut run);
    assert!(run.is_silent());
    assert_eq!(
        run.error().to_string(),
        "the server does not offer login by m.login.password; use one that it offers: m.login.sso m.login.token"
    );
}

#[test]
fn a_token_is_used_and_another_asked_for_if_it_is_not_valid() {
    let mut login = Login::new(AuthType::Token);
    login.token = Some(LoginToken::from("123456"));
    let mut run = run(login);
    run.answer(200, FLOWS);
    assert_eq!(
        run.request(),
        r#"POST /_matrix/client/v3/login {"type":"m.login.token","token":"123456"}"#
    );
    run.answer(403, FORBIDDEN);
    let awaited = Some(Prompt::LoginToken { pages: vec![] });
    assert_eq!(run.told(), told(&["no LoginToken"], awaited));
    run.reply(Reply::LoginToken(LoginToken::from("not-to-be-shown")));
    assert_eq!(
        run.request(),
        r#"POST /_matrix/client/v3/login {"type":"m.login.token","token":"not-to-be-shown"}"#
    );
}

#[test]
fn single_sign_on_shows_a_page_for_each_provider() {
    let flow = LogIn::new(NOW, homeserver(), Login::new(AuthType::Token), 1);
    let mut run = TestHarness::new(flow.with_redirect_url("app://done?x=1"));
    run.answer(200, FLOWS);
    let (events, prompt) = run.told();
    assert_eq!(events, ["LoginToken"]);
    let url = |id: &str| {
        format!(
            "https://example.org/_matrix/client/v3/login/sso/redirect/{id}?redirectUrl=app%3A%2F%2Fdone%3Fx%3D1&action=login"
        )
    };
    let pages = vec![
        SignOnPage {
            url: url("git"),
            provider: Some(IdentityProviderId::parse("git").unwrap()),
            name: Some("Git".to_owned()),
            icon: Some("mxc://example.org/1".to_owned()),
            brand: Some("github".to_owned()),
        },
        SignOnPage {
            url: url("b"),
            provider: Some(IdentityProviderId::parse("b").unwrap()),
            name: Some("B".to_owned()),
            icon: None,
            brand: None,
        },
    ];
    assert_eq!(prompt, Some(Prompt::LoginToken { pages }));
    run.reply(Reply::LoginToken(LoginToken::from("123456")));
    run.answer(200, LOGGED_IN);
    run.success();
}

#[test]
fn single_sign_on_without_providers_has_one_page() {
    let flow = LogIn::new(NOW, homeserver(), Login::new(AuthType::Token), 1);
    let mut run = TestHarness::new(flow.with_redirect_url("app://done"));
    run.answer(200, r#"{"flows": [{"type": "m.login.sso"}]}"#);
    let page = SignOnPage {
        url: "https://example.org/_matrix/client/v3/login/sso/redirect?redirectUrl=app%3A%2F%2Fdone&action=login".to_owned(),
        provider: None,
        name: None,
        icon: None,
        brand: None,
    };
    let awaited = Some(Prompt::LoginToken { pages: vec![page] });
    assert_eq!(run.told(), told(&["LoginToken"], awaited));
}

#[test]
fn a_server_without_single_sign_on_says_so() {
    let flow = LogIn::new(NOW, homeserver(), Login::new(AuthType::Token), 1);
    let mut run = TestHarness::new(flow.with_redirect_url("app://done"));
    run.answer(200, r#"{"flows": []}"#);
    without_oauth(&mut run);
    assert_eq!(
        run.error().to_string(),
        "the server does not offer login by m.login.sso; it offers no other login: use its own page"
    );
}

#[test]
fn it_is_never_sent_twice_by_itself() {
    let mut run = run(by_password(UserIdentifier::user("alice"), Some("hunter2")));
    run.fail(FailureClass::Interrupted);
    run.wait();
    run.answer(200, FLOWS);
    run.fail(FailureClass::Interrupted);
    assert_eq!(
        run.told(),
        told(&["RetryScheduled", "Stalled"], Some(Prompt::Retry))
    );
    run.retry();
    assert!(run.request().contains("hunter2"));
    run.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(run.told(), told(&["Stalled"], Some(Prompt::Retry)));
}

#[test]
fn an_old_server_is_asked_at_its_own_paths() {
    for versions in [&["r0.3.0"][..], &["r0.0.1", "r0.6.1"]] {
        let mut homeserver = homeserver();
        homeserver.supported = Some(SupportedVersions::new(versions.iter().copied(), []));
        let login = by_password(UserIdentifier::user("alice"), Some("hunter2"));
        let flow = LogIn::new(NOW, homeserver, login, 1).with_redirect_url("app://done");
        let mut run = TestHarness::new(flow);
        assert_eq!(run.request(), "GET /_matrix/client/r0/login ");
        run.answer(200, FLOWS);
        assert!(run.request().starts_with("POST /_matrix/client/r0/login "));
    }
}

#[test]
fn unexpected_replies_change_nothing() {
    let mut run = run(by_password(UserIdentifier::user("alice"), None));
    let password = || Reply::Password(Password::from("hunter2"));
    assert_eq!(run.flow.reply(NOW, password()), Err(NotAwaited));
    run.answer(200, FLOWS);
    let token = Reply::LoginToken(LoginToken::from("123456"));
    assert_eq!(run.flow.reply(NOW, token), Err(NotAwaited));
    assert_eq!(run.flow.prompt(), Some(Prompt::Password));
}
