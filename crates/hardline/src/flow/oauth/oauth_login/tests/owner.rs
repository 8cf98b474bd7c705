//! The tokens are there, and their owner is asked for.

use super::*;
use crate::wire::FailureClass;

const DEAD: &str =
    r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "Token is not active", "soft_logout": false}"#;
const REFRESHED: &str =
    r#"{"access_token": "mat_123456", "token_type": "Bearer", "refresh_token": "mar_123456"}"#;

fn granted() -> TestHarness<OAuthLogin> {
    granted_with(TOKENS)
}

fn granted_with(tokens: &str) -> TestHarness<OAuthLogin> {
    let mut run = exchanging();
    run.answer(200, tokens);
    run
}

#[test]
fn tokens_that_matrix_cannot_use_are_refused() {
    for (tokens, gap) in [
        (
            r#"{"access_token": "hunter2", "token_type": "DPoP"}"#,
            OAuthGap::TokenType,
        ),
        (
            r#"{"access_token": "hunter2", "token_type": ""}"#,
            OAuthGap::TokenType,
        ),
        (
            r#"{"access_token": "hunter2", "token_type": "Bearer", "scope": "openid"}"#,
            OAuthGap::Scope,
        ),
        (
            r#"{"access_token": "hunter2", "token_type": "Bearer", "scope": ""}"#,
            OAuthGap::Scope,
        ),
        (
            r#"{"access_token": "hunter2", "token_type": "Bearer", "scope": "urn:matrix:client:device:AAABBBCCCDDD"}"#,
            OAuthGap::Scope,
        ),
    ] {
        let run = granted_with(tokens);
        assert!(run.is_silent());
        let FlowError::NoOAuth(told) = run.error() else {
            panic!("{tokens} cannot be used");
        };
        assert_eq!(told, gap, "{tokens}");
    }
}

#[test]
fn the_device_is_the_one_that_the_servers_say() {
    let granted_device = r#"{"access_token": "hunter2", "token_type": "bearer",
        "scope": "openid urn:matrix:client:api:* urn:matrix:client:device:GRANTEDONE"}"#;
    let owner =
        |device: &str| format!(r#"{{"user_id": "@alice:example.org", "device_id": "{device}"}}"#);
    for (tokens, owner, device) in [
        (granted_device, owner("NAMEDONE"), "NAMEDONE"),
        (granted_device, OWNER.to_owned(), "GRANTEDONE"),
        (TOKENS, owner("NAMEDONE"), "NAMEDONE"),
    ] {
        let mut run = granted_with(tokens);
        run.answer(200, &owner);
        assert_eq!(run.success().device_id, device);
    }
    let flow = flow().with_device_id(DeviceId::parse("KNOWNDEVICE").unwrap());
    let mut run = asked_by(flow, METADATA);
    let scope = parameter(&run, "scope").unwrap();
    assert!(
        scope.ends_with(" urn:matrix:client:device:KNOWNDEVICE"),
        "{scope}"
    );
    come_back(&mut run, "code=x");
    assert_eq!(finish(run).device_id, "KNOWNDEVICE");
}

#[test]
fn a_token_without_a_lifetime_or_a_refresh_token_is_taken() {
    for tokens in [
        r#"{"access_token": "hunter2"}"#,
        r#"{"access_token": "hunter2", "token_type": "BEARER", "expires_in": 0}"#,
    ] {
        let mut run = granted_with(tokens);
        run.answer(200, OWNER);
        let tokens = run.success().tokens;
        assert_eq!((tokens.expires_at, tokens.refresh_token), (None, None));
    }
}

#[test]
fn the_lifetime_counts_from_when_the_request_was_sent() {
    let mut run = exchanging();
    run.now = run.now + Duration::from_secs(20);
    run.answer(200, TOKENS);
    run.answer(200, OWNER);
    let expires_at = run.success().tokens.expires_at;
    assert_eq!(expires_at, Some(NOW + Duration::from_secs(300)));

    // From the request that was answered, by the clock as it is then.
    let mut run = exchanging();
    run.fail(FailureClass::Refused);
    let wait = run.wait();
    assert_ne!(wait, Duration::ZERO);
    let second = NOW + wait;
    for (clock, sent_at) in [(second, second), (NOW, NOW)] {
        let mut run = exchanging();
        run.fail(FailureClass::Refused);
        assert_eq!(run.wait(), wait);
        run.set_clock(clock);
        run.answer(200, TOKENS);
        run.answer(200, OWNER);
        let expires_at = run.success().tokens.expires_at;
        assert_eq!(expires_at, Some(sent_at + Duration::from_secs(300)));
    }
}

