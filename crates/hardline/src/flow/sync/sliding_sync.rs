//! Follows rooms by sliding sync, for ever.
//!
//! ```text
//!          .----------------- taken -----------------.         pause
//!          |                                         |    any --> Paused --resume--> as before
//!          |     .-- what is wanted changes --.      |
//!          v     v                            |      |
//! new --> CatchingUp, Live, Resting, BackingOff, Reconnecting --answer--> AnswerInHand
//!          ^  ^                   |                                            |
//!          |  |   the server has forgotten the connection                      | taken, where saves
//!          |  |                   v                                            v are confirmed
//!          |  '--------------- Restarting                                   Saving
//!          '------------------------------------------------ saved ------------'
//!                                                       stop, or refused for good: done
//! ```
//!
//! The states of the polls, and how they lead to each other, are in `long_poll.rs`.

mod event;
mod following;
mod sync_list;
mod sync_tokens;
mod wanted;

use std::time::Duration;

use crate::client_api::unstable::msc4186::{ExtensionsWanted, RoomSubscription};
use crate::flow::NotAwaited;
use crate::flow::engine::eventful::{Eventful, eventful_flow};
use crate::flow::engine::{Engine, Replied};
use crate::types::{PresenceState, RoomId, Timestamp, UserId};
use crate::wire::{Homeserver, Target};
use following::Following;
use wanted::{Change, Wanted};

pub use event::{SlidingSyncAnswer, SlidingSyncEvent};
pub use sync_list::SyncList;
pub use sync_tokens::SlidingSyncTokens;

/// Follows the rooms that the program looks at, by sliding sync: lists of rooms whose windows grow until they are whole,
/// rooms that it subscribes to, and what comes beside rooms.
///
/// - What is wanted may change at any time. A request that is in flight is dropped then, and the next one asks for what
///   is wanted now from the same position, so that an answer that was on its way is not lost. The server remembers
///   nothing of what is wanted; the flow does.
/// - An [answer](SlidingSyncEvent::Answer) comes with its [tokens](SlidingSyncTokens). The program stores what it needs of it,
///   and then it calls [`taken`](SlidingSync::taken): only the request after that tells the server that the program has
///   what was sent to the device, so that the server deletes it. A program that crashes before gets the answer again.
/// - If the server has forgotten the connection, another one begins with the first batches
///   ([`Restarted`](SlidingSyncEvent::Restarted)). What was sent to the device goes on where it was.
/// - It goes on whatever the network does, as a [`SyncLoop`](crate::flow::SyncLoop) does, and tells
///   [how far it is](crate::flow::SyncStatus). [`nudge`](SlidingSync::nudge) it when the network has changed.
/// - It ends with `Ok` after [`stop`](SlidingSync::stop); with [`FlowError::LoggedOut`](crate::flow::FlowError::LoggedOut) if
///   the session is over; and with [`FlowError::Refused`](crate::flow::FlowError::Refused) if the server refuses the request
///   for good: it has no sliding sync (`M_UNRECOGNIZED`), or does not take what is wanted (`M_INVALID_PARAM`: more than
///   100 lists).
///
/// It is no store: of what the lists have it keeps the numbers of their rooms alone.
///
/// ```
/// use hardline::client_api::unstable::msc4186::{RoomSubscription, StatePattern};
/// use hardline::flow::{Flow, Input, Output, SlidingSync, SlidingSyncEvent, SyncList};
/// use hardline::types::{Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let now = Timestamp::from_millis(0);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let names = vec![StatePattern::new("m.room.name", "")];
/// let mut flow = SlidingSync::new(now, homeserver, UserId::parse("@me:example.org")?, 1);
/// flow.set_list(now, "all", SyncList::growing(20, RoomSubscription::new(1, names)));
///
/// let Output::Send(id, request) = flow.poll_output() else { panic!("it asks") };
/// assert!(request.body().starts_with(br#"{"lists":{"all":{"ranges":[[0,19]]"#));
/// let Output::Event(SlidingSyncEvent::Status(_)) = flow.poll_output() else { panic!("it catches up") };
/// let response = r#"{"pos": "1", "lists": {"all": {"count": 30}}, "rooms": {}}"#;
/// flow.handle_input(now, Input::Response(id, http::Response::new(response.into())));
/// let Output::Event(SlidingSyncEvent::Answer(answer)) = flow.poll_output() else { panic!("it tells") };
/// assert_eq!(answer.tokens.pos.as_deref(), Some("1"));
/// assert_eq!(flow.list_count("all"), Some(30));
///
/// // Store what is needed of the answer, and then:
/// flow.taken(now, "1")?;
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it asks for more") };
/// assert!(request.body().starts_with(br#"{"lists":{"all":{"ranges":[[0,39]]"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4186](https://github.com/matrix-org/matrix-spec-proposals/pull/4186). The server is spoken to in the form
/// that it has: the accepted one where the homeserver's [`supported`](Homeserver::supported) says so, and otherwise the
/// unstable one.
#[derive(Debug)]
pub struct SlidingSync(Engine<Eventful<Following>>);

