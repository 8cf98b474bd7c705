use std::future::{Future, Pending, pending};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};

use super::*;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted, Stopped};
use crate::client::{BoxTransport, Conversation};
use crate::client_api::account::GetTokenOwner;
use crate::client_api::discovery::GetVersions;
use crate::flow::{Discovery, SessionTokens};
use crate::types::RefreshToken;
use crate::wire::{ErrorKind, Failure, FailureClass};

fn is_sent_and_shared<V: Send + Sync + 'static>() {}

#[test]
fn a_client_and_its_conversations_can_go_to_other_tasks() {
    is_sent_and_shared::<Client<BoxTransport, Leaping>>();
    fn is_sent<V: Send + 'static>(value: V) -> V {
        value
    }
    is_sent(None::<Conversation<BoxTransport, Leaping, Discovery>>);
    let client = client(Scripted::new(|_| (200, r#"{"versions": ["v1.1"]}"#)));
    let call = is_sent(client.call(GetVersions::new()));
    drop(client);
    assert_eq!(block_on(call).unwrap().versions, ["v1.1"]);
}

#[test]
fn clones_share_the_server_and_the_session_but_no_policy() {
    let one = client(Scripted::new(|_| (503, "")));
    let policy = RetryPolicy {
        attempts: 1,
        ..RetryPolicy::default()
    };
    let other = one.clone().with_policy(policy);
    other.set_access_token(Some(AccessToken::from("secret")));
    other.set_target(Target::homeserver("https://example.org/below").unwrap());
    assert_eq!(one.session(), other.session());
    assert!(one.session().is_some());
    assert_eq!(one.target(), other.target());
    block_on(other.call(GetVersions::new())).unwrap_err();
    assert_eq!(one.transport().requests().len(), 1);
    block_on(one.call(GetVersions::new())).unwrap_err();
    assert_eq!(one.transport().requests().len(), 5);
    assert!(!format!("{one:?}").contains("secret"));
}

#[test]
fn at_another_server_the_session_is_forgotten() {
    let client = client(Scripted::new(|_| (200, "{}")));
    let user_id = UserId::parse("@alice:example.org").unwrap();
    let device_id = DeviceId::parse("ABC").unwrap();
    client.set_access_token(Some(AccessToken::from("secret")));
    client.set_user(user_id.clone(), Some(device_id.clone()));
    client.set_target(Target::homeserver("https://EXAMPLE.org:443/below").unwrap());
    assert!(client.session().is_some());
    assert_eq!(client.user_id(), Some(user_id));
    assert_eq!(client.device_id(), Some(device_id));
    for other in [
        Target::homeserver("https://example.com"),
        Target::identity_server("https://example.com"),
        Target::homeserver("https://example.com:8448"),
        Target::homeserver("http://example.com:8448"),
    ] {
        client.set_access_token(Some(AccessToken::from("secret")));
        client.set_target(other.unwrap());
        assert_eq!(client.session(), None);
        assert_eq!(client.user_id(), None);
    }
    block_on(client.call(GetTokenOwner::new())).unwrap_err();
    assert!(client.transport().requests().is_empty());
}

/// Never answers.
#[derive(Clone, Default)]
struct Silent(Arc<Mutex<Vec<String>>>);

impl Transport for Silent {
    type Future = Pending<Result<Response<Bytes>, Failure>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        self.0.lock().unwrap().push(request.uri().to_string());
        pending()
    }
}

#[test]
fn a_refresh_for_another_server_is_abandoned_and_what_waits_for_it_fails() {
    let sent = Silent::default();
    let target = Target::homeserver("https://example.org").unwrap();
    let tokens = SessionTokens::new(AccessToken::from("old"))
        .refreshed_with(RefreshToken::from("refresh"))
        .expiring_in(Stopped.now(), std::time::Duration::ZERO);
    let client = Client::new(sent.clone(), Stopped, target).with_session(tokens);
    let mut call = pin!(client.call(GetTokenOwner::new()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    client.set_target(Target::homeserver("https://example.com").unwrap());
    let Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else {
        panic!("it is not held any longer")
    };
    let ErrorKind::Transport(failure) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(failure.class(), FailureClass::Unsendable);
    assert_eq!(
        *sent.0.lock().unwrap(),
        ["https://example.org/_matrix/client/v3/refresh"]
    );
}

fn client(transport: Scripted) -> Client<Scripted, Leaping> {
    let target = Target::homeserver("https://example.org").unwrap();
    Client::new(transport, Leaping::default(), target)
}