#[test]
fn the_tokens_are_kept_until_the_owner_is_known() {
    for (status, body) in [
        (
            503,
            r#"{"errcode": "M_UNKNOWN", "error": "Unable to introspect the access token"}"#,
        ),
        (502, "<html>Bad Gateway</html>"),
        (200, "<html>Log in to the WiFi</html>"),
        (
            401,
            r#"{"errcode": "M_USER_LOCKED", "error": "", "soft_logout": true}"#,
        ),
        (403, r#"{"errcode": "M_CONSENT_NOT_GIVEN", "error": ""}"#),
        (404, r#"{"errcode": "M_UNRECOGNIZED", "error": ""}"#),
    ] {
        let mut run = granted();
        let mut events = Vec::new();
        while run.flow.prompt() != Some(Prompt::Retry) {
            if run.is_silent() {
                run.wait();
            }
            run.answer(status, body);
            events.extend(told(&mut run));
        }
        assert_eq!(events.last().unwrap(), "Stalled", "{body}");
        run.retry();
        assert_eq!(run.token(), Some("mat_hunter2"));
        run.answer(200, OWNER);
        assert_eq!(run.success().tokens.access_token.reveal(), "mat_hunter2");
    }
}

#[test]
fn a_token_that_died_meanwhile_is_refreshed() {
    let mut run = granted();
    run.answer(401, DEAD);
    assert_eq!(
        run.request(),
        "POST https://account.example.org/token grant_type=refresh_token&client_id=s6BhdRkqt3&refresh_token=mar_hunter2"
    );
    // It is safe to repeat.
    run.fail(FailureClass::Interrupted);
    run.wait();
    assert_eq!(field(&run, "refresh_token").unwrap(), "mar_hunter2");
    run.answer(200, REFRESHED);
    assert_eq!(run.token(), Some("mat_123456"));
    run.answer(200, OWNER);
    let tokens = run.success().tokens;
    assert_eq!(tokens.access_token.reveal(), "mat_123456");
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "mar_123456");
    assert_eq!(tokens.expires_at, None);
    assert!(tokens.oauth.is_some());
}

#[test]
fn a_refresh_that_brings_no_other_refresh_token_leaves_the_old_one() {
    let mut run = granted();
    run.answer(401, DEAD);
    run.answer(200, r#"{"access_token": "mat_123456", "expires_in": 60}"#);
    run.answer(200, OWNER);
    let tokens = run.success().tokens;
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "mar_hunter2");
    assert_eq!(tokens.expires_at, Some(NOW + Duration::from_secs(60)));
}

#[test]
fn a_refresh_that_brings_other_tokens_than_matrix_uses_ends_it() {
    for (tokens, gap) in [
        (
            r#"{"access_token": "123456", "token_type": "DPoP"}"#,
            OAuthGap::TokenType,
        ),
        (
            r#"{"access_token": "123456", "scope": "openid"}"#,
            OAuthGap::Scope,
        ),
    ] {
        let mut run = granted();
        run.answer(401, DEAD);
        run.answer(200, tokens);
        assert!(matches!(run.error(), FlowError::NoOAuth(told) if told == gap));
    }
}

#[test]
fn a_session_that_is_over_ends_it() {
    let mut run = granted();
    run.answer(401, DEAD);
    run.answer(200, REFRESHED);
    run.answer(401, DEAD);
    assert!(run.error().to_string().starts_with("cs:getTokenOwner: "));

    let mut run = granted();
    run.answer(401, DEAD);
    run.answer(400, &oauth_error("invalid_grant"));
    assert!(
        run.error()
            .to_string()
            .starts_with("oauth:refreshAccessToken: ")
    );

    let mut run = granted_with(r#"{"access_token": "hunter2"}"#);
    run.answer(401, DEAD);
    assert!(run.error().to_string().starts_with("cs:getTokenOwner: "));
}
