use hardline::client_api::session::{
    GenerateLoginToken, GetLoginFlows, Login, Logout, LogoutAll, RedirectToIdp, RedirectToSso,
    Refresh,
};
use ruma::api::client::session;

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetLoginFlows, session::get_login_types::v3::Request>(),
        pair::<Login, session::login::v3::Request>(),
        pair::<GenerateLoginToken, session::get_login_token::v1::Request>(),
        pair::<Refresh, session::refresh_token::v3::Request>(),
        pair::<Logout, session::logout::v3::Request>(),
        pair::<LogoutAll, session::logout_all::v3::Request>(),
        pair::<RedirectToSso, session::sso_login::v3::Request>(),
        pair::<RedirectToIdp, session::sso_login_with_provider::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getLoginFlows",
        "as specified",
        "/_matrix/client/v3/login",
        "",
        r#"{"flows": [{"type": "m.login.password"}, {"type": "m.login.token", "get_login_token": true}]}"#,
    ),
    answer(
        "cs:getLoginFlows",
        "a flow without a type",
        200,
        r#"{"flows": [{"type": "m.login.password"}, {}]}"#,
    ),
    answer(
        "cs:getLoginFlows",
        "a flow of a type of its own",
        200,
        r#"{"flows": [{"type": "org.example.magic"}]}"#,
    ),
    both(
        "cs:login",
        "with a password",
        "/_matrix/client/v3/login",
        r#"{"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "cheeky_monkey"}, "password": "ilovebananas", "initial_device_display_name": "Jungle Phone"}"#,
        r#"{"user_id": "@cheeky_monkey:matrix.org", "access_token": "abc123", "device_id": "GHTYAJCE", "expires_in_ms": 60000, "refresh_token": "def456", "well_known": {"m.homeserver": {"base_url": "https://example.org"}}}"#,
    ),
    both(
        "cs:login",
        "with a phone number, and tokens to refresh",
        "/_matrix/client/v3/login",
        r#"{"type": "m.login.password", "identifier": {"type": "m.id.phone", "country": "GB", "phone": "07700900001"}, "password": "p", "device_id": "D", "refresh_token": true}"#,
        r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D", "home_server": "b.c"}"#,
    ),
    both(
        "cs:login",
        "refresh_token is false",
        "/_matrix/client/v3/login",
        r#"{"type": "m.login.token", "token": "t", "refresh_token": false}"#,
        r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D", "expires_in_ms": null}"#,
    ),
    answer(
        "cs:login",
        "expires_in_ms is no number",
        200,
        r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D", "expires_in_ms": "never"}"#,
    ),
    answer(
        "cs:login",
        "a wrong password",
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "Invalid username or password"}"#,
    ),
    answer(
        "cs:login",
        "rate limited, for null",
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": null}"#,
    ),
    answer(
        "cs:login",
        "an error without a message",
        400,
        r#"{"errcode": "M_UNKNOWN"}"#,
    ),
    answer(
        "cs:login",
        "an errcode that nobody knows",
        400,
        r#"{"errcode": "ORG_EXAMPLE_FULL", "error": "full"}"#,
    ),
    answer(
        "cs:login",
        "a proxy's page",
        502,
        "<html><h1>Bad Gateway</h1></html>",
    ),
    answer(
        "cs:login",
        "an error that is cut short",
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "Inva"#,
    ),
    both(
        "cs:logout",
        "as specified",
        "/_matrix/client/v3/logout",
        "{}",
        "{}",
    ),
    both(
        "cs:generateLoginToken",
        "as specified",
        "/_matrix/client/v1/login/get_token",
        "{}",
        r#"{"login_token": "<opaque string>", "expires_in_ms": 120000}"#,
    ),
    both(
        "cs:refresh",
        "as specified",
        "/_matrix/client/v3/refresh",
        r#"{"refresh_token": "some_token"}"#,
        r#"{"access_token": "a_new_token", "refresh_token": "another_new_token", "expires_in_ms": 60000}"#,
    ),
    both(
        "cs:logout_all",
        "as specified",
        "/_matrix/client/v3/logout/all",
        "{}",
        "{}",
    ),
    request(
        "cs:redirectToSSO",
        "as specified",
        "/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fclient.example.org%2F%3Fa%3Db%26c&action=login",
        "",
    ),
    request(
        "cs:redirectToIdP",
        "as specified",
        "/_matrix/client/v3/login/sso/redirect/org.example~idp?redirectUrl=https%3A%2F%2Fclient.example.org",
        "",
    ),
];
