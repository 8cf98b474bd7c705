use std::fmt::Debug;

use hardline::flow::InteractiveFlow;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A flow as scripts drive it.
pub(super) trait Driven:
    InteractiveFlow<Success: Debug> + Debug + Serialize + DeserializeOwned
{
    /// Its saved form, and the flow loaded from it; it was drained.
    fn reloaded(&self) -> (Vec<u8>, Self) {
        let saved = serde_json::to_vec(self).expect("it waits or is done");
        let loaded = serde_json::from_slice(&saved).expect("it was saved");
        (saved, loaded)
    }
}

impl<F> Driven for F where F: InteractiveFlow<Success: Debug> + Debug + Serialize + DeserializeOwned {}
