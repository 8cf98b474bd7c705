//! The client is registered.

use super::*;
use crate::oauth_api::GrantType;
use crate::wire::FailureClass;

/// The JSON that the client is registered with.
fn registered_by(client: RegisterClient, metadata: &str) -> String {
    let flow = OAuthLogin::new(NOW, homeserver(), client, [7; 32]);
    let mut run = TestHarness::new(flow.with_redirect_uri("http://[::1]:49152/cb?a=b"));
    run.answer(200, metadata);
    let request = run.request();
    let body = request.strip_prefix("POST https://account.example.org/register ");
    body.expect("it is a registration").to_owned()
}

#[test]
fn what_a_login_needs_is_added_to_the_description() {
    let bare = RegisterClient::new("https://app.example.com/".to_owned());
    assert_eq!(
        registered_by(bare, METADATA),
        r#"{"client_uri":"https://app.example.com/","redirect_uris":["http://[::1]/cb?a=b"],"response_types":["code"],"grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none"}"#
    );
    let both = RegisterClient::device("https://app.example.com/".to_owned())
        .with(|client| client.redirect_uris = Some(vec!["com.example.app:/cb".to_owned()]));
    assert_eq!(
        registered_by(both, METADATA),
        r#"{"client_uri":"https://app.example.com/","redirect_uris":["com.example.app:/cb"],"response_types":["code"],"grant_types":["urn:ietf:params:oauth:grant-type:device_code","refresh_token","authorization_code"],"token_endpoint_auth_method":"none","application_type":"native"}"#
    );
}

#[test]
fn what_the_server_does_not_have_or_would_refuse_is_left_out() {
    let no_refresh = METADATA.replace(r#""refresh_token", "#, "");
    let client = RegisterClient::new("https://app.example.com/".to_owned()).with(|client| {
        client.logo_uri = Some("https://cdn.example.net/logo.png".to_owned());
        client.tos_uri = Some("http://app.example.com/tos".to_owned());
        client.policy_uri = Some("https://www.app.example.com/policy".to_owned());
    });
    assert_eq!(
        registered_by(client, &no_refresh),
        r#"{"client_uri":"https://app.example.com/","policy_uri":"https://www.app.example.com/policy","redirect_uris":["http://[::1]/cb?a=b"],"response_types":["code"],"grant_types":["authorization_code"],"token_endpoint_auth_method":"none"}"#
    );
}

#[test]
fn a_refusal_says_which_rule_was_broken() {
    for (status, code) in [
        (400, "invalid_redirect_uri"),
        (400, "invalid_client_metadata"),
        (403, "unapproved_software_statement"),
    ] {
        let mut run = TestHarness::new(flow());
        run.answer(200, METADATA);
        let body = format!(r#"{{"error": "{code}", "error_description": "host mismatch"}}"#);
        run.answer(status, &body);
        assert_eq!(
            run.error().to_string(),
            format!("oauth:registerClient: the server declined: {code}: host mismatch")
        );
    }
}

#[test]
fn a_grant_that_was_dropped_silently_is_told() {
    let mut run = TestHarness::new(flow());
    run.answer(200, METADATA);
    run.answer(
        201,
        r#"{"client_id": "x", "grant_types": ["refresh_token"]}"#,
    );
    assert!(matches!(
        run.error(),
        FlowError::NoOAuth(OAuthGap::Authorization)
    ));
}

#[test]
fn a_registration_that_was_lost_is_sent_again() {
    let mut run = TestHarness::new(flow());
    run.answer(200, METADATA);
    let sent = run.request();
    run.fail(FailureClass::Interrupted);
    run.wait();
    assert_eq!(run.request(), sent);
    run.answer(500, "<html>oops</html>");
    run.wait();
    run.answer(200, REGISTERED);
    assert_eq!(
        told(&mut run),
        ["RetryScheduled", "RetryScheduled", "Authorization"]
    );
}

#[test]
fn a_login_without_a_redirect_uri_is_refused_before_anything_is_sent() {
    let client = RegisterClient::new("https://app.example.com/".to_owned())
        .with(|client| client.grant_types = Some(vec![GrantType::AuthorizationCode]));
    let run = TestHarness::new(OAuthLogin::new(NOW, homeserver(), client, [7; 32]));
    assert!(run.is_silent());
    let error = run.error().to_string();
    assert!(error.contains("there is no redirect URI"), "{error}");
}
