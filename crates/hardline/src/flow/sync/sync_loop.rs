//! Asks for what is new, for ever.
//!
//! ```text
//!        .-- a filter to be stored --> StoringFilter --200--.   pause
//!        |                                  ^  |            |     any --> Paused --resume--.
//!        |            the server forgot it  |  | no answer  v                              v
//! new ---+--> CatchingUp, Live, Resting, BackingOff, Reconnecting <------------------------'
//!             ^                             |
//!             |                             | answer
//!             |                             v
//!             '------------ taken -- AnswerInHand
//!             ^                             | taken, where saves are confirmed
//!             |                             v
//!             '------------ saved -------- Saving         stop, or refused for good: done
//! ```
//!
//! The states of the polls, and how they lead to each other, are in `long_poll.rs`.

mod answer;
mod filter;
mod sync_event;
mod syncing;

use std::time::Duration;

use crate::client_api::sync::{Filter, SyncFilter, SyncResponse, SyncWithRawRoomsResponse};
use crate::flow::NotAwaited;
use crate::flow::engine::Engine;
use crate::flow::engine::eventful::{Eventful, eventful_flow};
use crate::flow::sync::sync_loop::filter::LoopFilter;
use crate::flow::sync::sync_loop::syncing::{SyncState, Syncing};
use crate::types::{PresenceState, Timestamp, UserId};
use crate::wire::{Homeserver, Target};

pub use answer::SyncAnswer;
pub use sync_event::{SyncEvent, TimelineGap};

