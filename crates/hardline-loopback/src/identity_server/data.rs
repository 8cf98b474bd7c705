use std::sync::{Arc, MutexGuard};

use super::state::State;
use super::trusted::Trusted;
use crate::Homeserver;

/// An identity server without its handlers, which work on this.
pub(super) struct IdentityServerData {
    pub(super) homeserver: Arc<Homeserver>,
    pub(super) trusted: Trusted,
}

impl IdentityServerData {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.trusted.state()
    }
}
