use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted, Stopped};
use crate::client::{BlockingClient, BlockingTransport, Client};
use crate::client_api::account::GetTokenOwner;
use crate::types::{AccessToken, RefreshToken};
use crate::wire::{Error, ErrorCode, Failure};

fn target() -> Target {
    Target::homeserver("https://example.org").unwrap()
}

fn tokens(access: &str, refresh: &str) -> SessionTokens {
    SessionTokens::new(AccessToken::from(access.to_owned()))
        .refreshed_with(RefreshToken::from(refresh.to_owned()))
}

/// Accepts the access token `new`, and refreshes with `refresh` to it.
fn server() -> Scripted {
    Scripted::new(|request| {
        if request.uri().path().ends_with("/refresh") {
            return match request.body() == br#"{"refresh_token":"refresh"}"# {
                true => (200, r#"{"access_token": "new", "refresh_token": "next"}"#),
                false => (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#),
            };
        }
        if request.uri().path().ends_with("/logout") {
            return (200, "{}");
        }
        match request.headers().get("authorization") {
            Some(token) if token == "Bearer new" => (200, r#"{"user_id": "@alice:example.org"}"#),
            _ => (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#),
        }
    })
}

fn paths(server: &Scripted) -> Vec<String> {
    let path = |line: String| line.replace("https://example.org/_matrix/client/v3/", "");
    server.requests().into_iter().map(path).collect()
}

/// What happens to it, and the tokens in it.
#[derive(Clone, Default)]
struct Store {
    log: Arc<Mutex<Vec<String>>>,
    tokens: Arc<Mutex<Option<SessionTokens>>>,
}

impl Store {
    fn of(tokens: SessionTokens) -> Self {
        let store = Self::default();
        *store.tokens.lock().unwrap() = Some(tokens);
        store
    }

    fn access_token(&self) -> Option<String> {
        let tokens = self.tokens.lock().unwrap();
        Some(tokens.as_ref()?.access_token.reveal().to_owned())
    }

    fn log(&self, what: &str) {
        self.log.lock().unwrap().push(what.to_owned());
    }

    fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

impl TokenStore for Store {
    fn load(&self) -> Option<SessionTokens> {
        self.log("load");
        self.tokens.lock().unwrap().clone()
    }

    fn save(&self, tokens: &SessionTokens) {
        self.log("save");
        *self.tokens.lock().unwrap() = Some(tokens.clone());
    }

    fn forget(&self) {
        self.log("forget");
        *self.tokens.lock().unwrap() = None;
    }

    fn release(&self) {
        self.log("release");
    }
}

#[test]
fn new_tokens_are_in_the_store_before_a_request_uses_them() {
    let store = Store::of(tokens("old", "refresh"));
    let inside = store.clone();
    let server = server();
    let asked = server.clone();
    let transport = crate::client::blocking_transport_fn(move |request: Request<Vec<u8>>| {
        if request
            .headers()
            .get("authorization")
            .is_some_and(|token| token == "Bearer new")
        {
            assert_eq!(inside.access_token().unwrap(), "new");
        }
        BlockingTransport::send(&asked, request)
    });
    let client =
        BlockingClient::new(transport, Leaping::default(), target()).with_store(store.clone());
    assert_eq!(store.take_log(), ["load", "release"]);
    client.call(GetTokenOwner::new()).unwrap();
    assert_eq!(store.take_log(), ["load", "save", "release"]);
    assert_eq!(
        paths(&server),
        [
            "GET account/whoami Bearer old",
            "POST refresh",
            "GET account/whoami Bearer new",
        ]
    );
    // The rest is as without a store.
    let events = client.session_events();
    assert!(
        matches!(&events[..], [SessionEvent::Refreshed(_)]),
        "{events:?}"
    );
}

#[test]
fn the_tokens_of_another_process_are_used_without_a_refresh() {
    let store = Store::of(tokens("old", "used up"));
    let server = server();
    let client =
        Client::new(server.clone(), Leaping::default(), target()).with_store(store.clone());
    *store.tokens.lock().unwrap() = Some(tokens("new", "next"));
    store.take_log();
    block_on(client.call(GetTokenOwner::new())).unwrap();
    assert_eq!(store.take_log(), ["load", "release"]);
    assert_eq!(
        paths(&server),
        [
            "GET account/whoami Bearer old",
            "GET account/whoami Bearer new"
        ]
    );
    assert_eq!(client.session(), Some(tokens("new", "next")));
}

#[test]
fn a_session_that_ends_is_deleted_from_the_store() {
    let store = Store::of(tokens("old", "used up"));
    let client = Client::new(server(), Leaping::default(), target()).with_store(store.clone());
    store.take_log();
    let error = block_on(client.call(GetTokenOwner::new())).unwrap_err();
    assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));
    let log = store.take_log();
    assert_eq!(log.first().unwrap(), "load");
    assert_eq!(log[log.len() - 2..], ["forget", "release"]);
    assert_eq!(store.access_token(), None);
    assert_eq!(client.session(), None);
}

#[test]
fn the_store_follows_the_program() {
    let store = Store::default();
    let client = Client::new(server(), Leaping::default(), target());
    client.set_session(Some(tokens("first", "refresh")));
    let client = client.with_store(store.clone());
    assert_eq!(store.take_log(), ["load", "save", "release"]);
    client.set_session(Some(tokens("second", "refresh")));
    assert_eq!(store.access_token().unwrap(), "second");
    assert_eq!(store.take_log(), ["load", "save", "release"]);
    // The session there may be resumed where it was.
    client.set_target(Target::homeserver("https://example.com").unwrap());
    assert_eq!(client.session(), None);
    assert_eq!(store.access_token().unwrap(), "second");
    client.set_target(target());
    client.set_session(Some(tokens("new", "refresh")));
    block_on(client.log_out()).unwrap();
    assert_eq!(store.access_token(), None);
    assert_eq!(
        store.take_log(),
        ["load", "save", "release", "load", "forget", "release"]
    );
}

#[test]
fn events_wait_until_somebody_fetches_them() {
    let client =
        Client::new(server(), Leaping::default(), target()).with_session(tokens("old", "refresh"));
    block_on(client.call(GetTokenOwner::new())).unwrap();
    client.set_session(Some(tokens("old", "used up")));
    drop(block_on(client.call(GetTokenOwner::new())));
    let SessionEvent::Refreshed(refreshed) = block_on(client.next_session_event()) else {
        panic!("there are new tokens first")
    };
    assert_eq!(refreshed, tokens("new", "next"));
    let rest = client.session_events();
    assert!(
        matches!(
            &rest[..],
            [
                SessionEvent::RefreshRefused(_),
                SessionEvent::LoggedOut { .. }
            ]
        ),
        "{rest:?}"
    );
    assert!(client.session_events().is_empty());
    // At most so many are kept, the newest.
    for _ in 0..100 {
        client.set_access_token(Some(AccessToken::from("old")));
        drop(block_on(client.call(GetTokenOwner::new())));
    }
    assert_eq!(client.session_events().len(), 64);
}

#[test]
fn a_listener_is_told_before_new_tokens_are_used_and_may_use_the_client() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (listener, server) = (Arc::clone(&told), server());
    let client = Client::new(server.clone(), Leaping::default(), target())
        .with_session(tokens("old", "refresh"));
    let clone = client.clone();
    let sent = server.clone();
    let client = client.on_session_event(move |event| {
        let SessionEvent::Refreshed(tokens) = event else {
            panic!("{event:?}")
        };
        assert_eq!(clone.session(), Some(tokens));
        listener.lock().unwrap().push(sent.requests().len());
    });
    block_on(client.call(GetTokenOwner::new())).unwrap();
    assert_eq!(*told.lock().unwrap(), [2]);
    assert_eq!(server.requests().len(), 3);
    assert!(client.session_events().is_empty());
}

#[test]
fn whoever_waits_for_events_finishes_a_refresh_that_others_left() {
    let server = server();
    let client =
        Client::new(Slow(server.clone()), Stopped, target()).with_session(tokens("old", "refresh"));
    let mut left = Box::pin(client.call(GetTokenOwner::new()));
    let mut context = Context::from_waker(Waker::noop());
    while server.requests().len() < 2 {
        assert!(left.as_mut().poll(&mut context).is_pending());
    }
    drop(left);
    let event = block_on(client.next_session_event());
    assert!(matches!(event, SessionEvent::Refreshed(_)), "{event:?}");
    assert_eq!(client.session(), Some(tokens("new", "next")));
    assert_eq!(server.requests().len(), 2);
}

/// Answers at the second poll.
struct Slow(Scripted);

impl Transport for Slow {
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>>>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        let answer = Transport::send(&self.0, request);
        Box::pin(async move {
            let mut is_second = false;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                match std::mem::replace(&mut is_second, true) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            })
            .await;
            answer.await
        })
    }
}