/// Asks the homeserver for what is new, for ever: in the user's rooms, of their account data and to their device.
///
/// Each [answer](SyncEvent::Answer) is handed over with its token, [`next_batch`](SyncResponse::next_batch). The program
/// stores what the answer says together with the token, and then says that it has [`taken`](SyncLoop::taken) it: only then
/// the flow asks on from there, and the server forgets what it has told. So at most one answer is in hand, and a crash at
/// any time loses nothing: whoever begins again with the stored token ([`with_since`](SyncLoop::with_since)), or with the
/// saved flow, gets everything that was not stored, to-device messages included, and nothing twice that was.
///
/// - It goes on whatever the network does. While the server does not answer, for whatever reason, it tries again, less and
///   less often ([`SyncStatus::Offline`](crate::flow::SyncStatus::Offline)); [`nudge`](SyncLoop::nudge) it when the network
///   has changed. A wait that the server asks for is kept.
/// - The first answer has ten minutes ([`with_first_limit`](SyncLoop::with_first_limit)), each other one the time that
///   the server was told to wait and a margin. An answer that came too late has twice as long the next time.
/// - A server that answers at once with nothing is asked no more than once a second.
/// - It ends with `Ok` after [`stop`](SyncLoop::stop); with [`FlowError::LoggedOut`](crate::flow::FlowError::LoggedOut) if
///   the session is over, which is up to the [`TokenManager`](crate::flow::TokenManager) where there is one; and with
///   [`FlowError::Refused`](crate::flow::FlowError::Refused) if the server refuses the request for good: it does not know
///   the token (`M_UNKNOWN_POS`, or 400 with another code), or takes no such filter. A new flow without a token gets
///   everything from the start.
///
/// Members that a filter's `event_fields` or an old server leaves out are no error. The answers are typed, with raw lists
/// of events. A program that has little memory takes them [with raw rooms](SyncLoop::with_raw_rooms), one room at a time.
///
/// ```
/// use hardline::flow::{Flow, Input, Output, SyncEvent, SyncLoop, SyncStatus};
/// use hardline::types::Timestamp;
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let now = Timestamp::from_millis(0);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let mut flow = SyncLoop::new(now, homeserver, 1).with_since("s1");
/// let Output::Send(id, request) = flow.poll_output() else { panic!("it asks") };
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/sync?since=s1&timeout=0");
/// let Output::Event(SyncEvent::Status(SyncStatus::CatchingUp)) = flow.poll_output() else { panic!("it begins") };
///
/// flow.handle_input(now, Input::Response(id, http::Response::new(r#"{"next_batch": "s2"}"#.into())));
/// let Output::Event(SyncEvent::Answer(answer)) = flow.poll_output() else { panic!("it is answered") };
/// assert!(!flow.is_live());
/// // Store what it says, and the token with it.
/// flow.taken(now, &answer.value.next_batch)?;
/// let Output::Event(SyncEvent::Status(SyncStatus::Live)) = flow.poll_output() else { panic!("that was all") };
/// assert!(flow.is_live());
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it asks on") };
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/sync?since=s2&timeout=30000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Client::sync`](crate::client::Client::sync) runs one.
///
/// Specification: [syncing](https://spec.matrix.org/v1.19/client-server-api/#syncing).
#[derive(Debug)]
pub struct SyncLoop<R: SyncAnswer = SyncResponse>(Engine<Eventful<Syncing<R>>>);

eventful_flow!(SyncLoop<R: SyncAnswer>, tells: SyncEvent<R>);

impl SyncLoop {
    /// Starts the flow. The first request is ready immediately. `seed` varies the waits; any number that differs between
    /// clients will do.
    pub fn new(now: Timestamp, homeserver: Homeserver, seed: u64) -> Self {
        Self::at(now, Target::Homeserver(homeserver), seed)
    }

    /// The same at the target of a client, whatever it is: if it is no homeserver, the first request is refused.
    pub(crate) fn at(now: Timestamp, target: Target, seed: u64) -> Self {
        let logic = Syncing::new(SyncState::new(target));
        Self(Engine::new(now, Eventful::new(logic), seed))
    }

    /// Takes the answers with each room undecoded until it is asked for: it takes a fraction of the memory.
    #[must_use]
    pub fn with_raw_rooms(self) -> SyncLoop<SyncWithRawRoomsResponse> {
        SyncLoop(
            self.0
                .map_logic(|eventful| Eventful::new(Syncing::new(eventful.logic.state))),
        )
    }
}

impl<R: SyncAnswer> SyncLoop<R> {
    /// Begins after the answer with this token instead of at the start. Call it before the first poll.
    #[must_use]
    pub fn with_since(mut self, since: impl Into<String>) -> Self {
        self.sync_state_mut().since = Some(since.into());
        self
    }

    /// Sets which events are wanted: a filter itself ([`SyncFilter::inline`]), or the ID of one that the server has.
    #[must_use]
    pub fn with_filter(mut self, filter: SyncFilter) -> Self {
        self.sync_state_mut().filter = LoopFilter::Given(filter);
        self
    }

    /// Sets which events are wanted: this filter is stored at the server once, for the user of the session, and named by
    /// its ID from then on, also by the saved flow. If the server has forgotten it, it is stored again.
    #[must_use]
    pub fn with_stored_filter(mut self, user_id: UserId, filter: Filter) -> Self {
        self.sync_state_mut().filter = LoopFilter::stored(user_id, filter);
        self
    }

    /// Sets how long the server waits for something new: 30 seconds by default.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.sync_state_mut().wishes.timeout = timeout;
        self
    }

    /// Sets how long an answer may take beyond the time that the server waits: 30 seconds by default.
    #[must_use]
    pub fn with_margin(mut self, margin: Duration) -> Self {
        self.sync_state_mut().wishes.margin = margin;
        self
    }

    /// Sets how long the answer may take that has everything, the first one: 10 minutes by default.
    #[must_use]
    pub fn with_first_limit(mut self, limit: Duration) -> Self {
        self.sync_state_mut().wishes.first_limit = limit;
        self
    }

    /// Sets what the syncs say of whether the user is there. Without it the server takes them for online.
    #[must_use]
    pub fn with_presence(mut self, presence: PresenceState) -> Self {
        self.sync_state_mut().wishes.presence = Some(presence);
        self
    }

    /// Asks for the state at the end of timelines instead of that at their beginning, as
    /// [`Sync::with_state_after`](crate::client_api::sync::Sync::with_state_after).
    #[must_use]
    pub fn with_state_after(mut self) -> Self {
        self.sync_state_mut().wishes.has_state_after = true;
        self
    }

    /// Waits, after an answer was [`taken`](SyncLoop::taken), until the program says that the flow was
    /// [`saved`](SyncLoop::saved) since: for a program that keeps the flow itself, and not its token.
    #[must_use]
    pub fn with_confirmed_saves(mut self) -> Self {
        self.sync_state_mut().wishes.confirms_saves = true;
        self
    }

    /// Says that what the answer with this token says is stored, with the token. The flow asks on from there, and the
    /// server forgets what it has told: after a crash it will not come again.
    ///
    /// With [`with_confirmed_saves`](SyncLoop::with_confirmed_saves): says that what the answer says is to be stored in one
    /// step with the flow as it is from now on, which asks on once that was done and is [`saved`](SyncLoop::saved).
    ///
    /// # Errors
    /// [`NotAwaited`] if no such answer is in hand.
    pub fn taken(&mut self, now: Timestamp, next_batch: &str) -> Result<(), NotAwaited> {
        self.0
            .change(now, |eventful, _| eventful.logic.state.taken(next_batch))
    }

    /// Says that the flow was saved after it had [`taken`](SyncLoop::taken) the answer with this token.
    ///
    /// # Errors
    /// [`NotAwaited`] if it does not wait for that.
    pub fn saved(&mut self, now: Timestamp, next_batch: &str) -> Result<(), NotAwaited> {
        self.0
            .change(now, |eventful, _| eventful.logic.state.saved(next_batch))
    }

    /// Says that the network may have changed, or that the machine has woken: the flow does not wait any longer before it
    /// tries again, and what waits at the server is asked again, over another connection if that one is dead. A wait that
    /// the server asked for is kept, and the first answer is still waited for.
    pub fn nudge(&mut self, now: Timestamp) {
        // A flow that is over needs no nudge.
        let _ = self.0.change(now, |eventful, in_flight| {
            Ok(eventful.logic.state.nudge(in_flight))
        });
    }

    /// Changes what the syncs say of whether the user is there: at once, unless the first answer is waited for.
    pub fn set_presence(&mut self, now: Timestamp, presence: Option<PresenceState>) {
        let _ = self.0.change(now, |eventful, in_flight| {
            Ok(eventful.logic.state.set_presence(presence, in_flight))
        });
    }

    /// Asks for the state of all rooms, even if it has not changed: an answer soon has it.
    pub fn request_full_state(&mut self, now: Timestamp) {
        let _ = self.0.change(now, |eventful, in_flight| {
            Ok(eventful.logic.state.request_full_state(in_flight))
        });
    }

    /// Asks for nothing until the flow is [resumed](SyncLoop::resume). A request in flight is dropped; an answer in hand
    /// may still be taken.
    pub fn pause(&mut self, now: Timestamp) {
        let _ = self
            .0
            .change(now, |eventful, _| Ok(eventful.logic.state.pause()));
    }

    /// Goes on after a [pause](SyncLoop::pause).
    pub fn resume(&mut self, now: Timestamp) {
        let _ = self
            .0
            .change(now, |eventful, _| Ok(eventful.logic.state.resume()));
    }

    /// The token of the last answer that was [`taken`](SyncLoop::taken): where the flow asks on.
    pub fn since(&self) -> Option<&str> {
        self.sync_state().since.as_deref()
    }

    /// Whether the program has everything that there was, so that what comes is new: whether
    /// [`SyncStatus::Live`](crate::flow::SyncStatus::Live) was told. It is false while the answer that catches up is in hand.
    pub fn is_live(&self) -> bool {
        self.sync_state().polls.is_live() && !self.0.logic.untold().any(SyncEvent::is_live)
    }

    /// Since when the server has not answered, if it does not.
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.sync_state().polls.offline_since()
    }

    fn sync_state(&self) -> &SyncState {
        &self.0.logic.logic.state
    }

    fn sync_state_mut(&mut self) -> &mut SyncState {
        &mut self.0.logic_mut().logic.state
    }
}

#[cfg(test)]
mod tests;
