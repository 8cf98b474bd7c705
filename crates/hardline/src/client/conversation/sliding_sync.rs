use crate::client::{Clock, Conversation, Transport};
use crate::client_api::unstable::msc4186::{ExtensionsWanted, RoomSubscription};
use crate::flow::{NotAwaited, SlidingSync, SyncList};
use crate::types::{PresenceState, RoomId};

/// The methods of a [`SlidingSync`], at the client's time. After each of them, call [`next`](Conversation::next) again.
impl<T: Transport, C: Clock> Conversation<T, C, SlidingSync> {
    /// As [`SlidingSync::set_list`].
    pub fn set_list(&mut self, name: &str, list: SyncList) {
        let now = self.client().now();
        self.flow_mut().set_list(now, name, list);
    }

    /// As [`SlidingSync::remove_list`].
    pub fn remove_list(&mut self, name: &str) {
        let now = self.client().now();
        self.flow_mut().remove_list(now, name);
    }

    /// As [`SlidingSync::subscribe`].
    pub fn subscribe(&mut self, room_id: RoomId, room: RoomSubscription) {
        let now = self.client().now();
        self.flow_mut().subscribe(now, room_id, room);
    }

    /// As [`SlidingSync::unsubscribe`].
    pub fn unsubscribe(&mut self, room_id: &RoomId) {
        let now = self.client().now();
        self.flow_mut().unsubscribe(now, room_id);
    }

    /// As [`SlidingSync::set_extensions`].
    pub fn set_extensions(&mut self, wanted: ExtensionsWanted) {
        let now = self.client().now();
        self.flow_mut().set_extensions(now, wanted);
    }

    /// As [`SlidingSync::set_presence`].
    pub fn set_presence(&mut self, presence: Option<PresenceState>) {
        let now = self.client().now();
        self.flow_mut().set_presence(now, presence);
    }

    /// As [`SlidingSync::nudge`].
    pub fn nudge(&mut self) {
        let now = self.client().now();
        self.flow_mut().nudge(now);
    }

    /// As [`SlidingSync::pause`].
    pub fn pause(&mut self) {
        let now = self.client().now();
        self.flow_mut().pause(now);
    }

    /// As [`SlidingSync::resume`].
    pub fn resume(&mut self) {
        let now = self.client().now();
        self.flow_mut().resume(now);
    }

    /// As [`SlidingSync::taken`].
    ///
    /// # Errors
    /// [`NotAwaited`] if no such answer is in hand.
    pub fn taken(&mut self, pos: &str) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().taken(now, pos)
    }

    /// As [`SlidingSync::saved`].
    ///
    /// # Errors
    /// [`NotAwaited`] if it does not wait for that.
    pub fn saved(&mut self, pos: &str) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().saved(now, pos)
    }

    /// As [`SlidingSync::stop`]: [`next`](Conversation::next) then says that it is done.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub fn stop(&mut self) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().stop(now)
    }
}
