use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hardline::types::UserId;
use tokio::sync::watch;

use super::state::Cause;

/// What waits for changes that concern a user: requests that would rather respond later.
#[derive(Default)]
pub(super) struct Wakers(Mutex<BTreeMap<UserId, watch::Sender<Change>>>);

/// The newest change that concerns a user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) position: u64,
    /// Whether the user caused it, so that the response to the request that did is under way.
    pub(crate) is_own: bool,
}

impl Wakers {
    /// Tells everything that waits for these users.
    pub(super) fn wake(&self, position: u64, concerned: BTreeMap<UserId, Cause>) {
        if concerned.is_empty() {
            return;
        }
        let mut wakers = self.locked();
        for (user_id, cause) in concerned {
            let change = Change {
                position,
                is_own: cause == Cause::Own,
            };
            // Whoever waits no longer needs no waker.
            if let Some(waker) = wakers.get(&user_id)
                && waker.send(change).is_err()
            {
                wakers.remove(&user_id);
            }
        }
    }

    /// The changes that concern a user from now on. Those since `position` count too, as far as they are known: ask for
    /// this before you look whether there are any.
    pub(super) fn changes(&self, user_id: &UserId) -> watch::Receiver<Change> {
        let mut wakers = self.locked();
        let waker = wakers.entry(user_id.clone()).or_insert_with(|| {
            watch::Sender::new(Change {
                position: 0,
                is_own: false,
            })
        });
        waker.subscribe()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<UserId, watch::Sender<Change>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
