use std::time::Duration;

use super::SendQueue;
use crate::flow::RetryScheduled;
use crate::flow::send::entry::{Marks, Status};
use crate::flow::send::lane::InFlight;
use crate::flow::send::pace::{bearable, wait};
use crate::flow::send::queued_event::EventRefusal;
use crate::flow::send::send_event::SendEvent;
use crate::flow::send::verdict::{Refuser, Verdict};
use crate::types::RoomId;
use crate::wire::Error;

/// What a queue does when a request fails.
impl SendQueue {
    /// The server answered.
    pub(super) fn reached(&mut self) {
        if self.queue.pace.answered() {
            self.events.push_back(SendEvent::Online);
        }
    }

    pub(super) fn failed(&mut self, room_id: &RoomId, in_flight: &InFlight, error: Error) {
        let verdict = Verdict::of(&error, self.flow_state.now);
        let has_answered = error.status().is_some();
        let lane = self.queue.lane_mut(room_id);
        let Some(index) = lane.position(&in_flight.txn_id) else {
            return;
        };
        let entry = &mut lane.entries[index];
        entry.marks = marks_after(entry.marks, in_flight.before, verdict, has_answered);
        // Every request for it was answered, or none has left.
        if entry.marks.remembered_until.is_none() && entry.armed_until.take().is_some() {
            self.queue.revision += 1;
        }
        match verdict {
            Verdict::Refused(refuser) => {
                if refuser != Refuser::Sender {
                    self.reached();
                }
                self.stick(room_id, index, error);
            }
            Verdict::Broken(asked) => {
                self.reached();
                self.retry_room_later(room_id, in_flight, asked, error);
            }
            // Others were answered meanwhile, so it is for the sake of this room.
            Verdict::Unreachable { asked, .. }
                if in_flight.answers != self.queue.pace.answers() =>
            {
                self.retry_room_later(room_id, in_flight, asked, error);
            }
            Verdict::Unreachable { .. } | Verdict::Limited(_) | Verdict::LoggedOut => {
                let lane = self.queue.lane_mut(room_id);
                if matches!(verdict, Verdict::Unreachable { .. }) {
                    lane.failures = lane.failures.saturating_add(1);
                }
                self.hold_all(verdict, error);
            }
        }
    }

    /// Something holds up all rooms.
    pub(super) fn hold_all(&mut self, verdict: Verdict, error: Error) {
        match verdict {
            Verdict::Limited(asked) => {
                self.reached();
                let until = self.queue.pace.limit(&mut self.flow_state, asked);
                let retry = RetryScheduled { error, until };
                self.events.push_back(SendEvent::Limited(retry));
                self.disarm();
            }
            Verdict::LoggedOut => {
                if error.status().is_some() {
                    self.reached();
                }
                if self.queue.pace.log_out() {
                    self.queue.revision += 1;
                    self.events.push_back(SendEvent::LoggedOut(error));
                    self.disarm();
                }
            }
            Verdict::Unreachable { asked, .. } => {
                let state = &mut self.flow_state;
                if let Some(until) = self.queue.pace.not_reached(state, asked) {
                    let retry = RetryScheduled { error, until };
                    self.events.push_back(SendEvent::Offline(retry));
                }
                self.disarm();
            }
            Verdict::Broken(_) | Verdict::Refused(_) => {}
        }
    }

    fn retry_room_later(
        &mut self,
        room_id: &RoomId,
        in_flight: &InFlight,
        asked: Option<Duration>,
        error: Error,
    ) {
        let lane = self.queue.lane_mut(room_id);
        lane.failures = lane.failures.saturating_add(1);
        let until =
            self.flow_state.now + wait(&mut self.flow_state, bearable(asked), lane.failures);
        lane.not_before = Some(until);
        self.events.push_back(SendEvent::RetryScheduled {
            room_id: room_id.clone(),
            txn_id: in_flight.txn_id.clone(),
            retry: RetryScheduled { error, until },
        });
    }

    /// An entry is of no use as it is.
    pub(super) fn stick(&mut self, room_id: &RoomId, index: usize, error: Error) {
        self.queue.revision += 1;
        let lane = self.queue.lane_mut(room_id);
        lane.failures = 0;
        lane.not_before = None;
        let entry = &mut lane.entries[index];
        entry.status = Status::Stuck(EventRefusal::of(&error));
        self.events.push_back(SendEvent::Stuck {
            room_id: room_id.clone(),
            txn_id: entry.txn_id.clone(),
            error,
        });
    }
}

/// What is known of an entry's requests after one of them failed.
fn marks_after(now: Marks, before: Marks, verdict: Verdict, has_answered: bool) -> Marks {
    let not_acted_upon = Marks {
        remembered_until: before.remembered_until,
        ..now
    };
    match verdict {
        Verdict::Refused(Refuser::Sender)
        | Verdict::Unreachable {
            never_sent: true, ..
        } => before,
        // A server that has the event says so instead.
        Verdict::Refused(Refuser::Server) => Marks::default(),
        Verdict::Refused(Refuser::Proxy) if before.remembered_until.is_none() => Marks::default(),
        Verdict::LoggedOut if !has_answered => before,
        Verdict::Refused(Refuser::Proxy) | Verdict::Limited(_) | Verdict::LoggedOut => {
            not_acted_upon
        }
        Verdict::Broken(_) | Verdict::Unreachable { .. } => now,
    }
}
