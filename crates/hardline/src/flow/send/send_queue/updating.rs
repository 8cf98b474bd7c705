//! What a queue does with events that the server has scheduled.

use http::Request;

use super::SendQueue;
use crate::client_api::unstable::msc4140::{DelayedEventAction, UpdateDelayedEvent};
use crate::flow::engine::attempts::{Answered, Attempts};
use crate::flow::send::queue::{End, Finished};
use crate::flow::send::scheduled::Update;
use crate::flow::send::verdict::{Refuser, Verdict};
use crate::flow::{Input, RequestId};
use crate::json::Empty;
use crate::types::Timestamp;
use crate::wire::{self, Error, ErrorCode, Target};

impl SendQueue {
    /// The next request about a scheduled event. It is repeatable, so it waits for no save.
    pub(super) fn next_update(&mut self) -> Option<(RequestId, Request<Vec<u8>>)> {
        let now = self.flow_state.now;
        let queue = &mut self.queue;
        if !queue.pace.is_open(now) {
            return None;
        }
        let target = Target::Homeserver(queue.homeserver.clone());
        let mut scheduled = queue.scheduled.iter_mut();
        let one = scheduled.find(|one| one.is_due(now))?;
        let (action, (operation, request)) = one.request(&target, queue.updates_by_body);
        let Ok(request) = request else {
            // An ID that fits into no path is of no use: the delay ends by itself, or never.
            one.failed(&mut self.flow_state);
            return None;
        };
        let timeout = one.timeout(self.flow_state.policy.timeout);
        let mut attempts = Attempts::new();
        let sent = attempts.sent(&mut self.flow_state, operation, Some(timeout), request);
        one.sent(attempts, action, queue.pace.answers());
        Some(sent)
    }

    pub(super) fn scheduled_input(&mut self, id: RequestId, input: Input) {
        let mut scheduled = self.queue.scheduled.iter();
        let index = scheduled.position(|one| {
            let in_flight = one.in_flight();
            in_flight.is_some_and(|update| update.attempts.is_in_flight_as(id))
        });
        if let Some(index) = index {
            self.update_input(index, input);
        }
    }

    pub(super) fn time_scheduled_out(&mut self) {
        for index in (0..self.queue.scheduled.len()).rev() {
            self.update_input(index, Input::Timeout);
        }
    }

    /// Forgets the events whose delay is over.
    pub(super) fn end_delays(&mut self) {
        let now = self.flow_state.now;
        for index in (0..self.queue.scheduled.len()).rev() {
            if self.queue.scheduled[index].is_over(now) {
                self.end_delay(index);
            }
        }
    }

    fn update_input(&mut self, index: usize, input: Input) {
        let one = &mut self.queue.scheduled[index];
        let Some(mut update) = one.take_in_flight() else {
            return;
        };
        let state = &mut self.flow_state;
        let sent_at = update.attempts.sent_at().unwrap_or(state.now);
        let result = match update.attempts.on_input(state, Some(input)) {
            // Both forms of the request have the same answer.
            Answered::Response(response) => wire::decode::<UpdateDelayedEvent>(response),
            Answered::Failure(error) => Err(error),
            Answered::Nothing | Answered::Received(_) => return one.put_back(update),
        };
        match result {
            Ok(Empty {}) => {
                self.queue.pace.succeeded();
                self.reached();
                match update.action {
                    DelayedEventAction::Restart => {
                        self.queue.scheduled[index].restarted(sent_at);
                        self.queue.revision += 1;
                    }
                    _ => self.end_delay(index),
                }
            }
            Err(error) => self.update_failed(index, &update, error),
        }
    }

    fn update_failed(&mut self, index: usize, update: &Update, error: Error) {
        let now = self.flow_state.now;
        let verdict = Verdict::of(&error, now);
        match (verdict, error.errcode()) {
            (Verdict::Refused(Refuser::Server), Some(ErrorCode::Unrecognized))
                if !self.queue.updates_by_body =>
            {
                self.reached();
                self.queue.updates_by_body = true;
                self.queue.scheduled[index].again(now);
            }
            // It was sent or cancelled: there is no such event, or something else was done with it.
            (Verdict::Refused(Refuser::Server), _)
                if matches!(
                    error.status().map(|status| status.as_u16()),
                    Some(404 | 409)
                ) =>
            {
                self.reached();
                self.end_delay(index);
            }
            (Verdict::Refused(_) | Verdict::Broken(_), _) => {
                self.reached();
                self.queue.scheduled[index].failed(&mut self.flow_state);
            }
            (Verdict::Unreachable { .. }, _) if update.answers != self.queue.pace.answers() => {
                self.queue.scheduled[index].failed(&mut self.flow_state);
            }
            (Verdict::Unreachable { .. } | Verdict::Limited(_) | Verdict::LoggedOut, _) => {
                self.queue.scheduled[index].failed(&mut self.flow_state);
                self.hold_all(verdict, error);
            }
        }
    }

    fn end_delay(&mut self, index: usize) {
        let one = self.queue.scheduled.remove(index);
        self.queue.revision += 1;
        self.queue.finished.push_back(Finished {
            room_id: one.room_id,
            txn_id: one.txn_id,
            end: End::DelayEnded,
        });
    }

    pub(super) fn scheduled_deadlines(&self) -> impl Iterator<Item = Timestamp> {
        let now = self.flow_state.now;
        let blocked = self.queue.pace.blocked_until(now);
        let is_open = !self.queue.pace.is_logged_out();
        let scheduled = self.queue.scheduled.iter();
        scheduled.filter_map(move |one| {
            let until = one.deadline()?;
            let until = match one.in_flight() {
                None if is_open => blocked.max(Some(until))?,
                _ => until,
            };
            (until > now).then_some(until)
        })
    }
}
