use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::OperationFlow;
use super::attempts::{Attempts, SavedAttempts, Shared};
use super::engine::{Core, Engine, Script, Slot};
use super::operation_flow::State;
use crate::types::Timestamp;
use crate::wire::{Endpoint, Error, Failure, FailureClass, Target};

/// The version of the form. A change of it, of a script or of what a script holds makes the next.
const VERSION: u32 = 1;

/// A flow as it is saved. What stands first is read first, so that a form of another version is refused as such.
#[derive(Serialize, Deserialize)]
struct Saved<C, S> {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    flow: String,
    shared: C,
    slot: SavedSlot,
    script: S,
}

#[derive(Serialize, Deserialize)]
enum SavedSlot {
    Awaiting,
    Calling(SavedAttempts),
    Pausing(Timestamp),
    Stalled,
    Over,
}

/// Why a flow cannot be saved now.
const UNTOLD: &str =
    "the flow has output that nobody saw: call poll_output until it waits or is done, then save";

impl<S: Script + Serialize> Serialize for Engine<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let core = &self.core;
        let slot = match &core.slot {
            Slot::Ready => None,
            Slot::Awaiting => Some(SavedSlot::Awaiting),
            Slot::Calling(attempts) => attempts.saved().map(SavedSlot::Calling),
            Slot::Pausing(until) => Some(SavedSlot::Pausing(*until)),
            Slot::Stalled => Some(SavedSlot::Stalled),
            Slot::Over => Some(SavedSlot::Over),
        };
        let is_told =
            core.events.is_empty() && core.shared.cancelled.is_empty() && self.outcome.is_none();
        let Some(slot) = slot.filter(|_| is_told) else {
            return Err(T::Error::custom(UNTOLD));
        };
        Saved {
            version: VERSION,
            flow: S::NAME.to_owned(),
            shared: &core.shared,
            slot,
            script: &self.script,
        }
        .serialize(serializer)
    }
}

impl<'de, S: Script + Deserialize<'de>> Deserialize<'de> for Engine<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::<Shared, S>::deserialize(deserializer)?;
        saved.is_of(S::NAME)?;
        let mut core = Core {
            shared: saved.shared,
            events: Default::default(),
            slot: Slot::Awaiting,
        };
        match saved.slot {
            SavedSlot::Awaiting => {}
            SavedSlot::Calling(attempts) => match Attempts::load(attempts, &core.shared) {
                Some(attempts) => core.slot = Slot::Calling(attempts),
                None => core.stall(interrupted()),
            },
            SavedSlot::Pausing(until) => core.slot = Slot::Pausing(until),
            SavedSlot::Stalled => core.slot = Slot::Stalled,
            SavedSlot::Over => core.slot = Slot::Over,
        }
        Ok(Self {
            script: saved.script,
            core,
            outcome: None,
        })
    }
}

impl<E: Endpoint> Serialize for OperationFlow<E> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let slot = match &self.state {
            State::Running(attempts) => attempts.saved().map(SavedSlot::Calling),
            State::Told => Some(SavedSlot::Over),
            State::Again(..) | State::Finished(_) => None,
        };
        let Some(slot) = slot.filter(|_| self.shared.cancelled.is_empty()) else {
            return Err(T::Error::custom(UNTOLD));
        };
        Saved {
            version: VERSION,
            flow: E::OPERATION.name().to_string(),
            shared: &self.shared,
            slot,
            script: (&self.operation, &self.target),
        }
        .serialize(serializer)
    }
}

impl<'de, E: Endpoint + Deserialize<'de>> Deserialize<'de> for OperationFlow<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::<Shared, (E, Target)>::deserialize(deserializer)?;
        saved.is_of(&E::OPERATION.name().to_string())?;
        let state = match saved.slot {
            SavedSlot::Calling(attempts) => match Attempts::load(attempts, &saved.shared) {
                Some(attempts) => State::Running(attempts),
                None => State::Finished(Box::new(Err(interrupted()))),
            },
            SavedSlot::Over => State::Told,
            SavedSlot::Awaiting | SavedSlot::Pausing(_) | SavedSlot::Stalled => {
                return Err(D::Error::custom(
                    "an operation by itself neither pauses nor waits for anybody",
                ));
            }
        };
        let (operation, target) = saved.script;
        Ok(Self {
            operation,
            target,
            shared: saved.shared,
            state,
        })
    }
}

impl<C, S> Saved<C, S> {
    fn is_of<E: serde::de::Error>(&self, flow: &str) -> Result<(), E> {
        if self.flow == flow {
            return Ok(());
        }
        Err(E::custom(format_args!(
            "a saved {} was given for {flow}: load it as what it is",
            self.flow
        )))
    }
}

/// What became of an exchange that was in flight and is not to be repeated.
fn interrupted() -> Error {
    let why = "the conversation was saved while the answer was awaited";
    Failure::new(FailureClass::Interrupted, why).into()
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == VERSION {
        return Ok(version);
    }
    Err(D::Error::custom(format_args!(
        "the flow was saved in form {version}, and this release of hardline reads form {VERSION}: finish it with the release that saved it, or begin anew"
    )))
}

#[cfg(test)]
mod tests;
