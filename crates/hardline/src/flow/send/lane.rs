use std::collections::VecDeque;

use hardline_derive::Persist;

use super::entry::{Entry, Marks, Reference, Status};
use super::queued_event::Uncertainty;
use crate::flow::engine::attempts::{Attempts, FlowState};
use crate::types::{EventId, Timestamp, TransactionId};

/// The entries of one room, in order.
#[derive(Debug, Default, Persist)]
pub(super) struct Lane {
    pub(super) entries: VecDeque<Entry>,
    /// How often in a row the server failed at this room.
    pub(super) failures: u32,
    /// It is not tried again before this time.
    pub(super) not_before: Option<Timestamp>,
    #[serde(skip)]
    pub(super) in_flight: Option<InFlight>,
}

/// The request of a room that is in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) attempts: Attempts,
    pub(super) txn_id: TransactionId,
    /// The entry's marks before.
    pub(super) before: Marks,
    /// How many answers had come from the server when it was sent.
    pub(super) answers: u64,
}

impl Lane {
    pub(super) fn position(&self, txn_id: &TransactionId) -> Option<usize> {
        let mut entries = self.entries.iter();
        entries.position(|entry| entry.txn_id == *txn_id)
    }

    pub(super) fn is_in_flight(&self, txn_id: &TransactionId) -> bool {
        let in_flight = self.in_flight.as_ref();
        in_flight.is_some_and(|in_flight| in_flight.txn_id == *txn_id)
    }

    /// The positions of those that can be sent, in order. What cannot be passed ends them.
    pub(super) fn sendable(&self, goes_on: bool) -> impl Iterator<Item = usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .take_while(move |(_, entry)| {
                entry.is_sendable() || (goes_on && !entry.what.awaits_content())
            })
            .filter(|(_, entry)| entry.is_sendable())
            .map(|(index, _)| index)
    }

    /// The one whose turn it is.
    pub(super) fn next(&self, goes_on: bool) -> Option<&Entry> {
        Some(&self.entries[self.sendable(goes_on).next()?])
    }

    /// What requests for an entry may have done. One that waits for another access token counts as never sent.
    pub(super) fn marks_of(&self, entry: &Entry) -> Marks {
        match &self.in_flight {
            Some(in_flight) if in_flight.txn_id == entry.txn_id && in_flight.attempts.is_held() => {
                in_flight.before
            }
            _ => entry.marks,
        }
    }

    /// Takes the request in flight back, if there is one.
    pub(super) fn abandon(&mut self, flow_state: &mut FlowState) {
        let Some(in_flight) = self.in_flight.take() else {
            return;
        };
        in_flight.attempts.abandon(flow_state);
        if in_flight.attempts.is_held()
            && let Some(index) = self.position(&in_flight.txn_id)
        {
            self.entries[index].marks = in_flight.before;
        }
    }

    /// Of entries at these positions, for which no request has left, a save that is made now says so. Returns whether that
    /// is news.
    pub(super) fn disarm(&mut self, is_at: impl Fn(usize) -> bool) -> bool {
        let in_flight = self.in_flight.as_ref().map(|in_flight| &in_flight.txn_id);
        let mut is_news = false;
        for (index, entry) in self.entries.iter_mut().enumerate() {
            let is_in_flight = in_flight == Some(&entry.txn_id);
            if is_at(index) && !entry.marks.has_left && !is_in_flight {
                is_news |= entry.armed_until.take().is_some();
            }
        }
        is_news
    }

    /// An entry is an event now: those about it know its ID.
    pub(super) fn resolve(&mut self, txn_id: &TransactionId, event_id: &EventId) {
        for entry in &mut self.entries {
            if entry.is_about(txn_id)
                && let Some(of) = entry.what.reference_mut()
            {
                *of = Reference::Event(event_id.clone());
            }
        }
    }

    /// Takes an entry out, and those about it.
    pub(super) fn remove(&mut self, txn_id: &TransactionId) {
        let mut gone = vec![txn_id.clone()];
        while let Some(txn_id) = gone.pop() {
            let about = self.entries.iter().filter(|entry| entry.is_about(&txn_id));
            gone.extend(about.map(|entry| entry.txn_id.clone()));
            self.entries.retain(|entry| entry.txn_id != txn_id);
        }
    }

    /// The entries that the server was not sure to remember, from now on.
    pub(super) fn forget(&mut self, now: Timestamp) -> Vec<TransactionId> {
        let is_over = |entry: &Entry| {
            let until = entry.marks.remembered_until;
            until.is_some_and(|until| until <= now)
        };
        self.doubt(Uncertainty::Forgotten, is_over)
    }

    /// The entries that the server did not answer for, from now on.
    pub(super) fn leave_device(&mut self, flow_state: &mut FlowState) -> Vec<TransactionId> {
        self.abandon(flow_state);
        let is_unanswered = |entry: &Entry| entry.marks.remembered_until.is_some();
        self.doubt(Uncertainty::NewDevice, is_unanswered)
    }

    fn doubt(&mut self, why: Uncertainty, which: impl Fn(&Entry) -> bool) -> Vec<TransactionId> {
        let in_flight = self.in_flight.as_ref().map(|in_flight| &in_flight.txn_id);
        let mut doubted = Vec::new();
        for entry in &mut self.entries {
            let is_idle = in_flight != Some(&entry.txn_id);
            if is_idle && matches!(entry.status, Status::Ready) && which(entry) {
                entry.status = Status::Uncertain(why);
                doubted.push(entry.txn_id.clone());
            }
        }
        doubted
    }

    pub(super) fn deadlines_mut(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let in_flight = self.in_flight.as_mut();
        let in_flight = in_flight.and_then(|in_flight| in_flight.attempts.deadline_mut());
        let entries = self.entries.iter_mut().flat_map(|entry| {
            let remembered = entry.marks.remembered_until.as_mut();
            remembered.into_iter().chain(entry.armed_until.as_mut())
        });
        let waits = self.not_before.as_mut().into_iter().chain(in_flight);
        waits.chain(entries)
    }
}