#[test]
fn threads_that_block_share_one_refresh_and_none_sleeps_through_it() {
    const THREADS: usize = 8;
    let server = server();
    let asked = server.clone();
    let together = std::sync::Barrier::new(THREADS);
    let refreshes = AtomicUsize::new(0);
    let count = Arc::new(refreshes);
    let counted = Arc::clone(&count);
    let transport = crate::client::blocking_transport_fn(move |request: Request<Vec<u8>>| {
        if request.uri().path().ends_with("/refresh") {
            counted.fetch_add(1, Ordering::Relaxed);
        } else if request.headers()["authorization"] == "Bearer old" {
            // All have the old token refused.
            together.wait();
        }
        BlockingTransport::send(&asked, request)
    });
    let clock = Leaping::default();
    let client = BlockingClient::new(transport, clock.clone(), target())
        .with_store(Store::of(tokens("old", "refresh")));
    let results: Vec<Result<_, Error>> = thread::scope(|scope| {
        let calls: Vec<_> = (0..THREADS)
            .map(|_| {
                let client = client.clone();
                scope.spawn(move || client.call(GetTokenOwner::new()))
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    for result in results {
        assert_eq!(result.unwrap().user_id.localpart(), "alice");
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
    assert_eq!(clock.now(), Timestamp::from_millis(0));
}

/// Panics when it saves.
struct Full(Store);

impl TokenStore for Full {
    fn load(&self) -> Option<SessionTokens> {
        self.0.load()
    }

    fn save(&self, _: &SessionTokens) {
        panic!("the disk is full");
    }

    fn forget(&self) {
        self.0.forget();
    }

    fn release(&self) {
        self.0.release();
    }
}

#[test]
fn a_store_that_panics_holds_nobody_up() {
    let store = Store::of(tokens("old", "refresh"));
    let client =
        Client::new(server(), Leaping::default(), target()).with_store(Full(store.clone()));
    let call = AssertUnwindSafe(|| block_on(client.call(GetTokenOwner::new())));
    catch_unwind(call).unwrap_err();
    // There is nothing to go back to.
    block_on(client.call(GetTokenOwner::new())).unwrap();
    assert_eq!(store.take_log().last().unwrap(), "release");
}

/// Has a lock that is not taken twice.
struct Locking {
    store: Store,
    is_locked: std::sync::atomic::AtomicBool,
}

impl TokenStore for Locking {
    fn load(&self) -> Option<SessionTokens> {
        let was_locked = self.is_locked.swap(true, Ordering::Relaxed);
        assert!(!was_locked, "it waits for itself");
        self.store.load()
    }

    fn save(&self, tokens: &SessionTokens) {
        assert!(self.is_locked.load(Ordering::Relaxed));
        self.store.save(tokens);
    }

    fn forget(&self) {
        assert!(self.is_locked.load(Ordering::Relaxed));
        self.store.forget();
    }

    fn release(&self) {
        assert!(self.is_locked.swap(false, Ordering::Relaxed));
        self.store.release();
    }
}

#[test]
fn a_store_is_released_before_it_loads_again() {
    for refresh_token in ["refresh", "used up"] {
        let store = Store::of(tokens("old", refresh_token));
        let locking = Locking {
            store: store.clone(),
            is_locked: false.into(),
        };
        let client = Client::new(server(), Leaping::default(), target()).with_store(locking);
        let is_answered = block_on(client.call(GetTokenOwner::new())).is_ok();
        assert_eq!(is_answered, refresh_token == "refresh");
        client.set_session(None);
        let log = store.take_log();
        let count = |what| log.iter().filter(|other| *other == what).count();
        assert_eq!(count("load"), count("release"), "{log:?}");
    }
}
