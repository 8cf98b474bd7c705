//! How a queue runs: which request is next, and what an answer means. The states are in `send_queue.rs`.
//!
//! ```text
//! next_room --> Sending --answered--> finish
//!                  '------failed----> by the verdict: again later, stuck, or the whole queue waits
//! ```

use http::Request;

use super::SendQueue;
use crate::flow::engine::attempts::{Answered, Attempts};
use crate::flow::send::entry::Status;
use crate::flow::send::lane::{InFlight, Lane};
use crate::flow::send::queue::{End, Finished};
use crate::flow::send::send_event::SendEvent;
use crate::flow::{Flow, Input, Output, RequestId};
use crate::types::{RoomId, Timestamp};
use crate::wire::Target;

impl Flow for SendQueue {
    type Event = SendEvent;
    type Outcome = ();

    fn poll_output(&mut self) -> Output<SendEvent, ()> {
        // Cancellations go out before the next request.
        if let Some(id) = self.flow_state.cancelled.pop_front() {
            return Output::Cancel(id);
        }
        if let Some((id, request)) = self.next_request() {
            return Output::Send(id, request);
        }
        if let Some(event) = self.next_event() {
            return Output::Event(event);
        }
        if self.queue.is_closed && self.queue.len() == 0 && !self.is_over {
            self.is_over = true;
            return Output::Done(());
        }
        // A queue may be idle for hours, among many others, so it keeps no unused memory.
        self.events = Default::default();
        self.flow_state.cancelled = Default::default();
        Output::Wait(self.deadline())
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.set_now(now);
        match input.request_id() {
            Some(id) => {
                let is_its = |lane: &Lane| {
                    let in_flight = lane.in_flight.as_ref();
                    in_flight.is_some_and(|one| one.attempts.is_in_flight_as(id))
                };
                let mut lanes = self.queue.lanes.iter();
                let room_id = lanes.find_map(|(room_id, lane)| is_its(lane).then_some(room_id));
                match room_id.cloned() {
                    Some(room_id) => self.lane_input(&room_id, input),
                    #[cfg(feature = "unstable")]
                    None => self.scheduled_input(id, input),
                    #[cfg(not(feature = "unstable"))]
                    None => {}
                }
            }
            None => {
                let lanes = self.queue.lanes.iter();
                let busy = lanes.filter(|(_, lane)| lane.in_flight.is_some());
                let rooms: Vec<_> = busy.map(|(room_id, _)| room_id.clone()).collect();
                for room_id in rooms {
                    self.lane_input(&room_id, Input::Timeout);
                }
                #[cfg(feature = "unstable")]
                self.time_scheduled_out();
            }
        }
        self.settle();
    }

    fn state(&self) -> &'static str {
        let now = self.flow_state.now;
        let queue = &self.queue;
        let goes_on = queue.options.goes_on_past_stuck;
        let mut next = queue.lanes.values().filter_map(|lane| lane.next(goes_on));
        if self.is_over {
            "Over"
        } else if queue.pace.is_logged_out() {
            "LoggedOut"
        } else if queue.pace.is_offline() {
            "Offline"
        } else if queue.pace.is_limited(now) {
            "Limited"
        } else if self.in_flight() > 0 {
            "Sending"
        } else if next.any(|entry| entry.armed_until.is_some() && entry.revision > self.saved) {
            "Unsaved"
        } else if queue
            .lanes
            .values()
            .any(|lane| lane.next(goes_on).is_some())
        {
            "Waiting"
        } else if queue.lanes.is_empty() {
            "Idle"
        } else {
            "Blocked"
        }
    }
}

impl SendQueue {
    fn next_request(&mut self) -> Option<(RequestId, Request<Vec<u8>>)> {
        if !self.knows_time || self.is_over {
            return None;
        }
        #[cfg(feature = "unstable")]
        if let Some(sent) = self.next_update() {
            return Some(sent);
        }
        let goes_on = self.queue.options.goes_on_past_stuck;
        let target = Target::Homeserver(self.queue.homeserver.clone());
        while let Some(room_id) = self.next_room() {
            let lane = self.queue.lane_mut(&room_id);
            let index = lane.sendable(goes_on).next()?;
            let entry = &mut lane.entries[index];
            let (operation, request) = entry.request(&room_id, &target)?;
            let (before, txn_id) = (entry.marks, entry.txn_id.clone());
            match request {
                Ok(request) => {
                    let until = self.flow_state.now + self.queue.options.server_memory;
                    let lane = self.queue.lane_mut(&room_id);
                    let marks = &mut lane.entries[index].marks;
                    marks.has_left = true;
                    marks.remembered_until.get_or_insert(until);
                    let mut attempts = Attempts::after_attempts(lane.failures);
                    let sent = attempts.sent(&mut self.flow_state, operation, None, request);
                    let answers = self.queue.pace.answers();
                    self.queue.lane_mut(&room_id).in_flight = Some(InFlight {
                        attempts,
                        txn_id,
                        before,
                        answers,
                    });
                    return Some(sent);
                }
                Err(error) => self.stick(&room_id, index, error.into()),
            }
            self.settle();
        }
        None
    }

