use std::time::Duration;

use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::oauth::test_server::{METADATA, OWNER, REGISTERED, TOKENS, oauth_error, pairs_of};
use crate::types::CodeVerifier;

#[cfg(feature = "test-harness")]
mod contract;
mod exchange;
mod owner;
mod pages;
mod redirects;
mod registering;
#[cfg(feature = "persist")]
mod saving;
mod server;

const REDIRECT_URI: &str = "http://127.0.0.1/callback";

fn client() -> RegisterClient {
    RegisterClient::native(
        "https://app.example.com/".to_owned(),
        REDIRECT_URI.to_owned(),
    )
}

fn flow() -> OAuthLogin {
    OAuthLogin::new(NOW, homeserver(), client(), [7; 32])
}

/// Up to the page.
fn asked_by(flow: OAuthLogin, metadata: &str) -> TestHarness<OAuthLogin> {
    let mut run = TestHarness::new(flow);
    run.answer(200, metadata);
    run.answer(201, REGISTERED);
    run
}

fn asked() -> TestHarness<OAuthLogin> {
    let mut run = asked_by(flow(), METADATA);
    assert_eq!(told(&mut run), ["Authorization"]);
    run
}

/// Up to the exchange.
fn exchanging() -> TestHarness<OAuthLogin> {
    let mut run = asked();
    come_back(&mut run, "code=not-to-be-shown");
    run
}

fn told(run: &mut TestHarness<OAuthLogin>) -> Vec<String> {
    run.told().0
}

/// The page that is asked for, and its parameters.
fn page(run: &TestHarness<OAuthLogin>) -> (String, Vec<(String, String)>) {
    match run.flow.prompt() {
        Some(Prompt::Authorization { url, .. }) => {
            let (page, query) = url.reveal().split_once('?').unwrap();
            (page.to_owned(), pairs_of(query))
        }
        other => panic!("{other:?} is asked for"),
    }
}

/// One of the page's parameters.
fn parameter(run: &TestHarness<OAuthLogin>, name: &str) -> Option<String> {
    value(page(run).1, name)
}

fn value(pairs: Vec<(String, String)>, name: &str) -> Option<String> {
    let mut found = pairs.into_iter().filter(|(known, _)| known == name);
    found.next().map(|(_, value)| value)
}

/// One of the fields of the form that is sent.
fn field(run: &TestHarness<OAuthLogin>, name: &str) -> Option<String> {
    let request = run.request();
    let body = request.strip_prefix("POST https://account.example.org/token ");
    value(pairs_of(body.expect("it is a token request")), name)
}

/// The browser comes back with these parameters, and the page's state.
fn come_back(run: &mut TestHarness<OAuthLogin>, parameters: &str) {
    let state = parameter(run, "state").unwrap();
    let url = format!("{REDIRECT_URI}?state={state}&{parameters}");
    run.reply(Reply::Redirected(url.into()));
}

/// From the exchange to the end.
fn finish(mut run: TestHarness<OAuthLogin>) -> LoggedIn {
    run.answer(200, TOKENS);
    run.answer(200, OWNER);
    run.success()
}

#[test]
fn a_user_logs_in_on_a_page() {
    let mut run = TestHarness::new(flow());
    assert_eq!(run.request(), "GET /_matrix/client/v1/auth_metadata ");
    run.answer(200, METADATA);
    assert_eq!(
        run.request(),
        r#"POST https://account.example.org/register {"client_uri":"https://app.example.com/","redirect_uris":["http://127.0.0.1/callback"],"response_types":["code"],"grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none","application_type":"native"}"#
    );
    run.answer(201, REGISTERED);
    let (url, parameters) = page(&run);
    assert_eq!(url, "https://account.example.org/authorize");
    let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "response_type",
            "code_challenge_method",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "response_mode",
            "code_challenge",
        ]
    );
    assert_eq!(parameter(&run, "client_id").unwrap(), "s6BhdRkqt3");
    assert_eq!(parameter(&run, "redirect_uri").unwrap(), REDIRECT_URI);
    let challenge = parameter(&run, "code_challenge").unwrap();
    let scope = parameter(&run, "scope").unwrap();
    let device = scope.strip_prefix("urn:matrix:client:api:* urn:matrix:client:device:");
    let device = device.unwrap();
    come_back(&mut run, "code=not-to-be-shown");
    assert_eq!(field(&run, "grant_type").unwrap(), "authorization_code");
    assert_eq!(field(&run, "client_id").unwrap(), "s6BhdRkqt3");
    assert_eq!(field(&run, "code").unwrap(), "not-to-be-shown");
    assert_eq!(field(&run, "redirect_uri").unwrap(), REDIRECT_URI);
    let verifier = CodeVerifier::parse(field(&run, "code_verifier").unwrap()).unwrap();
    assert_eq!(CodeChallenge::s256(&verifier), challenge.as_str());
    run.answer(200, TOKENS);
    assert_eq!(run.request(), "GET /_matrix/client/v3/account/whoami ");
    assert_eq!(run.token(), Some("mat_hunter2"));
    run.answer(200, OWNER);
    let logged_in = run.success();
    assert_eq!(logged_in.user_id, "@alice:example.org");
    assert_eq!(logged_in.device_id, device);
    let tokens = logged_in.tokens;
    assert_eq!(tokens.access_token.reveal(), "mat_hunter2");
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "mar_hunter2");
    assert_eq!(tokens.expires_at, Some(NOW + Duration::from_secs(300)));
    let session = tokens.oauth.unwrap();
    assert_eq!(session.client_id, "s6BhdRkqt3");
    assert_eq!(session.token_endpoint, "https://account.example.org/token");
    let revocation_endpoint = session.revocation_endpoint.unwrap();
    assert_eq!(revocation_endpoint, "https://account.example.org/revoke");
}

#[test]
fn nothing_but_the_redirect_is_a_reply() {
    let mut run = TestHarness::new(flow());
    let redirected = || Reply::Redirected(REDIRECT_URI.into());
    assert_eq!(run.flow.reply(NOW, redirected()), Err(NotAwaited));
    run.answer(200, METADATA);
    run.answer(201, REGISTERED);
    let before = run.flow.prompt();
    assert_eq!(run.flow.reply(NOW, Reply::Done), Err(NotAwaited));
    assert_eq!(run.flow.prompt(), before);
    come_back(&mut run, "code=x");
    assert_eq!(run.flow.reply(NOW, redirected()), Err(NotAwaited));
}
