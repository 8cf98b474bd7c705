use std::time::Duration;

use crate::client_api::discovery::{AccountManagementAction, GetAuthMetadata};
use crate::oauth_api::*;
use crate::types::Timestamp;
use crate::wire::{self, DecodeError, Endpoint, Error, ErrorCode, ErrorKind, OAuthErrorCode};

fn answered<E: Endpoint>(status: u16, body: &'static str) -> Result<E::Response, Error> {
    let response = http::Response::builder().status(status).body(body).unwrap();
    wire::decode::<E>(response)
}

fn declined<E: Endpoint<Response: std::fmt::Debug>>(status: u16, body: &'static str) -> Error {
    answered::<E>(status, body).unwrap_err()
}

#[test]
fn metadata_may_lack_what_the_server_does_not_offer() {
    let body = r#"{"issuer":"https://a.example/","token_endpoint":"https://a.example/token",
        "grant_types_supported":["authorization_code",7,"urn:ietf:params:oauth:grant-type:device_code"],
        "authorization_response_iss_parameter_supported":true,"jwks_uri":null,
        "account_management_actions_supported":["org.matrix.profile","org.matrix.session_end"]}"#;
    let metadata = answered::<GetOpenIdConfiguration>(200, body).unwrap();
    assert_eq!(metadata.authorization_endpoint, None);
    assert_eq!(
        metadata.authorization_response_iss_parameter_supported,
        Some(true)
    );
    assert_eq!(metadata.grant_types_supported.len(), 2);
    let actions = metadata.account_management_actions_supported.unwrap();
    assert_eq!(actions[0], AccountManagementAction::Profile);
    assert_eq!(actions[1].as_str(), "org.matrix.session_end");
}

#[test]
fn tokens_are_read_however_their_lifetime_is_written() {
    for (body, expires_in) in [
        (
            r#"{"access_token":"a","token_type":"Bearer","expires_in":300}"#,
            Some(300),
        ),
        (
            r#"{"access_token":"a","token_type":"bearer","expires_in":"300"}"#,
            Some(300),
        ),
        (
            r#"{"access_token":"a","token_type":"BEARER","expires_in":300.0}"#,
            Some(300),
        ),
        (
            r#"{"access_token":"a","expires_in":null,"refresh_token":""}"#,
            None,
        ),
        (
            r#"{"access_token":"a","expires_in":"soon","scope":5}"#,
            None,
        ),
    ] {
        let tokens = answered::<ExchangeCode>(200, body).unwrap();
        assert_eq!(tokens.expires_in, expires_in, "{body}");
        assert_eq!(tokens.refresh_token, None, "{body}");
        assert_eq!(tokens.scope, None, "{body}");
        assert!(tokens.is_bearer(), "{body}");
    }
    let body = r#"{"access_token":"a","token_type":"DPoP","refresh_token":"r","scope":"openid urn:matrix:client:api:*"}"#;
    let tokens = answered::<RefreshAccessToken>(200, body).unwrap();
    assert!(!tokens.is_bearer());
    assert!(tokens.scope.unwrap().has_api());
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "r");
}

#[test]
fn a_device_waits_five_seconds_unless_the_server_says_otherwise() {
    let body = r#"{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://a.example/link"}"#;
    let device = answered::<AuthorizeDevice>(200, body).unwrap();
    assert_eq!(device.interval(), Duration::from_secs(5));
    assert_eq!(device.expires_in, None);
    let body = r#"{"device_code":"d","user_code":1234,"verification_uri":"https://a.example/link","interval":"2","expires_in":1200}"#;
    let device = answered::<AuthorizeDevice>(200, body).unwrap();
    assert_eq!(device.interval(), Duration::from_secs(2));
    assert_eq!(device.user_code, "1234");
    let shown = format!("{device:?}");
    assert!(shown.contains("device_code: DeviceCode(…)"), "{shown}");
}

