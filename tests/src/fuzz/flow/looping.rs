//! A loop that a script drives: its program takes what it is told, and stops it in the end. Its states are in those of
//! the loop.

use std::fmt::Debug;

use hardline::client_api::unstable::msc4186::RoomSubscription;
use hardline::flow::{
    Flow, FlowError, Input, Output, SlidingSync, SlidingSyncEvent, SyncAnswer, SyncEvent, SyncLoop,
};
use hardline::types::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::expectations::START;

/// A flow that goes on for ever.
pub(super) trait Looping:
    Flow<Event: Debug, Outcome = Result<(), FlowError>> + Debug + Send + Serialize + DeserializeOwned
{
    /// The program takes what it is told.
    fn take(&mut self, now: Timestamp, event: &Self::Event);

    /// The program has had enough.
    fn end(&mut self, now: Timestamp);
}

impl<R: SyncAnswer + Debug + Send> Looping for SyncLoop<R> {
    fn take(&mut self, now: Timestamp, event: &SyncEvent<R>) {
        if let SyncEvent::Answer(answer) = event {
            self.taken(now, answer.value.next_batch()).unwrap();
        }
    }

    fn end(&mut self, now: Timestamp) {
        // It may be over already.
        let _ = self.stop(now);
    }
}

impl Looping for SlidingSync {
    fn take(&mut self, now: Timestamp, event: &SlidingSyncEvent) {
        if let SlidingSyncEvent::Answer(answer) = event {
            let response = &answer.response.value;
            if let Some(room_id) = response.rooms.keys().next() {
                let room = RoomSubscription::new(20, Vec::new());
                self.subscribe(now, room_id.clone(), room);
            }
            self.taken(now, &response.pos).unwrap();
        }
    }

    fn end(&mut self, now: Timestamp) {
        // It may be over already.
        let _ = self.stop(now);
    }
}

/// A loop, which is stopped when it has sent enough requests.
#[derive(Debug)]
pub(super) struct Stopping<F> {
    flow: F,
    now: Timestamp,
    has_enough: bool,
    is_stopped: bool,
}

/// No script answers so many.
const ENOUGH: u64 = 600;

impl<F> Stopping<F> {
    pub(super) fn new(flow: F) -> Self {
        Self {
            flow,
            now: START,
            has_enough: false,
            is_stopped: false,
        }
    }
}

impl<F: Looping> Flow for Stopping<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        let output = self.flow.poll_output();
        match &output {
            Output::Send(id, _) => self.has_enough = id.as_u64() >= ENOUGH,
            // A flow that was stopped tells what it had to tell, and takes nothing.
            Output::Event(event) if !self.is_stopped => self.flow.take(self.now, event),
            _ => {}
        }
        output
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.now = now;
        self.flow.handle_input(now, input);
        if self.has_enough {
            self.flow.end(now);
            self.is_stopped = true;
        }
    }

    fn state(&self) -> &'static str {
        self.flow.state()
    }
}

impl<F: Serialize> Serialize for Stopping<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.flow.serialize(serializer)
    }
}

impl<'de, F: Deserialize<'de>> Deserialize<'de> for Stopping<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        F::deserialize(deserializer).map(Self::new)
    }
}
