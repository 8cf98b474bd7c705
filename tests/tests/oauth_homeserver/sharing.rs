//! Several clients on one session, as processes that share a store.

use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use hardline::client::TokenStore;
use hardline::client_api::account::GetTokenOwner;
use hardline::flow::SessionTokens;
use hardline::wire::ErrorCode;

use crate::trial::{PATIENCE, lost, over_every_transport};

/// Has a lock, which whoever looks for newer tokens holds until it has refreshed.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    tokens: Option<SessionTokens>,
    is_locked: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl TokenStore for Shared {
    fn load(&self) -> Option<SessionTokens> {
        // Each client has a thread of its own, so that one can wait here for another.
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let mut state = self.state();
            if !state.is_locked {
                state.is_locked = true;
                return state.tokens.clone();
            }
            drop(state);
            thread::yield_now();
        }
        panic!("nobody gives the lock up");
    }

    fn save(&self, tokens: &SessionTokens) {
        self.state().tokens = Some(tokens.clone());
    }

    fn forget(&self) {
        self.state().tokens = None;
    }

    fn release(&self) {
        self.state().is_locked = false;
    }
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn clients_that_share_a_store_refresh_once() {
    over_every_transport("shared", async |trial| {
        let tokens = lost(trial.log_in().await.tokens);
        let store = Shared::default();
        store.save(&tokens);
        let clients: Vec<_> = (0..3)
            .map(|_| {
                let client = trial.another_client().with_session(tokens.clone());
                client.with_store(store.clone())
            })
            .collect();
        thread::scope(|scope| {
            for client in &clients {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build();
                    let owner = runtime.unwrap().block_on(client.call(GetTokenOwner::new()));
                    owner.unwrap();
                });
            }
        });
        assert_eq!(trial.refreshes(), [200]);
        for client in &clients {
            assert_eq!(client.session(), store.state().tokens);
        }
        assert!(!store.state().is_locked);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_client_whose_tokens_another_one_replaced_takes_those() {
    over_every_transport("behind", async |trial| {
        trial.log_in().await;
        trial.expire();
        let store = Shared::default();
        store.save(&trial.tokens());
        let behind = trial.another_client().with_store(store.clone());
        // The grace of the refresh token is over as soon as the new access token is used.
        trial.whoami().await.unwrap();
        store.save(&trial.tokens());

        behind.call(GetTokenOwner::new()).await.unwrap();
        assert_eq!(behind.session(), Some(trial.tokens()));
        assert_eq!(trial.refreshes(), [200]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_client_whose_session_ends_gives_the_lock_up() {
    over_every_transport("ended", async |trial| {
        let used = lost(trial.log_in().await.tokens);
        trial.lose_access_token();
        trial.whoami().await.unwrap();

        let store = Shared::default();
        store.save(&used);
        let client = trial.another_client().with_store(store.clone());
        let error = client.call(GetTokenOwner::new()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken), "{error}");
        assert_eq!(client.session(), None);
        assert_eq!(store.state().tokens, None);
        assert!(!store.state().is_locked);
        assert_eq!(trial.refreshes(), [200, 400]);
    });
}
