use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::state::State;
use crate::Homeserver;

/// An authorization server without its handlers, which work on this.
pub(super) struct AuthorizationServerData {
    pub(super) homeserver: Arc<Homeserver>,
    state: Mutex<State>,
}

impl AuthorizationServerData {
    pub(super) fn new(homeserver: Arc<Homeserver>, state: State) -> Self {
        Self {
            homeserver,
            state: Mutex::new(state),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked may have left its own work half done; the work of others is intact.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
