use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::oauth::test_server::{METADATA, OWNER, TOKENS, pairs_of};

const REDIRECT_URI: &str = "http://127.0.0.1/callback";

fn client() -> RegisterClient {
    RegisterClient::native(
        "https://app.example.com/".to_owned(),
        REDIRECT_URI.to_owned(),
    )
}

fn run() -> TestHarness<OAuthLogin> {
    TestHarness::new(OAuthLogin::new(NOW, homeserver(), client(), [7; 32]))
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
fn parameter(run: &TestHarness<OAuthLogin>, name: &str) -> String {
    let (_, parameters) = page(run);
    let mut found = parameters.into_iter().filter(|(known, _)| known == name);
    found
        .next()
        .unwrap_or_else(|| panic!("there is no {name}"))
        .1
}

/// Up to the page.
fn asked() -> TestHarness<OAuthLogin> {
    let mut run = run();
    run.answer(200, METADATA);
    run.answer(201, r#"{"client_id": "s6BhdRkqt3"}"#);
    run
}

/// The browser comes back with these parameters, and the page's state.
fn come_back(run: &mut TestHarness<OAuthLogin>, parameters: &str) {
    let state = parameter(run, "state");
    let url = format!("{REDIRECT_URI}?state={state}&{parameters}");
    run.reply(Reply::Redirected(url.into()));
}

#[test]
fn a_user_logs_in_on_a_page() {
    let mut run = run();
    assert_eq!(run.request(), "GET /_matrix/client/v1/auth_metadata ");
    run.answer(200, METADATA);
    assert_eq!(
        run.request(),
        r#"POST https://account.example.org/register {"client_uri":"https://app.example.com/","redirect_uris":["http://127.0.0.1/callback"],"response_types":["code"],"grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none","application_type":"native"}"#
    );
    run.answer(201, r#"{"client_id": "s6BhdRkqt3"}"#);
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
    assert_eq!(parameter(&run, "client_id"), "s6BhdRkqt3");
    assert_eq!(parameter(&run, "redirect_uri"), REDIRECT_URI);
    let scope = parameter(&run, "scope");
    let device = scope.strip_prefix("urn:matrix:client:api:* urn:matrix:client:device:");
    let device = device.unwrap().to_owned();
    assert!(device.len() >= 10, "{device}");
    come_back(&mut run, "code=not-to-be-shown");
    let request = run.request();
    let body = request
        .strip_prefix("POST https://account.example.org/token ")
        .unwrap();
    let form = pairs_of(body);
    let value = |name: &str| {
        let mut found = form.iter().filter(|(known, _)| known == name);
        found.next().unwrap().1.clone()
    };
    assert_eq!(value("grant_type"), "authorization_code");
    assert_eq!(value("client_id"), "s6BhdRkqt3");
    assert_eq!(value("code"), "not-to-be-shown");
    assert_eq!(value("redirect_uri"), REDIRECT_URI);
    let verifier = crate::types::CodeVerifier::parse(value("code_verifier")).unwrap();
    assert!(verifier.reveal().len() >= 43);
    assert_eq!(
        CodeChallenge::s256(&verifier),
        parameter_of(&parameters, "code_challenge")
    );
    run.answer(200, TOKENS);
    assert_eq!(run.request(), "GET /_matrix/client/v3/account/whoami ");
    assert_eq!(run.token(), Some("mat_hunter2"));
    run.answer(200, OWNER);
    let logged_in = run.success();
    assert_eq!(logged_in.user_id, "@alice:example.org");
    assert_eq!(logged_in.device_id, device.as_str());
    let tokens = logged_in.tokens;
    assert_eq!(tokens.access_token.reveal(), "mat_hunter2");
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "mar_hunter2");
    assert_eq!(
        tokens.expires_at,
        Some(NOW + std::time::Duration::from_secs(300))
    );
    let session = tokens.oauth.unwrap();
    assert_eq!(session.client_id, "s6BhdRkqt3");
    assert_eq!(session.token_endpoint, "https://account.example.org/token");
    assert_eq!(
        session.revocation_endpoint.unwrap(),
        "https://account.example.org/revoke"
    );
}

fn parameter_of<'p>(parameters: &'p [(String, String)], name: &str) -> &'p str {
    let mut found = parameters.iter().filter(|(known, _)| known == name);
    &found.next().unwrap().1
}

#[test]
fn a_foreign_response_changes_nothing() {
    let mut run = asked();
    let before = run.flow.prompt();
    run.told();
    run.reply(Reply::Redirected(
        "http://127.0.0.1/callback?code=x&state=other".into(),
    ));
    assert_eq!(run.told(), (vec!["no Authorization".to_owned()], before));
}
