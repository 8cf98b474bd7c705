use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::oauth::test_server::{METADATA, OWNER, REGISTERED, TOKENS, oauth_error};
use crate::flow::{InteractiveFlow, OAuthGap};
use crate::oauth_api::UserCode;

#[cfg(feature = "test-harness")]
mod contract;
mod polling;
#[cfg(feature = "persist")]
mod saving;

const CODES: &str = r#"{"device_code": "not-to-be-shown", "user_code": "WDJB-MJHT",
    "verification_uri": "https://account.example.org/link",
    "verification_uri_complete": "https://account.example.org/link?code=WDJB-MJHT", "expires_in": 600, "interval": 5}"#;
const POLL: &str = "POST https://account.example.org/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=s6BhdRkqt3&device_code=not-to-be-shown";

fn flow() -> DeviceLogin {
    let client = RegisterClient::device("https://app.example.com/".to_owned());
    DeviceLogin::new(NOW, homeserver(), client, [7; 32])
}

fn registered() -> TestHarness<DeviceLogin> {
    let mut run = TestHarness::new(flow());
    run.answer(200, METADATA);
    run.answer(201, REGISTERED);
    run
}

/// Up to the code.
fn asked_with(codes: &str) -> TestHarness<DeviceLogin> {
    let mut run = registered();
    run.answer(200, codes);
    assert_eq!(told(&mut run), ["DeviceAuthorization"]);
    run
}

/// Up to the first request whether the user has decided.
fn polling() -> TestHarness<DeviceLogin> {
    let mut run = asked_with(CODES);
    run.wait();
    run
}

fn told(run: &mut TestHarness<DeviceLogin>) -> Vec<String> {
    run.told().0
}

fn is_stalled(run: &mut TestHarness<DeviceLogin>) -> bool {
    run.told() == (vec!["Stalled".to_owned()], Some(Prompt::Retry))
}

#[test]
fn a_user_types_a_code_on_a_page() {
    let mut run = TestHarness::new(flow());
    assert_eq!(run.request(), "GET /_matrix/client/v1/auth_metadata ");
    run.answer(200, METADATA);
    assert_eq!(
        run.request(),
        r#"POST https://account.example.org/register {"client_uri":"https://app.example.com/","response_types":[],"grant_types":["urn:ietf:params:oauth:grant-type:device_code","refresh_token"],"token_endpoint_auth_method":"none","application_type":"native"}"#
    );
    run.answer(201, REGISTERED);
    let request = run.request();
    let device = request
        .strip_prefix("POST https://account.example.org/device client_id=s6BhdRkqt3&scope=urn%3Amatrix%3Aclient%3Aapi%3A*+urn%3Amatrix%3Aclient%3Adevice%3A")
        .unwrap();
    assert_eq!(device.len(), 10);
    run.answer(200, CODES);
    let prompt = Prompt::DeviceAuthorization {
        user_code: UserCode::parse("WDJB-MJHT").unwrap(),
        verification_uri: "https://account.example.org/link".to_owned(),
        verification_uri_complete: Some(
            "https://account.example.org/link?code=WDJB-MJHT".to_owned(),
        ),
        expires_at: Some(NOW + Duration::from_secs(600)),
    };
    let events = vec!["DeviceAuthorization".to_owned()];
    assert_eq!(run.told(), (events, Some(prompt.clone())));
    assert!(run.is_silent());
    for status in [400, 403] {
        assert_eq!(run.wait(), Duration::from_secs(5));
        assert_eq!(run.request(), POLL);
        run.answer(status, &oauth_error("authorization_pending"));
        assert_eq!(run.told(), (vec![], Some(prompt.clone())));
    }
    run.wait();
    run.answer(200, TOKENS);
    assert_eq!(run.request(), "GET /_matrix/client/v3/account/whoami ");
    assert_eq!(run.token(), Some("mat_hunter2"));
    run.answer(200, OWNER);
    let logged_in = run.success();
    assert_eq!(logged_in.user_id, "@alice:example.org");
    assert_eq!(logged_in.device_id, device);
    let tokens = logged_in.tokens;
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "mar_hunter2");
    assert_eq!(tokens.oauth.unwrap().client_id, "s6BhdRkqt3");
}

