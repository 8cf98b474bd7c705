use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};

use super::*;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted, Stopped};
use crate::client::{BlockingClient, Next, TokenStore};
use crate::client_api::account::GetTokenOwner;
use crate::flow::{FlowEvent, OAuthSession, Prompt, Reply, SessionEvent};
use crate::oauth_api::AuthorizationUrl;
use crate::types::{AccessToken, ClientId, DeviceId, RefreshToken, UserId};
use crate::wire::{Failure, FailureClass, OAuthErrorCode, Target};

const METADATA: &str = r#"{"issuer": "https://account.example.org/",
    "authorization_endpoint": "https://account.example.org/authorize",
    "token_endpoint": "https://account.example.org/token",
    "registration_endpoint": "https://account.example.org/register",
    "revocation_endpoint": "https://account.example.org/revoke",
    "device_authorization_endpoint": "https://account.example.org/device",
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
    "response_modes_supported": ["query", "fragment"],
    "code_challenge_methods_supported": ["S256"]}"#;

/// What the server grants, one after the other.
const GRANTS: [&str; 3] = [
    r#"{"access_token": "access-0", "refresh_token": "refresh-0", "token_type": "Bearer", "expires_in": 300}"#,
    r#"{"access_token": "access-1", "refresh_token": "refresh-1", "token_type": "Bearer", "expires_in": 300}"#,
    r#"{"access_token": "access-2", "refresh_token": "refresh-2", "token_type": "Bearer", "expires_in": 300}"#,
];

const REDIRECT_URI: &str = "http://127.0.0.1/callback";

