use hardline_derive::Persist;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[cfg(feature = "by-name")]
use crate::by_name::NamedCall;
use crate::flow::OperationFlow;
use crate::flow::engine::callable::Callable;
use crate::flow::operation::operation_flow::Calling;
use crate::flow::uia::Uia;
#[cfg(feature = "by-name")]
use crate::json::JsonObject;
use crate::wire::{Endpoint, Target};

/// The saved form of an operation's flow, which is the same for a typed operation and for one by name.
#[derive(Persist)]
struct SavedOperation<A, T, U> {
    name: String,
    arguments: A,
    target: T,
    is_attended: bool,
    uia: U,
}

/// An operation whose flow can be loaded: every [`Endpoint`] that can be deserialized, and one that is called by its
/// name.
pub trait Loadable: Callable + Sized {
    /// Its saved arguments.
    type Arguments: DeserializeOwned;

    /// The operation with this name and these arguments.
    ///
    /// # Errors
    /// Why there is no such operation.
    fn load(name: &str, arguments: Self::Arguments) -> Result<Self, String>;
}

impl<E: Endpoint + DeserializeOwned> Loadable for E {
    type Arguments = E;

    fn load(name: &str, arguments: E) -> Result<Self, String> {
        let wanted = E::OPERATION.name().to_string();
        if name == wanted {
            return Ok(arguments);
        }
        Err(format!(
            "this is the saved form of {name}, not of {wanted}: load it as the operation that was saved"
        ))
    }
}

#[cfg(feature = "by-name")]
impl Loadable for NamedCall {
    type Arguments = JsonObject;

    fn load(name: &str, arguments: JsonObject) -> Result<Self, String> {
        Self::find(name, arguments).map_err(|error| error.to_string())
    }
}

impl<O: Callable + Serialize> Serialize for Calling<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SavedOperation {
            name: self.operation.operation().name().to_string(),
            arguments: &self.operation,
            target: &self.target,
            is_attended: self.is_attended,
            uia: &self.uia,
        }
        .serialize(serializer)
    }
}

impl<'de, O: Loadable> Deserialize<'de> for Calling<O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Saved<O> = SavedOperation<<O as Loadable>::Arguments, Target, Option<Box<Uia>>>;
        let saved = Saved::<O>::deserialize(deserializer)?;
        Ok(Self {
            operation: O::load(&saved.name, saved.arguments).map_err(D::Error::custom)?,
            target: saved.target,
            is_attended: saved.is_attended,
            uia: saved.uia,
        })
    }
}

impl<O: Callable + Serialize> Serialize for OperationFlow<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, O: Loadable> Deserialize<'de> for OperationFlow<O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self)
    }
}
