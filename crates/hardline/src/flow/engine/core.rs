use crate::flow::FlowEvent;
use crate::flow::engine::attempts::{Attempts, FlowState};
use crate::types::Timestamp;
use crate::wire::Error;

/// The part that does not depend on the flow logic.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) flow_state: FlowState,
    /// They are few: a queue would take more memory than it saves moves.
    pub(crate) events: Vec<FlowEvent>,
    pub(crate) step: FlowStep,
}

/// What is in progress.
#[derive(Debug)]
pub(crate) enum FlowStep {
    /// The flow logic can continue.
    Ready,
    /// Nothing: the flow waits for a reply.
    Awaiting,
    /// A request that was sent or will be sent again. It remembers the operation: no response is read as another's.
    Calling(Attempts),
    /// A pause that lasts until this time.
    Pausing(Timestamp),
    /// Nothing: a request failed and is sent again only on request.
    Stalled,
    /// The flow is over.
    Over,
}

impl Core {
    /// Takes over the time, for everything that the flow waits for.
    pub(crate) fn set_now(&mut self, now: Timestamp) {
        let pending = match &mut self.step {
            FlowStep::Calling(attempts) => attempts.deadline_mut(),
            FlowStep::Pausing(until) => Some(until),
            _ => None,
        };
        self.flow_state.set_now(now, pending);
    }

    /// Drops what is in progress.
    pub(crate) fn abandon(&mut self) {
        if let FlowStep::Calling(attempts) = &self.step {
            attempts.abandon(&mut self.flow_state);
        }
    }

    pub(crate) fn stall(&mut self, error: Error) {
        self.step = FlowStep::Stalled;
        self.events.push(FlowEvent::Stalled(error));
    }
}
