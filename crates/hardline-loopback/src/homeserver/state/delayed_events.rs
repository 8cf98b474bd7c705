use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use hardline::types::{DeviceId, EventId, RoomId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rooms::Object;

/// How many events a user may have scheduled.
pub(crate) const MOST_OF_USER: usize = 100;
/// How many may be scheduled in all.
const MOST: usize = 10_000;
/// How many are remembered that were sent or cancelled.
const KEPT: usize = 1_000;

/// The events that are sent when their time comes.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct DelayedEvents {
    scheduled: BTreeMap<String, DelayedEvent>,
    /// Those that were sent or cancelled, oldest first.
    finalised: VecDeque<DelayedEvent>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DelayedEvent {
    pub(crate) delay_id: String,
    pub(crate) user_id: UserId,
    pub(crate) device_id: DeviceId,
    pub(crate) room_id: RoomId,
    pub(crate) event_type: String,
    pub(crate) state_key: Option<String>,
    pub(crate) content: Object,
    pub(crate) delay: Duration,
    /// When its time began.
    pub(crate) since: Timestamp,
    pub(crate) outcome: Option<(Timestamp, Outcome)>,
}

/// What has become of a scheduled event.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Sent(EventId),
    Cancelled,
    /// The room no longer let it in: the error.
    Refused(Value),
}

impl DelayedEvent {
    fn due(&self) -> Timestamp {
        self.since + self.delay
    }
}

impl DelayedEvents {
    /// Schedules an event; `false` if there are too many.
    pub(crate) fn schedule(&mut self, event: DelayedEvent) -> bool {
        let of_user = self.of_user(&event.user_id).count();
        if of_user >= MOST_OF_USER || self.scheduled.len() >= MOST {
            return false;
        }
        self.scheduled.insert(event.delay_id.clone(), event);
        true
    }

    pub(crate) fn of_user(&self, user_id: &UserId) -> impl Iterator<Item = &DelayedEvent> {
        let events = self.scheduled.values();
        events.filter(move |event| event.user_id == *user_id)
    }

    pub(crate) fn finalised_of(&self, user_id: &UserId) -> impl Iterator<Item = &DelayedEvent> {
        let events = self.finalised.iter();
        events.filter(move |event| event.user_id == *user_id)
    }

    /// An event, whether it is scheduled still or not.
    pub(crate) fn get(&self, delay_id: &str) -> Option<&DelayedEvent> {
        let mut finalised = self.finalised.iter().rev();
        self.scheduled
            .get(delay_id)
            .or_else(|| finalised.find(|event| event.delay_id == delay_id))
    }

    /// Lets the time of a scheduled event begin anew.
    pub(crate) fn restart(&mut self, now: Timestamp, delay_id: &str) {
        if let Some(event) = self.scheduled.get_mut(delay_id) {
            event.since = now;
        }
    }

    pub(crate) fn cancel(&mut self, now: Timestamp, delay_id: &str) {
        if let Some(event) = self.scheduled.remove(delay_id) {
            self.finalise(now, event, Outcome::Cancelled);
        }
    }

    /// Cancels all of a user's.
    pub(super) fn cancel_all_of(&mut self, now: Timestamp, user_id: &UserId) {
        self.cancel_where(now, |event| event.user_id == *user_id);
    }

    /// Cancels what would overwrite a piece of state that another user has just set.
    pub(super) fn cancel_overwriting(
        &mut self,
        now: Timestamp,
        room_id: &RoomId,
        (event_type, state_key): (&str, &str),
        sender: &UserId,
    ) {
        self.cancel_where(now, |event| {
            event.room_id == *room_id
                && event.event_type == event_type
                && event.state_key.as_deref() == Some(state_key)
                && event.user_id != *sender
        });
    }

    fn cancel_where(&mut self, now: Timestamp, is_meant: impl Fn(&DelayedEvent) -> bool) {
        let meant = self.scheduled.values().filter(|event| is_meant(event));
        let meant: Vec<String> = meant.map(|event| event.delay_id.clone()).collect();
        for delay_id in meant {
            self.cancel(now, &delay_id);
        }
    }

    /// When the next event is sent.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.scheduled.values().map(DelayedEvent::due).min()
    }

    /// The events whose time has come, in the order in which it came.
    pub(super) fn due(&self, now: Timestamp) -> Vec<String> {
        let due = self.scheduled.values().filter(|event| event.due() <= now);
        let mut due: Vec<&DelayedEvent> = due.collect();
        due.sort_by_key(|event| event.due());
        due.into_iter()
            .map(|event| event.delay_id.clone())
            .collect()
    }

    /// Takes an event whose time has come, which then is no longer scheduled.
    pub(super) fn take(&mut self, delay_id: &str) -> Option<DelayedEvent> {
        self.scheduled.remove(delay_id)
    }

    pub(super) fn finalise(&mut self, now: Timestamp, mut event: DelayedEvent, outcome: Outcome) {
        if self.finalised.len() == KEPT {
            self.finalised.pop_front();
        }
        event.outcome = Some((now, outcome));
        self.finalised.push_back(event);
    }
}
