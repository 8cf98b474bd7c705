use super::*;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted};
use crate::client_api::account::GetTokenOwner;
use crate::flow::Prompt;
use crate::types::{AccessToken, Timestamp};
use crate::wire::UserIdentifier;

fn client(transport: Scripted) -> Client<Scripted, Leaping> {
    let target = Target::homeserver("https://example.org").unwrap();
    Client::new(transport, Leaping::default(), target)
}

fn login() -> Login {
    Login::password(UserIdentifier::user("alice"), "wonderland".into())
}

/// Logs everybody in with this response.
fn logging_in(response: &'static str) -> Scripted {
    Scripted::new(
        move |request| match (request.method().as_str(), request.uri().path()) {
            ("GET", "/_matrix/client/v3/login") => {
                (200, r#"{"flows": [{"type": "m.login.password"}]}"#)
            }
            (_, "/_matrix/client/v3/login") => (200, response),
            _ => (200, r#"{"user_id": "@alice:example.org"}"#),
        },
    )
}

#[test]
fn a_login_is_the_session_of_all_clones() {
    let server = logging_in(
        r#"{"user_id": "@alice:example.org", "access_token": "new", "device_id": "ABC",
            "refresh_token": "refresh", "expires_in_ms": 60000,
            "well_known": {"m.homeserver": {"base_url": "https://matrix.example.org/"}}}"#,
    );
    let client = client(server.clone());
    client.set_access_token(Some(AccessToken::from("old")));
    let clone = client.clone();
    let answer = block_on(client.log_in(login()).finish()).unwrap();
    let tokens = SessionTokens::of_login(Timestamp::from_millis(0), &answer);
    assert_eq!(clone.session(), Some(tokens));
    assert_eq!(clone.user_id(), Some(answer.user_id));
    assert_eq!(clone.device_id(), answer.device_id);
    block_on(clone.call(GetTokenOwner::new())).unwrap();
    let sent = server.requests();
    assert_eq!(
        sent.last().unwrap(),
        "GET https://matrix.example.org/_matrix/client/v3/account/whoami Bearer new"
    );
}

#[test]
fn a_login_that_fails_leaves_the_session_as_it_is() {
    let server = Scripted::new(|request| match request.method().as_str() {
        "GET" => (200, r#"{"flows": [{"type": "m.login.password"}]}"#),
        _ => (403, r#"{"errcode": "M_FORBIDDEN"}"#),
    });
    let client = client(server);
    client.set_access_token(Some(AccessToken::from("old")));
    let error = block_on(client.log_in(login()).finish()).unwrap_err();
    let FlowError::Unanswered { prompt, source } = error else {
        panic!("{error}")
    };
    assert_eq!(prompt, Prompt::Password);
    assert_eq!(source.unwrap().errcode(), Some(&ErrorCode::Forbidden));
    assert_eq!(client.session().unwrap().access_token.reveal(), "old");
}

#[test]
fn a_login_over_https_does_not_lead_to_http_nor_to_nowhere() {
    for well_known in [
        r#"{"user_id": "@a:b", "access_token": "new", "well_known": {"m.homeserver": {"base_url": "http://example.org"}}}"#,
        r#"{"user_id": "@a:b", "access_token": "new", "well_known": {"m.homeserver": {"base_url": ""}}}"#,
        r#"{"user_id": "@a:b", "access_token": "new", "well_known": {}}"#,
    ] {
        let client = client(logging_in(well_known));
        let target = client.target();
        block_on(client.log_in(login()).finish()).unwrap();
        assert_eq!(client.target(), target, "{well_known}");
        assert_eq!(client.session().unwrap().access_token.reveal(), "new");
        assert_eq!(client.device_id(), None);
    }
}

#[test]
fn a_registration_is_the_session_unless_nobody_was_logged_in() {
    let register = |response| {
        let client = client(Scripted::new(move |_| (200, response)));
        let secret = ClientSecret::from_entropy([7; 32]);
        block_on(client.register(Register::new(), secret).finish()).unwrap();
        (client.session(), client.user_id(), client.device_id())
    };
    let (tokens, user_id, device_id) =
        register(r#"{"user_id": "@a:b", "access_token": "new", "device_id": "ABC"}"#);
    assert_eq!(tokens.unwrap().access_token.reveal(), "new");
    assert_eq!(user_id.unwrap().as_str(), "@a:b");
    assert_eq!(device_id.unwrap().as_str(), "ABC");
    assert_eq!(register(r#"{"user_id": "@a:b"}"#), (None, None, None));
}

#[test]
fn a_login_where_no_homeserver_is_is_refused_before_anything_is_sent() {
    let server = Scripted::new(|_| (200, "{}"));
    let target = Target::identity_server("https://example.org").unwrap();
    let client = Client::new(server.clone(), Leaping::default(), target);
    let error = block_on(client.log_in(login()).finish()).unwrap_err();
    assert!(matches!(error, FlowError::Refused { .. }), "{error}");
    assert!(server.requests().is_empty());
}

#[test]
fn whoever_logs_out_is_forgotten() {
    for (status, body, is_out) in [
        (200, "{}", true),
        (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#, true),
        (500, "", false),
        (403, r#"{"errcode": "M_FORBIDDEN"}"#, false),
    ] {
        let server = Scripted::new(move |_| (status, body));
        let client = client(server.clone());
        let user_id = crate::types::UserId::parse("@alice:example.org").unwrap();
        client.set_access_token(Some(AccessToken::from("old")));
        client.set_user(user_id, None);
        assert_eq!(block_on(client.log_out()).is_ok(), is_out, "{status}");
        assert_eq!(client.session().is_none(), is_out, "{status}");
        assert_eq!(client.user_id().is_none(), is_out, "{status}");
        let sent = server.requests().len();
        if is_out {
            block_on(client.log_out()).unwrap();
            assert_eq!(server.requests().len(), sent);
        }
    }
}

#[test]
fn a_client_begins_at_a_server_name() {
    let server = Scripted::new(|request| match request.uri().host() {
        Some("example.org") => (
            200,
            r#"{"m.homeserver": {"base_url": "https://matrix.example.org"}}"#,
        ),
        _ => (200, r#"{"versions": ["r0.6.1"]}"#),
    });
    let address = "@alice:example.org".parse().unwrap();
    let client = block_on(Client::discover(
        server.clone(),
        Leaping::default(),
        address,
    ))
    .unwrap();
    let homeserver = client.homeserver().unwrap();
    assert_eq!(
        homeserver.base_url.to_string(),
        "https://matrix.example.org"
    );
    assert!(homeserver.supported.is_some());
    // It asks for what the server has.
    drop(block_on(client.log_in(login()).finish()));
    let login = "GET https://matrix.example.org/_matrix/client/r0/login";
    assert!(server.requests().iter().any(|request| request == login));
}

#[test]
fn a_client_cannot_begin_where_there_is_no_homeserver() {
    let server = Scripted::new(|_| (404, ""));
    let address = "example.org".parse().unwrap();
    let result = block_on(Client::discover(server, Leaping::default(), address));
    let error = result.unwrap_err();
    let FlowError::Unanswered { prompt, source } = &error else {
        panic!("{error}")
    };
    assert_eq!(*prompt, Prompt::Homeserver);
    assert!(source.is_some());
}

#[cfg(not(feature = "oauth"))]
#[test]
fn without_the_feature_a_granted_session_is_forgotten_and_not_shown_to_the_homeserver() {
    let client_id = crate::types::ClientId::parse("s6BhdRkqt3").unwrap();
    let session = crate::flow::OAuthSession::new(client_id, "https://example.org/token".to_owned());
    let server = Scripted::new(|_| (200, "{}"));
    let client = client(server.clone());
    client.set_session(Some(
        SessionTokens::new(AccessToken::from("old")).granted_by(session),
    ));
    let error = block_on(client.log_out()).unwrap_err();
    assert!(error.to_string().contains("feature `oauth`"), "{error}");
    assert_eq!(client.session(), None);
    assert!(server.requests().is_empty());
}
