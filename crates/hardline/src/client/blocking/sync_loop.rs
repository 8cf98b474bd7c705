use crate::client::{BlockingConversation, BlockingTransport, Clock};
use crate::flow::{NotAwaited, SyncAnswer, SyncLoop};
use crate::types::PresenceState;

/// The methods of a [`SyncLoop`], at the client's time.
impl<T: BlockingTransport, C: Clock, R: SyncAnswer> BlockingConversation<T, C, SyncLoop<R>> {
    /// As [`SyncLoop::taken`].
    ///
    /// # Errors
    /// [`NotAwaited`] if no such answer is in hand.
    pub fn taken(&mut self, next_batch: &str) -> Result<(), NotAwaited> {
        self.conversation_mut().taken(next_batch)
    }

    /// As [`SyncLoop::saved`].
    ///
    /// # Errors
    /// [`NotAwaited`] if it does not wait for that.
    pub fn saved(&mut self, next_batch: &str) -> Result<(), NotAwaited> {
        self.conversation_mut().saved(next_batch)
    }

    /// As [`SyncLoop::nudge`].
    pub fn nudge(&mut self) {
        self.conversation_mut().nudge();
    }

    /// As [`SyncLoop::set_presence`].
    pub fn set_presence(&mut self, presence: Option<PresenceState>) {
        self.conversation_mut().set_presence(presence);
    }

    /// As [`SyncLoop::request_full_state`].
    pub fn request_full_state(&mut self) {
        self.conversation_mut().request_full_state();
    }

    /// As [`SyncLoop::pause`].
    pub fn pause(&mut self) {
        self.conversation_mut().pause();
    }

    /// As [`SyncLoop::resume`].
    pub fn resume(&mut self) {
        self.conversation_mut().resume();
    }

    /// As [`SyncLoop::stop`].
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub fn stop(&mut self) -> Result<(), NotAwaited> {
        self.conversation_mut().stop()
    }
}