    /// The room that is next: one that did not fail before one that did, and of those the one whose entry was queued first.
    fn next_room(&self) -> Option<RoomId> {
        let (queue, now) = (&self.queue, self.flow_state.now);
        let options = &queue.options;
        let most = queue.pace.most_at_a_time(options.max_in_flight);
        if !queue.pace.is_open(now) || self.in_flight() >= most {
            return None;
        }
        let lanes = queue.lanes.iter().filter(|(_, lane)| {
            lane.in_flight.is_none() && lane.not_before.is_none_or(|until| until <= now)
        });
        let ready = lanes.filter_map(|(room_id, lane)| {
            let entry = lane.next(options.goes_on_past_stuck)?;
            let is_saved = entry.armed_until.is_some() && entry.revision <= self.saved;
            let may_leave = is_saved || !options.confirms_saves;
            may_leave.then_some(((lane.failures, entry.order), room_id))
        });
        let (_, room_id) = ready.min_by_key(|(priority, _)| *priority)?;
        Some(room_id.clone())
    }

    fn in_flight(&self) -> usize {
        let lanes = self.queue.lanes.values();
        lanes.filter(|lane| lane.in_flight.is_some()).count()
    }

    fn next_event(&mut self) -> Option<SendEvent> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        if let Some(Finished {
            room_id,
            txn_id,
            end,
        }) = self.queue.finished.pop_front()
        {
            self.queue.revision += 1;
            return Some(match end {
                End::Sent(event_id) => SendEvent::Sent {
                    room_id,
                    txn_id,
                    event_id,
                },
                End::Redacted(event_id) => SendEvent::Redacted {
                    room_id,
                    txn_id,
                    event_id,
                },
                End::Scheduled => SendEvent::Scheduled { room_id, txn_id },
                End::DelayEnded => SendEvent::DelayEnded { room_id, txn_id },
            });
        }
        let revision = self.queue.revision;
        if self.queue.options.confirms_saves && revision > self.told.max(self.saved) {
            self.told = revision;
            return Some(SendEvent::Changed { revision });
        }
        None
    }

    fn lane_input(&mut self, room_id: &RoomId, input: Input) {
        let now = self.flow_state.now;
        let lane = self.queue.lane_mut(room_id);
        let Some(mut in_flight) = lane.in_flight.take() else {
            return;
        };
        let index = lane.position(&in_flight.txn_id);
        let answered = in_flight
            .attempts
            .on_input(&mut self.flow_state, Some(input));
        let result = match (answered, index) {
            (Answered::Response(response), Some(index)) => {
                lane.entries[index].receipt(now, response)
            }
            (Answered::Failure(error), _) => Err(error),
            (Answered::Response(_), None) => return,
            (Answered::Nothing | Answered::Received(_), _) => {
                lane.in_flight = Some(in_flight);
                return;
            }
        };
        match result {
            Ok(receipt) => {
                self.queue.pace.succeeded();
                self.queue.finish(room_id, &in_flight.txn_id, receipt);
                self.reached();
            }
            Err(error) => self.failed(room_id, &in_flight, error),
        }
    }

    /// When something happens without an input.
    fn deadline(&self) -> Option<Timestamp> {
        let (queue, now) = (&self.queue, self.flow_state.now);
        if self.is_over {
            return None;
        }
        if !self.knows_time {
            return Some(now);
        }
        let blocked = queue.pace.blocked_until(now);
        let is_open = !queue.pace.is_logged_out();
        let lanes = queue.lanes.values().flat_map(|lane| {
            let in_flight = lane.in_flight.as_ref();
            let waits = in_flight.is_none()
                && is_open
                && lane.next(queue.options.goes_on_past_stuck).is_some();
            let next = blocked.max(lane.not_before).filter(|_| waits);
            let answer = in_flight.and_then(|one| one.attempts.deadline());
            let idle = lane.entries.iter().filter(|entry| {
                matches!(entry.status, Status::Ready) && !lane.is_in_flight(&entry.txn_id)
            });
            let forgotten = idle.filter_map(|entry| entry.marks.remembered_until);
            forgotten.chain(next).chain(answer)
        });
        let deadlines = lanes.filter(|until| *until > now);
        #[cfg(feature = "unstable")]
        let deadlines = deadlines.chain(self.scheduled_deadlines());
        deadlines.min()
    }
}