/// A homeserver and its authorization server, whose tokens rotate. It answers a revocation with `revoked`.
fn server(revoked: (u16, &'static str)) -> Scripted {
    let granted = Mutex::new(0);
    Scripted::new(move |request| {
        let mut granted = granted.lock().unwrap();
        let body = String::from_utf8_lossy(request.body());
        match request.uri().path() {
            "/_matrix/client/v1/auth_metadata" => (200, METADATA),
            "/register" => (201, r#"{"client_id": "s6BhdRkqt3"}"#),
            "/device" => (
                200,
                r#"{"device_code": "abc", "user_code": "WDJB-MJHT",
                    "verification_uri": "https://account.example.org/link", "expires_in": 600, "interval": 5}"#,
            ),
            "/token" if !body.contains("grant_type=refresh_token") => (200, GRANTS[0]),
            "/token" if body.ends_with(&format!("refresh_token=refresh-{granted}")) => {
                *granted += 1;
                (200, GRANTS[*granted])
            }
            "/token" => (400, r#"{"error": "invalid_grant"}"#),
            "/revoke" => revoked,
            _ if is_with(request, &format!("access-{granted}")) => {
                (200, r#"{"user_id": "@alice:example.org"}"#)
            }
            _ => (
                401,
                r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": false}"#,
            ),
        }
    })
}

fn is_with(request: &Request<Vec<u8>>, token: &str) -> bool {
    let value = request.headers().get("authorization");
    value.is_some_and(|value| value == &format!("Bearer {token}"))
}

fn target() -> Target {
    Target::homeserver("https://example.org").unwrap()
}

fn tokens(number: usize) -> SessionTokens {
    let client_id = ClientId::parse("s6BhdRkqt3").unwrap();
    let mut session = OAuthSession::new(client_id, "https://account.example.org/token".to_owned());
    session.revocation_endpoint = Some("https://account.example.org/revoke".to_owned());
    SessionTokens::new(AccessToken::from(format!("access-{number}")))
        .refreshed_with(RefreshToken::from(format!("refresh-{number}")))
        .granted_by(session)
}

/// A store that shows what is in it.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<Option<SessionTokens>>>);

impl Store {
    fn of(tokens: SessionTokens) -> Self {
        Self(Arc::new(Mutex::new(Some(tokens))))
    }

    fn tokens(&self) -> Option<SessionTokens> {
        self.0.lock().unwrap().clone()
    }
}

impl TokenStore for Store {
    fn load(&self) -> Option<SessionTokens> {
        self.tokens()
    }

    fn save(&self, tokens: &SessionTokens) {
        *self.0.lock().unwrap() = Some(tokens.clone());
    }

    fn forget(&self) {
        *self.0.lock().unwrap() = None;
    }
}

/// The browser comes back from this page.
fn redirected(url: &AuthorizationUrl) -> Reply {
    let (_, state) = url.reveal().split_once("&state=").unwrap();
    let state = state.split('&').next().unwrap();
    Reply::Redirected(format!("{REDIRECT_URI}?code=abc&state={state}").into())
}

/// Whether this is the session that the server granted first.
fn is_first(session: Option<SessionTokens>) -> bool {
    let session = session.unwrap();
    session.access_token.reveal() == "access-0" && session.oauth == tokens(0).oauth
}

#[test]
fn a_login_with_a_browser_is_the_session_of_all_clones() {
    let client = RegisterClient::native(
        "https://app.example.com/".to_owned(),
        REDIRECT_URI.to_owned(),
    );
    let (store, server) = (Store::default(), server((200, "")));
    let clone = Client::new(server, Leaping::default(), target()).with_store(store.clone());
    let mut conversation = clone.clone().log_in_with_browser(client, [7; 32]);
    let logged_in = loop {
        match block_on(conversation.next()) {
            Next::Event(FlowEvent::Asks(Prompt::Authorization { url, .. })) => {
                conversation.reply(redirected(&url)).unwrap();
            }
            Next::Event(event) => panic!("{event:?}"),
            Next::Done(outcome) => break outcome.unwrap(),
        }
    };
    assert!(is_first(clone.session()) && is_first(store.tokens()));
    assert_eq!(clone.user_id(), Some(logged_in.user_id));
    assert_eq!(clone.device_id(), Some(logged_in.device_id));
    block_on(clone.call(GetTokenOwner::new())).unwrap();
}

#[test]
fn a_login_with_a_device_code_is_the_session_of_all_clones() {
    let metadata = RegisterClient::device("https://app.example.com/".to_owned());
    let (store, server) = (Store::default(), server((200, "")));
    let client =
        BlockingClient::new(server, Leaping::default(), target()).with_store(store.clone());
    let conversation = client.log_in_with_device_code(metadata, [7; 32]);
    let mut asks = 0;
    for next in conversation {
        match next {
            Next::Event(FlowEvent::Asks(Prompt::DeviceAuthorization { .. })) => asks += 1,
            Next::Event(event) => panic!("{event:?}"),
            Next::Done(outcome) => {
                let logged_in = outcome.unwrap();
                assert_eq!(client.user_id(), Some(logged_in.user_id));
                assert_eq!(client.device_id(), Some(logged_in.device_id));
                break;
            }
        }
    }
    assert_eq!(asks, 1);
    assert!(is_first(client.session()) && is_first(store.tokens()));
    client.call(GetTokenOwner::new()).unwrap();
}

#[test]
fn a_login_that_fails_leaves_the_session_as_it_is() {
    let metadata = RegisterClient::device("https://app.example.com/".to_owned());
    let server = Scripted::new(|_| (404, r#"{"errcode": "M_UNRECOGNIZED"}"#));
    let client = Client::new(server, Leaping::default(), target()).with_session(tokens(1));
    block_on(
        client
            .log_in_with_device_code(metadata.clone(), [7; 32])
            .finish(),
    )
    .unwrap_err();
    block_on(client.log_in_with_browser(metadata, [7; 32]).finish()).unwrap_err();
    assert_eq!(client.session(), Some(tokens(1)));
    assert_eq!(client.user_id(), None);
}

#[test]
fn a_session_in_a_store_is_refreshed_where_it_was_granted() {
    let (store, server) = (Store::of(tokens(0)), server((200, "")));
    let client =
        || Client::new(server.clone(), Leaping::default(), target()).with_store(store.clone());
    let (one, two) = (client(), client());
    // The server has forgotten the first tokens.
    store.save(&tokens(0));
    assert_eq!(server.bodies("/token").len(), 0);
    block_on(one.call(GetTokenOwner::new())).unwrap();
    let mut expiring = tokens(0);
    expiring.expires_at = Some(one.now());
    two.set_session(Some(expiring));
    block_on(two.call(GetTokenOwner::new())).unwrap();
    assert_eq!(two.session().unwrap().access_token.reveal(), "access-1");
    assert_eq!(store.tokens(), two.session());
    assert_eq!(store.tokens().unwrap().oauth, tokens(0).oauth);
    // The other process finds them, and nothing is refreshed twice.
    block_on(one.call(GetTokenOwner::new())).unwrap();
    assert_eq!(one.session(), two.session());
    assert_eq!(
        server.bodies("/token"),
        ["grant_type=refresh_token&client_id=s6BhdRkqt3&refresh_token=refresh-0"]
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|line| !line.contains("/_matrix/client/v3/refresh"))
    );
}

fn logged_in(server: &Scripted, store: &Store) -> Client<Scripted, Leaping> {
    let user_id = UserId::parse("@alice:example.org").unwrap();
    let device_id = DeviceId::parse("ABC").unwrap();
    Client::new(server.clone(), Leaping::default(), target())
        .with_store(store.clone())
        .with_user(user_id, Some(device_id))
}

#[test]
fn whoever_logs_out_is_forgotten_whatever_the_server_says() {
    for (revoked, is_revoked) in [
        ((200, ""), true),
        ((200, "revoked"), true),
        ((200, "<html>Welcome to our Wi-Fi</html>"), false),
        ((401, r#"{"error": "invalid_client"}"#), false),
        ((400, r#"{"error": "invalid_request"}"#), false),
        ((404, "Not Found"), false),
        ((503, ""), false),
    ] {
        let (store, server) = (Store::of(tokens(0)), server(revoked));
        let client = logged_in(&server, &store);
        let result = block_on(client.log_out());
        assert_eq!(result.is_ok(), is_revoked, "{revoked:?}");
        assert_eq!((client.session(), store.tokens()), (None, None));
        assert_eq!((client.user_id(), client.device_id()), (None, None));
        let events = client.session_events();
        assert!(
            matches!(&events[..], [SessionEvent::LoggedOut { error: None }]),
            "{events:?}"
        );
        let sent = server.requests();
        assert!(
            sent.iter()
                .all(|line| line == "POST https://account.example.org/revoke")
        );
        assert_eq!(
            server.bodies("/revoke")[0],
            "token=refresh-0&client_id=s6BhdRkqt3"
        );
        // There is nobody to log out any more.
        block_on(client.log_out()).unwrap();
        assert_eq!(server.requests(), sent);
    }
}

#[test]
fn a_refused_logout_says_why() {
    let server = server((401, r#"{"error": "invalid_client"}"#));
    let client = logged_in(&server, &Store::of(tokens(0)));
    let error = block_on(client.log_out()).unwrap_err();
    assert_eq!(error.oauth_error(), Some(&OAuthErrorCode::InvalidClient));

    let mut irrevocable = tokens(0);
    irrevocable.oauth.as_mut().unwrap().revocation_endpoint = None;
    let client = logged_in(&server, &Store::of(irrevocable));
    let error = block_on(client.log_out()).unwrap_err();
    assert!(error.to_string().contains("account's page"), "{error}");
    assert_eq!(client.session(), None);
}

#[test]
fn a_logout_without_a_network_forgets_the_session() {
    let offline = crate::client::transport_fn(|_| async {
        Err::<Response<Bytes>, _>(Failure::new(FailureClass::Connect, "there is no network"))
    });
    let store = Store::of(tokens(0));
    let client = Client::new(offline, Leaping::default(), target()).with_store(store.clone());
    let error = block_on(client.log_out()).unwrap_err();
    assert_eq!(error.failure().unwrap().class(), FailureClass::Connect);
    assert_eq!((client.session(), store.tokens()), (None, None));
}

#[test]
fn of_tokens_that_another_process_has_refreshed_the_newest_are_revoked() {
    let (store, server) = (Store::of(tokens(0)), server((200, "")));
    let client = logged_in(&server, &store);
    store.save(&tokens(7));
    block_on(client.log_out()).unwrap();
    assert_eq!(
        server.bodies("/revoke"),
        ["token=refresh-7&client_id=s6BhdRkqt3"]
    );
    assert_eq!(store.tokens(), None);
    assert_eq!(server.requests().len(), 1);
}

/// Answers a refresh at the second poll, or never.
#[derive(Clone)]
struct Slow {
    server: Scripted,
    is_lost: bool,
}

impl Transport for Slow {
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>>>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        let (is_slow, is_lost) = (request.uri().path() == "/token", self.is_lost);
        let answer = Transport::send(&self.server, request);
        let mut is_second = false;
        Box::pin(async move {
            poll_fn(|context| {
                let is_ready = !is_slow || std::mem::replace(&mut is_second, true) && !is_lost;
                if !is_lost {
                    context.waker().wake_by_ref();
                }
                if is_ready {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
            .await;
            answer.await
        })
    }
}

#[test]
fn of_a_refresh_that_is_under_way_the_new_token_is_revoked() {
    let server = server((200, ""));
    let slow = Slow {
        server: server.clone(),
        is_lost: false,
    };
    let mut expiring = tokens(0);
    expiring.expires_at = Some(Stopped.now());
    let store = Store::of(expiring);
    let client = Client::new(slow, Stopped, target()).with_store(store.clone());
    let mut call = Box::pin(client.call(GetTokenOwner::new()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    assert_eq!(server.bodies("/token").len(), 1);
    block_on(client.log_out()).unwrap();
    assert_eq!(
        server.bodies("/revoke"),
        ["token=refresh-1&client_id=s6BhdRkqt3"]
    );
    assert_eq!((client.session(), store.tokens()), (None, None));
    // The call that waited is told.
    assert!(block_on(call).is_err());
}

#[test]
fn a_refresh_that_nobody_answers_does_not_keep_a_user_logged_in() {
    let server = server((200, ""));
    let slow = Slow {
        server: server.clone(),
        is_lost: true,
    };
    let clock = Leaping::default();
    let mut expiring = tokens(0);
    expiring.expires_at = Some(clock.now());
    let client = Client::new(slow, clock, target()).with_session(expiring);
    let mut context = Context::from_waker(Waker::noop());
    let mut call = Box::pin(client.call(GetTokenOwner::new()));
    let _ = call.as_mut().poll(&mut context);
    block_on(client.log_out()).unwrap();
    assert_eq!(client.session(), None);
    assert_eq!(
        server.bodies("/revoke"),
        ["token=refresh-0&client_id=s6BhdRkqt3"]
    );
}
