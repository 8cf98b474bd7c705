use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::oauth::test_server::{METADATA, OWNER, TOKENS};

const CODES: &str = r#"{"device_code": "not-to-be-shown", "user_code": "WDJB-MJHT",
    "verification_uri": "https://account.example.org/link",
    "verification_uri_complete": "https://account.example.org/link?code=WDJB-MJHT", "expires_in": 600, "interval": 5}"#;
const POLL: &str = "POST https://account.example.org/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=s6BhdRkqt3&device_code=not-to-be-shown";

fn run() -> TestHarness<DeviceLogin> {
    let client = RegisterClient::device("https://app.example.com/".to_owned());
    TestHarness::new(DeviceLogin::new(NOW, homeserver(), client, [7; 32]))
}

/// Up to the code.
fn asked() -> TestHarness<DeviceLogin> {
    let mut run = run();
    run.answer(200, METADATA);
    run.answer(201, r#"{"client_id": "s6BhdRkqt3"}"#);
    run.answer(200, CODES);
    run
}

fn oauth_error(code: &str) -> String {
    format!(r#"{{"error": "{code}"}}"#)
}

#[test]
fn a_user_types_a_code_on_a_page() {
    let mut run = run();
    assert_eq!(run.request(), "GET /_matrix/client/v1/auth_metadata ");
    run.answer(200, METADATA);
    assert_eq!(
        run.request(),
        r#"POST https://account.example.org/register {"client_uri":"https://app.example.com/","response_types":[],"grant_types":["urn:ietf:params:oauth:grant-type:device_code","refresh_token"],"token_endpoint_auth_method":"none","application_type":"native"}"#
    );
    run.answer(201, r#"{"client_id": "s6BhdRkqt3"}"#);
    let request = run.request();
    let device = request
        .strip_prefix("POST https://account.example.org/device client_id=s6BhdRkqt3&scope=urn%3Amatrix%3Aclient%3Aapi%3A*+urn%3Amatrix%3Aclient%3Adevice%3A")
        .unwrap();
    assert_eq!(device.len(), 10);
    run.answer(200, CODES);
    let prompt = Prompt::DeviceAuthorization {
        user_code: crate::oauth_api::UserCode::parse("WDJB-MJHT").unwrap(),
        verification_uri: "https://account.example.org/link".to_owned(),
        verification_uri_complete: Some(
            "https://account.example.org/link?code=WDJB-MJHT".to_owned(),
        ),
        expires_at: Some(NOW + Duration::from_secs(600)),
    };
    assert_eq!(
        run.told(),
        (vec!["DeviceAuthorization".to_owned()], Some(prompt))
    );
    assert!(run.is_silent());
    for status in [400, 403] {
        assert_eq!(run.wait(), Duration::from_secs(5));
        assert_eq!(run.request(), POLL);
        run.answer(status, &oauth_error("authorization_pending"));
    }
    assert_eq!(run.told().0, Vec::<String>::new());
    run.wait();
    run.answer(200, TOKENS);
    assert_eq!(run.request(), "GET /_matrix/client/v3/account/whoami ");
    assert_eq!(run.token(), Some("mat_hunter2"));
    let device = device.to_owned();
    run.answer(200, OWNER);
    let logged_in = run.success();
    assert_eq!(logged_in.user_id, "@alice:example.org");
    assert_eq!(logged_in.device_id, device.as_str());
    assert_eq!(
        logged_in.tokens.refresh_token.unwrap().reveal(),
        "mar_hunter2"
    );
    assert_eq!(logged_in.tokens.oauth.unwrap().client_id, "s6BhdRkqt3");
}

#[test]
fn an_expired_code_is_replaced_on_a_retry() {
    let mut run = asked();
    run.wait();
    run.told();
    run.answer(400, &oauth_error("expired_token"));
    assert_eq!(
        run.told(),
        (vec!["Stalled".to_owned()], Some(Prompt::Retry))
    );
    run.retry();
    assert!(
        run.request()
            .starts_with("POST https://account.example.org/register ")
    );
    run.answer(201, r#"{"client_id": "another"}"#);
    run.answer(200, CODES);
    assert_eq!(run.told().0, ["DeviceAuthorization"]);
}
