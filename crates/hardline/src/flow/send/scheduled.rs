use std::time::Duration;

use hardline_derive::Persist;

use super::delay::{Delay, DelayId, Wanted};
use super::entry::{Encoded, Entry, What, encode};
use crate::client_api::unstable::msc4140::{
    DelayedEventAction, UpdateDelayedEvent, UpdateDelayedEventByBody,
};
use crate::flow::engine::attempts::{Attempts, FlowState};
use crate::types::{RoomId, Timestamp, TransactionId};
use crate::wire::Target;

/// An event that the server sends after a delay.
#[derive(Debug, Persist)]
pub(super) struct Scheduled {
    pub(super) room_id: RoomId,
    pub(super) txn_id: TransactionId,
    delay_id: DelayId,
    delay: Delay,
    /// When its delay is over.
    ends_at: Timestamp,
    /// When the server is asked next to do something with it.
    due_at: Option<Timestamp>,
    wanted: Option<Wanted>,
    failures: u32,
    #[serde(skip)]
    in_flight: Option<Update>,
}

/// A request about it.
#[derive(Debug)]
pub(super) struct Update {
    pub(super) attempts: Attempts,
    pub(super) action: DelayedEventAction,
    /// How many answers had come from the server when it was sent.
    pub(super) answers: u64,
}

/// The least time that a request about an event is given, and the least wait between two.
const LEAST: Duration = Duration::from_secs(1);

impl Scheduled {
    /// An entry that the server has scheduled just now.
    pub(super) fn of(
        now: Timestamp,
        room_id: &RoomId,
        entry: &Entry,
        delay_id: DelayId,
    ) -> Option<Self> {
        let What::Delayed { delay, wanted, .. } = entry.what else {
            return None;
        };
        let mut scheduled = Self {
            room_id: room_id.clone(),
            txn_id: entry.txn_id.clone(),
            delay_id,
            delay,
            ends_at: now,
            due_at: None,
            wanted: None,
            failures: 0,
            in_flight: None,
        };
        scheduled.begin(now);
        if let Some(wanted) = wanted {
            scheduled.want(now, wanted);
        }
        Some(scheduled)
    }

    pub(super) fn is_of(&self, txn_id: &TransactionId) -> bool {
        self.txn_id == *txn_id
    }

    /// The secret by which others can cancel it, send it, or begin its delay anew.
    pub(super) fn delay_id(&self) -> &str {
        &self.delay_id.0
    }

    /// The delay begins now.
    fn begin(&mut self, now: Timestamp) {
        self.failures = 0;
        self.ends_at = now + self.delay.length;
        self.due_at = self
            .delay
            .is_kept_alive
            .then(|| now + self.delay.length / 2);
    }

    /// Whether that is something new.
    pub(super) fn want(&mut self, now: Timestamp, wanted: Wanted) -> bool {
        if self.wanted == Some(wanted) {
            return false;
        }
        self.wanted = Some(wanted);
        self.failures = 0;
        self.due_at = Some(now);
        true
    }

    /// Whether nothing is left to do for it.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.due_at.is_none() && self.in_flight.is_none() && self.ends_at <= now
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.in_flight.is_none() && self.due_at.is_some_and(|due_at| due_at <= now)
    }

    pub(super) fn request(&self, target: &Target, by_body: bool) -> (DelayedEventAction, Encoded) {
        let action = match self.wanted {
            None => DelayedEventAction::Restart,
            Some(Wanted::Cancel) => DelayedEventAction::Cancel,
            Some(Wanted::Send) => DelayedEventAction::Send,
        };
        let delay_id = self.delay_id.0.clone();
        let encoded = if by_body {
            encode(
                &UpdateDelayedEventByBody::new(delay_id, action.clone()),
                target,
            )
        } else {
            encode(&UpdateDelayedEvent::new(delay_id, action.clone()), target)
        };
        (action, encoded)
    }

    /// How long to wait for a response: so that there is time to try again.
    pub(super) fn timeout(&self, usual: Duration) -> Duration {
        usual.min((self.delay.length / 4).max(LEAST))
    }

    pub(super) fn sent(&mut self, attempts: Attempts, action: DelayedEventAction, answers: u64) {
        self.in_flight = Some(Update {
            attempts,
            action,
            answers,
        });
    }

    pub(super) fn in_flight(&self) -> Option<&Update> {
        self.in_flight.as_ref()
    }

    pub(super) fn take_in_flight(&mut self) -> Option<Update> {
        self.in_flight.take()
    }

    pub(super) fn put_back(&mut self, update: Update) {
        self.in_flight = Some(update);
    }

    /// The server began the delay anew, no earlier than it was asked to.
    pub(super) fn restarted(&mut self, sent_at: Timestamp) {
        if self.wanted.is_none() {
            self.begin(sent_at);
        }
    }

    /// It is tried again after a while.
    pub(super) fn failed(&mut self, flow_state: &mut FlowState) {
        self.failures = self.failures.saturating_add(1);
        let wait = flow_state.policy.backoff(self.failures);
        let wait = wait.min((self.delay.length / 8).max(LEAST));
        self.due_at = Some(flow_state.now + flow_state.jitter.spread(wait));
    }

    /// It is tried again at once, in another form.
    pub(super) fn again(&mut self, now: Timestamp) {
        self.due_at = Some(now);
    }

    /// When something happens without an input.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match &self.in_flight {
            Some(update) => update.attempts.deadline(),
            None => self.due_at.or(Some(self.ends_at)),
        }
    }

    pub(super) fn deadlines_mut(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let in_flight = self.in_flight.as_mut();
        let in_flight = in_flight.and_then(|update| update.attempts.deadline_mut());
        let due = self.due_at.as_mut().into_iter().chain(in_flight);
        due.chain([&mut self.ends_at])
    }
}
