use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::types::{AccessToken, ClientId, RefreshToken};
use crate::wire::{FailureClass, OAuthErrorCode};

const REVOKE: &str =
    "POST https://account.example.org/revoke token=not-to-be-shown&client_id=s6BhdRkqt3";

fn session() -> OAuthSession {
    let client_id = ClientId::parse("s6BhdRkqt3").unwrap();
    let mut session = OAuthSession::new(client_id, "https://account.example.org/token".to_owned());
    session.revocation_endpoint = Some("https://account.example.org/revoke".to_owned());
    session
}

fn run_with(tokens: SessionTokens) -> TestHarness<OAuthLogout> {
    TestHarness::new(OAuthLogout::new(NOW, homeserver(), &tokens, 1).unwrap())
}

fn tokens() -> SessionTokens {
    SessionTokens::new(AccessToken::from("hunter2"))
        .refreshed_with(RefreshToken::from("not-to-be-shown"))
}

fn run() -> TestHarness<OAuthLogout> {
    run_with(tokens().granted_by(session()))
}

#[test]
fn the_refresh_token_is_revoked_and_any_200_says_so() {
    for (status, body) in [
        (200, ""),
        (200, "{}"),
        (200, "OK"),
        (200, r#"{"error": "invalid_token"}"#),
        (204, ""),
    ] {
        let mut run = run();
        assert_eq!(run.request(), REVOKE);
        assert_eq!(run.token(), None);
        run.answer(status, body);
        run.success();
    }
}

#[test]
fn what_somebody_else_says_in_the_servers_place_revokes_nothing() {
    for body in [
        "<html>Welcome to our Wi-Fi</html>",
        "\n<!DOCTYPE html><title>Welcome</title>",
    ] {
        let mut run = run();
        run.answer(200, body);
        assert_eq!(run.told().1, Some(Prompt::Retry), "{body}");
        run.retry();
        assert_eq!(run.request(), REVOKE);
        run.answer(200, "");
        run.success();
    }
    let mut run = run();
    run.answer(
        200,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}"#,
    );
    run.wait();
    assert_eq!(run.request(), REVOKE);
}

#[test]
fn without_a_refresh_token_the_access_token_is_revoked() {
    let run = run_with(SessionTokens::new(AccessToken::from("hunter2")).granted_by(session()));
    assert_eq!(
        run.request(),
        "POST https://account.example.org/revoke token=hunter2&client_id=s6BhdRkqt3"
    );
}

#[test]
fn tokens_of_a_homeserver_are_not_revoked() {
    assert!(OAuthLogout::new(NOW, homeserver(), &tokens(), 1).is_none());
}

#[test]
fn a_refusal_says_what_is_left_to_do() {
    for (status, body, code) in [
        (
            401,
            r#"{"error": "invalid_client"}"#,
            OAuthErrorCode::InvalidClient,
        ),
        (
            400,
            r#"{"error": "unsupported_token_type"}"#,
            OAuthErrorCode::UnsupportedTokenType,
        ),
        (
            400,
            r#"{"error": "invalid_request"}"#,
            OAuthErrorCode::InvalidRequest,
        ),
    ] {
        let mut run = run();
        run.answer(status, body);
        let error = run.error();
        assert!(error.to_string().contains("account's page"), "{error}");
        assert_eq!(error.into_error().oauth_error(), Some(&code));
    }
}

#[test]
fn a_server_that_revokes_nothing_is_asked_for_nothing() {
    let mut session = session();
    session.revocation_endpoint = None;
    let run = run_with(tokens().granted_by(session));
    assert!(run.is_silent());
    let error = run.error();
    assert!(matches!(error, FlowError::NoOAuth(OAuthGap::Revocation)));
    assert!(error.to_string().contains("account's page"), "{error}");
}

#[test]
fn no_token_goes_to_an_address_that_gives_it_away() {
    for endpoint in ["http://account.example.org/revoke", "/revoke", ""] {
        let mut session = session();
        session.revocation_endpoint = Some(endpoint.to_owned());
        let run = run_with(tokens().granted_by(session));
        assert!(run.is_silent());
        assert!(matches!(run.error(), FlowError::NotRevoked(_)));
    }
}

#[test]
fn what_may_pass_is_tried_again_and_then_on_request() {
    let mut run = run();
    for _ in 0..3 {
        run.fail(FailureClass::Interrupted);
        run.wait();
    }
    run.answer(503, "<html>");
    let (_, prompt) = run.told();
    assert_eq!(prompt, Some(Prompt::Retry));
    run.retry();
    assert_eq!(run.request(), REVOKE);
    run.answer(429, "");
    run.wait();
    run.answer(200, "");
    run.success();
}

#[cfg(feature = "persist")]
#[test]
fn a_logout_without_a_network_is_saved_and_done_later() {
    let mut run = run();
    for _ in 0..3 {
        run.fail(FailureClass::Connect);
        run.wait();
    }
    run.fail(FailureClass::Connect);
    run.save_and_load();
    assert_eq!(run.told().1, Some(Prompt::Retry));
    run.retry();
    assert_eq!(run.request(), REVOKE);
    run.answer(200, "");
    run.success();
}
