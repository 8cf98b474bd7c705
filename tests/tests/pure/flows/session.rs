//! A session used by operations that run at the same time: one refresh for all of them.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_lite::future::{block_on, pending, yield_now, zip};
use hardline::client::{Client, Clock, Transport, transport_fn};
use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Logout;
use hardline::flow::{SessionEvent, SessionTokens};
use hardline::types::{AccessToken, RefreshToken, Timestamp};
use hardline::wire::{ErrorCode, Failure, Target};
use http::{Request, Response};

/// A clock that advances while nothing else happens: a sleep takes a poll for each tenth of a second.
#[derive(Default)]
struct Hurried(Arc<AtomicU64>);

impl Clock for Hurried {
    type Sleep = Pin<Box<dyn Future<Output = ()>>>;

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn sleep_until(&self, deadline: Timestamp) -> Self::Sleep {
        let now = Arc::clone(&self.0);
        let polls = (deadline - self.now()).as_millis() / 100;
        Box::pin(async move {
            for _ in 0..polls {
                yield_now().await;
            }
            now.fetch_max(deadline.as_millis(), Ordering::Relaxed);
        })
    }
}

/// A server that accepts only the newest token, and that refreshes on the `refreshes`th request for it.
struct Server {
    refreshed: AtomicUsize,
    refreshes: usize,
}

impl Server {
    fn answer(&self, request: &Request<Vec<u8>>) -> (u16, String) {
        if request.uri().path().ends_with("/refresh") {
            let count = self.refreshed.fetch_add(1, Ordering::Relaxed) + 1;
            return if count < self.refreshes {
                (503, "<html>".to_owned())
            } else {
                (
                    200,
                    r#"{"access_token": "new", "refresh_token": "next"}"#.to_owned(),
                )
            };
        }
        if request.headers()["authorization"] == "Bearer new" {
            (200, r#"{"user_id": "@alice:example.org"}"#.to_owned())
        } else {
            (
                401,
                r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}"#.to_owned(),
            )
        }
    }
}

fn transport(server: Arc<Server>) -> impl Transport {
    transport_fn(move |request: Request<Vec<u8>>| {
        let server = Arc::clone(&server);
        async move {
            yield_now().await;
            let (status, body) = server.answer(&request);
            yield_now().await;
            let response = Response::builder().status(status).body(Bytes::from(body));
            Ok::<_, Failure>(response.unwrap())
        }
    })
}

fn server(refreshes: usize) -> Arc<Server> {
    Arc::new(Server {
        refreshed: AtomicUsize::new(0),
        refreshes,
    })
}

fn tokens() -> SessionTokens {
    SessionTokens::new(AccessToken::from("old")).refreshed_with(RefreshToken::from("refresh"))
}

#[test]
fn operations_that_run_together_share_one_refresh() {
    let server = server(1);
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(transport(Arc::clone(&server)), Hurried::default(), target)
        .with_session(tokens())
        .on_session_event(move |event| listener.lock().unwrap().push(event));
    let call = || client.call(GetTokenOwner::new());
    let ((first, second), third) = block_on(zip(zip(call(), call()), call()));
    for owner in [first, second, third] {
        assert_eq!(owner.unwrap().user_id.localpart(), "alice");
    }
    assert_eq!(server.refreshed.load(Ordering::Relaxed), 1);
    let told = told.lock().unwrap();
    let [SessionEvent::Refreshed(tokens)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(Some(tokens), client.session().as_ref());
    assert_eq!(tokens.refresh_token, Some(RefreshToken::from("next")));
}

#[test]
fn whoever_waits_may_be_dropped_and_the_others_go_on() {
    let server = server(1);
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(transport(Arc::clone(&server)), Hurried::default(), target)
        .with_session(tokens());
    block_on(async {
        let kept = client.call(GetTokenOwner::new());
        let dropped = client.call(GetTokenOwner::new());
        // Both are in flight for a while; then one is abandoned.
        let dropped = futures_lite::future::or(async { dropped.await.map(drop) }, async {
            for _ in 0..4 {
                yield_now().await;
            }
            Ok(())
        });
        let (kept, _) = zip(kept, dropped).await;
        assert_eq!(kept.unwrap().user_id.localpart(), "alice");
    });
    assert_eq!(server.refreshed.load(Ordering::Relaxed), 1);
}

#[test]
fn a_refresh_that_fails_for_a_while_logs_nobody_out() {
    let server = server(6);
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(transport(Arc::clone(&server)), Hurried::default(), target)
        .with_session(tokens());
    // Its own attempts are retried, like any request that was not sent.
    let owner = block_on(client.call(GetTokenOwner::new()));
    assert_eq!(owner.unwrap().user_id.localpart(), "alice");
    assert_eq!(server.refreshed.load(Ordering::Relaxed), 6);
}

/// The same server, which never responds to the first refresh.
fn hanging_transport(server: Arc<Server>) -> impl Transport {
    let refreshes = AtomicUsize::new(0);
    let transport = transport(server);
    transport_fn(move |request: Request<Vec<u8>>| {
        let is_refresh = request.uri().path().ends_with("/refresh");
        let hangs = is_refresh && refreshes.fetch_add(1, Ordering::Relaxed) == 0;
        let response = transport.send(request);
        async move {
            if hangs {
                pending::<()>().await;
            }
            response.await
        }
    })
}

#[test]
fn a_request_held_for_a_hanging_refresh_does_not_count_as_sent() {
    let now = Timestamp::from_millis(1_000_000);
    let second = Duration::from_secs(1);
    for tokens in [
        // That it is invalid shows when it is used.
        tokens(),
        tokens().expiring_in(now, 10 * second),
        tokens().expiring_in(now, Duration::ZERO),
    ] {
        let server = server(1);
        let clock = Hurried(Arc::new(AtomicU64::new(now.as_millis())));
        let target = Target::homeserver("https://example.org").unwrap();
        let client = Client::new(hanging_transport(Arc::clone(&server)), clock, target)
            .with_session(tokens.clone());
        // It is not sent again if it may have been received.
        let result = block_on(client.call(Logout::new()));
        assert!(result.is_ok(), "{tokens:?}: {result:?}");
        assert_eq!(server.refreshed.load(Ordering::Relaxed), 1);
        assert!(client.now() - now >= 60 * second);
    }
}

#[test]
fn without_a_refresh_token_the_servers_error_is_returned() {
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(transport(server(1)), Hurried::default(), target)
        .with_access_token(AccessToken::from("old"));
    let error = block_on(client.call(GetTokenOwner::new())).unwrap_err();
    assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));
    assert!(error.is_soft_logout());
    assert!(client.session().is_none());
}