#[test]
fn a_server_without_device_codes_says_so() {
    for metadata in [
        METADATA.replace("device_authorization_endpoint", "x"),
        METADATA.replace("grant-type:device_code", "x"),
    ] {
        let mut run = TestHarness::new(flow());
        run.answer(200, &metadata);
        assert!(run.is_silent());
        assert!(matches!(
            run.error(),
            FlowError::NoOAuth(OAuthGap::DeviceAuthorization)
        ));
    }
    // It drops silently what is switched off.
    let mut run = TestHarness::new(flow());
    run.answer(200, METADATA);
    run.answer(
        201,
        r#"{"client_id": "x", "grant_types": ["refresh_token"]}"#,
    );
    assert!(matches!(
        run.error(),
        FlowError::NoOAuth(OAuthGap::DeviceAuthorization)
    ));
}

#[test]
fn a_server_needs_nothing_of_what_browsers_need() {
    let metadata = METADATA
        .replace(
            "authorization_endpoint\": \"https://account.example.org/authorize",
            "x\": \"",
        )
        .replace(r#"["code"]"#, "[\"none\"]")
        .replace("S256", "plain");
    let mut run = TestHarness::new(flow());
    run.answer(200, &metadata);
    assert!(run.request().contains("/register "), "{metadata}");
}

#[test]
fn a_client_of_a_browser_can_use_device_codes_too() {
    let client = RegisterClient::native(
        "https://app.example.com/".to_owned(),
        "http://127.0.0.1/".to_owned(),
    );
    let mut run = TestHarness::new(DeviceLogin::new(NOW, homeserver(), client, [7; 32]));
    run.answer(200, METADATA);
    assert!(run.request().contains(
        r#""redirect_uris":["http://127.0.0.1/"],"response_types":["code"],"grant_types":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code"]"#
    ));
}

#[test]
fn a_code_is_requested_again_if_the_response_is_lost() {
    let mut run = registered();
    let sent = run.request();
    run.fail(FailureClass::Interrupted);
    assert_eq!(told(&mut run), ["RetryScheduled"]);
    run.wait();
    assert_eq!(run.request(), sent);
    run.answer(200, CODES);
    assert_eq!(told(&mut run), ["DeviceAuthorization"]);
}

#[test]
fn a_code_that_is_refused_ends_it() {
    for (status, code) in [
        (400, "invalid_scope"),
        (403, "invalid_scope"),
        (400, "invalid_request"),
    ] {
        let mut run = registered();
        run.answer(status, &oauth_error(code));
        assert!(
            run.error()
                .to_string()
                .starts_with("oauth:authorizeDevice: ")
        );
    }
}

#[test]
fn a_page_that_is_none_is_not_shown() {
    for bad in [
        "javascript:alert(1)",
        "http://account.example.org/link",
        "",
        "/link",
    ] {
        let mut run = registered();
        run.answer(
            200,
            &CODES.replace("https://account.example.org/link\"", &format!("{bad}\"")),
        );
        assert!(matches!(run.error(), FlowError::Refused { .. }), "{bad}");
    }
    let mut run = registered();
    run.answer(
        200,
        &CODES.replace("https://account.example.org/link?", "file:///?"),
    );
    let Some(Prompt::DeviceAuthorization {
        verification_uri_complete,
        ..
    }) = run.flow.prompt()
    else {
        panic!("the other page is one");
    };
    assert_eq!(verification_uri_complete, None);
    let with_fragment = CODES.replace("/link\"", "/#/link\"");
    asked_with(&with_fragment);
}

#[test]
fn there_is_nothing_to_reply() {
    let mut run = asked_with(CODES);
    for reply in [
        Reply::Done,
        Reply::Resend,
        Reply::Redirected("?code=x".into()),
    ] {
        assert_eq!(run.flow.reply(NOW, reply), Err(NotAwaited));
    }
    assert_eq!(run.flow.retry(NOW), Err(NotAwaited));
    run.wait();
    assert_eq!(run.flow.reply(NOW, Reply::Done), Err(NotAwaited));
    run.answer(200, TOKENS);
    run.answer(200, OWNER);
    run.success();
}