#[test]
fn an_error_is_read_in_oauths_terms_whatever_its_status() {
    let body = r#"{"error":"authorization_pending","error_description":"wait","error_uri":"https://a.example/e"}"#;
    for status in [200, 302, 400, 401, 403, 429, 500, 503] {
        let error = declined::<ExchangeDeviceCode>(status, body);
        assert_eq!(
            error.oauth_error(),
            Some(&OAuthErrorCode::AuthorizationPending),
            "{status}"
        );
        assert_eq!(error.errcode(), None);
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(
            error.to_string(),
            "the server declined: authorization_pending: wait"
        );
        let ErrorKind::Server(error) = error.kind() else {
            panic!("{error}");
        };
        assert_eq!(error.error_uri().as_deref(), Some("https://a.example/e"));
    }
    let error = declined::<RefreshAccessToken>(400, r#"{"error":"invalid_target"}"#);
    assert_eq!(error.oauth_error().unwrap().as_str(), "invalid_target");
    assert_eq!(
        error.to_string(),
        "the server declined: invalid_target (HTTP status 400)"
    );
}

#[test]
fn a_revocation_that_failed_is_told_from_one_that_did_not() {
    for body in ["", "revoked", "{}", "<html>", r#"{"error":null}"#] {
        answered::<RevokeToken>(200, body).unwrap();
    }
    let error = declined::<RevokeToken>(200, r#"{"error":"unsupported_token_type"}"#);
    assert_eq!(
        error.oauth_error(),
        Some(&OAuthErrorCode::UnsupportedTokenType)
    );
    let error = declined::<RevokeToken>(503, "");
    assert!(matches!(error.kind(), ErrorKind::UnexpectedResponse(_)));
}

#[test]
fn an_errcode_counts_where_both_are() {
    let body = r#"{"errcode":"M_LIMIT_EXCEEDED","error":"invalid_grant","retry_after_ms":2000}"#;
    for status in [200, 400, 401, 429] {
        let error = declined::<RefreshAccessToken>(status, body);
        assert_eq!(error.errcode(), Some(&ErrorCode::LimitExceeded));
        assert_eq!(error.oauth_error(), None);
        assert!(error.is_rate_limited());
        assert_eq!(
            error.retry_after(Timestamp::default()),
            Some(Duration::from_secs(2))
        );
    }
}

#[test]
fn what_says_no_error_is_none_in_oauths_terms() {
    for (status, body) in [
        (400, ""),
        (400, "{}"),
        (403, "<html>blocked</html>"),
        (502, "Bad Gateway"),
        (400, r#"{"error":{"code":"invalid_grant"}}"#),
        (400, r#"{"error":""}"#),
        (400, r#"{"message":"invalid_grant"}"#),
        (400, r#"["invalid_grant"]"#),
        (200, r#"{"token_type":"Bearer"}"#),
        // What a homeserver would ask a user for means nothing here.
        (401, r#"{"flows":[],"session":"s"}"#),
    ] {
        let error = declined::<RefreshAccessToken>(status, body);
        assert_eq!(error.oauth_error(), None, "{body}");
        let ErrorKind::UnexpectedResponse(response) = error.kind() else {
            panic!("{status} {body}: {error}");
        };
        assert_eq!(response.status.as_u16(), status);
        let is_shape = matches!(response.error, DecodeError::Shape(_));
        assert_eq!(is_shape, status == 200, "{body}");
    }
}

#[test]
fn an_error_that_is_cut_short_says_what_it_can() {
    let body = r#"{"error":"invalid_grant","error_description":"grant request is inv"#;
    let error = declined::<RefreshAccessToken>(400, body);
    assert_eq!(error.oauth_error(), Some(&OAuthErrorCode::InvalidGrant));
}

#[test]
fn a_homeservers_error_is_not_read_in_oauths_terms() {
    let error = declined::<GetAuthMetadata>(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(error.oauth_error(), None);
    assert!(matches!(error.kind(), ErrorKind::UnexpectedResponse(_)));
}
