pub(crate) mod saved_flow;
pub(crate) mod version;

use hardline_derive::Persist;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::flow::engine::attempts::{Attempts, FlowState, SavedAttempts};
use crate::flow::engine::core::{Core, FlowStep};
use crate::flow::engine::persist::version::Version;
use crate::flow::engine::{Engine, FlowLogic};
use crate::types::Timestamp;

/// A saved flow. The version comes first and is read first, so that another version is reported as such.
#[derive(Persist)]
struct Saved<C, S> {
    version: Version,
    flow: String,
    flow_state: C,
    step: SavedStep,
    logic: S,
}

#[derive(Persist)]
enum SavedStep {
    Awaiting,
    Calling(SavedAttempts),
    Pausing(Timestamp),
    Stalled,
    Over,
}

/// Why a flow cannot be saved now.
pub(crate) const UNPOLLED: &str =
    "the flow has unpolled output: call poll_output until it waits or is done, then save it";

impl<S: FlowLogic + Serialize> Serialize for Engine<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let core = &self.core;
        let step = match &core.step {
            FlowStep::Ready => None,
            FlowStep::Awaiting => Some(SavedStep::Awaiting),
            FlowStep::Calling(attempts) => attempts.saved().map(SavedStep::Calling),
            FlowStep::Pausing(until) => Some(SavedStep::Pausing(*until)),
            FlowStep::Stalled => Some(SavedStep::Stalled),
            FlowStep::Over => Some(SavedStep::Over),
        };
        let is_told = core.events.is_empty()
            && core.flow_state.cancelled.is_empty()
            && self.outcome.is_none()
            && !self.logic.has_untold();
        let Some(step) = step.filter(|_| is_told) else {
            return Err(T::Error::custom(UNPOLLED));
        };
        Saved {
            version: Version,
            flow: S::NAME.to_owned(),
            flow_state: &core.flow_state,
            step,
            logic: &self.logic,
        }
        .serialize(serializer)
    }
}

impl<'de, S: FlowLogic + Deserialize<'de>> Deserialize<'de> for Engine<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::<FlowState, S>::deserialize(deserializer)?;
        saved.is_of(S::NAME)?;
        let mut core = Core {
            flow_state: saved.flow_state,
            events: Default::default(),
            step: FlowStep::Awaiting,
        };
        match saved.step {
            SavedStep::Awaiting => {}
            SavedStep::Calling(attempts) => {
                core.step = FlowStep::Calling(Attempts::load(attempts, &core.flow_state));
            }
            SavedStep::Pausing(until) => core.step = FlowStep::Pausing(until),
            SavedStep::Stalled => core.step = FlowStep::Stalled,
            SavedStep::Over => core.step = FlowStep::Over,
        }
        Ok(Self {
            logic: saved.logic,
            core,
            outcome: None,
        })
    }
}

/// Saves a flow that runs without an engine.
#[cfg(feature = "room_events")]
pub(crate) fn save<L: Serialize, T: Serializer>(
    flow: &str,
    flow_state: &FlowState,
    logic: &L,
    serializer: T,
) -> Result<T::Ok, T::Error> {
    Saved {
        version: Version,
        flow: flow.to_owned(),
        flow_state,
        step: SavedStep::Awaiting,
        logic,
    }
    .serialize(serializer)
}

/// Loads a flow that runs without an engine.
#[cfg(feature = "room_events")]
pub(crate) fn load<'de, L: Deserialize<'de>, D: Deserializer<'de>>(
    flow: &str,
    deserializer: D,
) -> Result<(FlowState, L), D::Error> {
    let saved = Saved::<FlowState, L>::deserialize(deserializer)?;
    saved.is_of(flow)?;
    Ok((saved.flow_state, saved.logic))
}

impl<C, S> Saved<C, S> {
    fn is_of<E: serde::de::Error>(&self, flow: &str) -> Result<(), E> {
        if self.flow == flow {
            return Ok(());
        }
        Err(E::custom(format_args!(
            "this is the saved form of {}, not of {flow}: load it as the flow that was saved",
            self.flow
        )))
    }
}

#[cfg(test)]
mod tests;
