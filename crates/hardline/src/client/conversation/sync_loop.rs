use crate::client::{Clock, Conversation, Transport};
use crate::flow::{NotAwaited, SyncAnswer, SyncLoop};
use crate::types::PresenceState;

/// The methods of a [`SyncLoop`], at the client's time. After each of them, call [`next`](Conversation::next) again.
impl<T: Transport, C: Clock, R: SyncAnswer> Conversation<T, C, SyncLoop<R>> {
    /// As [`SyncLoop::taken`].
    ///
    /// # Errors
    /// [`NotAwaited`] if no such answer is in hand.
    pub fn taken(&mut self, next_batch: &str) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().taken(now, next_batch)
    }

    /// As [`SyncLoop::saved`].
    ///
    /// # Errors
    /// [`NotAwaited`] if it does not wait for that.
    pub fn saved(&mut self, next_batch: &str) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().saved(now, next_batch)
    }

    /// As [`SyncLoop::nudge`].
    pub fn nudge(&mut self) {
        let now = self.client().now();
        self.flow_mut().nudge(now);
    }

    /// As [`SyncLoop::set_presence`].
    pub fn set_presence(&mut self, presence: Option<PresenceState>) {
        let now = self.client().now();
        self.flow_mut().set_presence(now, presence);
    }

    /// As [`SyncLoop::request_full_state`].
    pub fn request_full_state(&mut self) {
        let now = self.client().now();
        self.flow_mut().request_full_state(now);
    }

    /// As [`SyncLoop::pause`].
    pub fn pause(&mut self) {
        let now = self.client().now();
        self.flow_mut().pause(now);
    }

    /// As [`SyncLoop::resume`].
    pub fn resume(&mut self) {
        let now = self.client().now();
        self.flow_mut().resume(now);
    }

    /// As [`SyncLoop::stop`]: [`next`](Conversation::next) then says that it is done.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub fn stop(&mut self) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().stop(now)
    }
}
