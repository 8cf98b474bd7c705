use crate::client::{BlockingConversation, BlockingTransport, Clock};
use crate::client_api::unstable::msc4186::{ExtensionsWanted, RoomSubscription};
use crate::flow::{NotAwaited, SlidingSync, SyncList};
use crate::types::{PresenceState, RoomId};

/// The methods of a [`SlidingSync`], at the client's time.
impl<T: BlockingTransport, C: Clock> BlockingConversation<T, C, SlidingSync> {
    /// As [`SlidingSync::set_list`].
    pub fn set_list(&mut self, name: &str, list: SyncList) {
        self.conversation_mut().set_list(name, list);
    }

    /// As [`SlidingSync::remove_list`].
    pub fn remove_list(&mut self, name: &str) {
        self.conversation_mut().remove_list(name);
    }

    /// As [`SlidingSync::subscribe`].
    pub fn subscribe(&mut self, room_id: RoomId, room: RoomSubscription) {
        self.conversation_mut().subscribe(room_id, room);
    }

    /// As [`SlidingSync::unsubscribe`].
    pub fn unsubscribe(&mut self, room_id: &RoomId) {
        self.conversation_mut().unsubscribe(room_id);
    }

    /// As [`SlidingSync::set_extensions`].
    pub fn set_extensions(&mut self, wanted: ExtensionsWanted) {
        self.conversation_mut().set_extensions(wanted);
    }

    /// As [`SlidingSync::set_presence`].
    pub fn set_presence(&mut self, presence: Option<PresenceState>) {
        self.conversation_mut().set_presence(presence);
    }

    /// As [`SlidingSync::nudge`].
    pub fn nudge(&mut self) {
        self.conversation_mut().nudge();
    }

    /// As [`SlidingSync::pause`].
    pub fn pause(&mut self) {
        self.conversation_mut().pause();
    }

    /// As [`SlidingSync::resume`].
    pub fn resume(&mut self) {
        self.conversation_mut().resume();
    }

    /// As [`SlidingSync::taken`].
    ///
    /// # Errors
    /// [`NotAwaited`] if no such answer is in hand.
    pub fn taken(&mut self, pos: &str) -> Result<(), NotAwaited> {
        self.conversation_mut().taken(pos)
    }

    /// As [`SlidingSync::saved`].
    ///
    /// # Errors
    /// [`NotAwaited`] if it does not wait for that.
    pub fn saved(&mut self, pos: &str) -> Result<(), NotAwaited> {
        self.conversation_mut().saved(pos)
    }

    /// As [`SlidingSync::stop`].
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub fn stop(&mut self) -> Result<(), NotAwaited> {
        self.conversation_mut().stop()
    }
}