eventful_flow!(SlidingSync, tells: SlidingSyncEvent);

impl SlidingSync {
    /// Starts the flow for a user, with nothing that is wanted. The first request is ready immediately. `seed` varies the
    /// waits; any number that differs between clients will do.
    pub fn new(now: Timestamp, homeserver: Homeserver, user_id: UserId, seed: u64) -> Self {
        Self::at(now, Target::Homeserver(homeserver), user_id, seed)
    }

    /// The same at the target of a client, whatever it is: if it is no homeserver, the first request is refused.
    pub(crate) fn at(now: Timestamp, target: Target, user_id: UserId, seed: u64) -> Self {
        let logic = Following::new(target, user_id);
        Self(Engine::new(now, Eventful::new(logic), seed))
    }

    /// Gives the connection a name. A device has one connection for each name.
    #[must_use]
    pub fn with_conn_id(mut self, conn_id: &str) -> Self {
        self.logic_mut().wanted.set_conn_id(conn_id.to_owned());
        self
    }

    /// Goes on where another flow of this connection was, for a program that stores tokens instead of flows.
    #[must_use]
    pub fn with_tokens(mut self, tokens: SlidingSyncTokens) -> Self {
        self.logic_mut().tokens = tokens;
        self
    }

    /// Sets how long the server waits for news before it answers without any: 30 seconds by default.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.logic_mut().timeout = timeout;
        self
    }

    /// Waits, after an answer was [`taken`](SlidingSync::taken), until the program says that the flow was
    /// [`saved`](SlidingSync::saved) since: for a program that keeps the flow itself, and not its tokens.
    #[must_use]
    pub fn with_confirmed_saves(mut self) -> Self {
        self.logic_mut().confirms_saves = true;
        self
    }

    /// Follows a list from now on, or another one under the same name. Its window begins with the first batch.
    pub fn set_list(&mut self, now: Timestamp, name: &str, list: SyncList) {
        self.want(now, |wanted| wanted.set_list(name, list));
    }

    /// Does not follow a list any more.
    pub fn remove_list(&mut self, now: Timestamp, name: &str) {
        self.want(now, |wanted| wanted.remove_list(name));
    }

    /// Follows a room from now on, whichever lists it is in.
    pub fn subscribe(&mut self, now: Timestamp, room_id: RoomId, room: RoomSubscription) {
        self.want(now, |wanted| wanted.subscribe(room_id, room));
    }

    /// Follows a room only as far as the lists do that it is in.
    pub fn unsubscribe(&mut self, now: Timestamp, room_id: &RoomId) {
        self.want(now, |wanted| wanted.unsubscribe(room_id));
    }

    /// Sets what is wanted besides rooms. The flow has its own tokens; those in `wanted` do not count.
    pub fn set_extensions(&mut self, now: Timestamp, wanted: ExtensionsWanted) {
        self.want(now, |known| known.set_extensions(wanted));
    }

    /// Sets what the sync says of whether the user is there. Without it the server takes them for online.
    pub fn set_presence(&mut self, now: Timestamp, presence: Option<PresenceState>) {
        self.want(now, |wanted| wanted.set_presence(presence));
    }

    /// Says that the program has stored what it needs of the [answer](SlidingSyncEvent::Answer) with this position. The
    /// flow asks on from there, and the server deletes what it has told of what was sent to the device.
    ///
    /// With [`with_confirmed_saves`](SlidingSync::with_confirmed_saves): says that what the answer says is to be stored in
    /// one step with the flow as it is from now on, which asks on once that was done and is [`saved`](SlidingSync::saved).
    ///
    /// # Errors
    /// [`NotAwaited`] if no such answer is in hand.
    pub fn taken(&mut self, now: Timestamp, pos: &str) -> Result<(), NotAwaited> {
        self.0.change(now, |eventful, _| eventful.logic.taken(pos))
    }

    /// Says that the flow was saved after it had [`taken`](SlidingSync::taken) the answer with this position.
    ///
    /// # Errors
    /// [`NotAwaited`] if it does not wait for that.
    pub fn saved(&mut self, now: Timestamp, pos: &str) -> Result<(), NotAwaited> {
        self.0.change(now, |eventful, _| eventful.logic.saved(pos))
    }

    /// Says that the network may have changed, or that the machine has woken: the flow does not wait any longer before it
    /// tries again, and what waits at the server is asked again, over another connection if that one is dead. A wait that
    /// the server asked for is kept.
    pub fn nudge(&mut self, now: Timestamp) {
        self.change(now, |following, in_flight| following.nudge(in_flight));
    }

    /// Asks for nothing until the flow is [resumed](SlidingSync::resume). A request in flight is dropped; an answer in
    /// hand may still be taken.
    pub fn pause(&mut self, now: Timestamp) {
        self.change(now, |following, _| following.set_paused(true));
    }

    /// Goes on after a [pause](SlidingSync::pause).
    pub fn resume(&mut self, now: Timestamp) {
        self.change(now, |following, _| following.set_paused(false));
    }

    /// How many rooms a list has in all, as far as that is known.
    pub fn list_count(&self, name: &str) -> Option<u64> {
        self.logic().wanted.count(name)
    }

    /// Whether all that is wanted of a list was told. False if there is no such list.
    pub fn is_list_complete(&self, name: &str) -> bool {
        self.logic().wanted.is_list_complete(name)
    }

    /// The tokens of the last answer that was [`taken`](SlidingSync::taken): where the flow asks on.
    pub fn tokens(&self) -> &SlidingSyncTokens {
        &self.logic().tokens
    }

    /// Whether the program has everything that there was, so that what comes is new: whether
    /// [`SyncStatus::Live`](crate::flow::SyncStatus::Live) was told. It is false while the answer that catches up is in hand.
    pub fn is_live(&self) -> bool {
        self.logic().polls.is_live() && !self.0.logic.untold().any(SlidingSyncEvent::is_live)
    }

    /// Since when the server has not answered, if it does not.
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.logic().polls.offline_since()
    }

    fn want(&mut self, now: Timestamp, change: impl FnOnce(&mut Wanted) -> Change) {
        self.change(now, |following, in_flight| {
            // A wait stays as long as it is: what comes after it asks for what is wanted then.
            match (change(&mut following.wanted), in_flight) {
                (Change::Something, Some(_)) => Replied::Restart,
                _ => Replied::Continue,
            }
        });
    }

    fn change(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Following, Option<Duration>) -> Replied,
    ) {
        // A flow that is over wants nothing any more.
        let _ = self.0.change(now, |eventful, in_flight| {
            Ok(change(&mut eventful.logic, in_flight))
        });
    }

    fn logic(&self) -> &Following {
        &self.0.logic.logic
    }

    fn logic_mut(&mut self) -> &mut Following {
        &mut self.0.logic_mut().logic
    }
}

#[cfg(test)]
mod tests;
