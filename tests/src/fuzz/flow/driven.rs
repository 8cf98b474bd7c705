use std::any::type_name;
use std::fmt::Debug;

use hardline::flow::{Flow, SavedFlow};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A flow as scripts drive it. Every flow is driven, so all of them can be saved, and go to another thread.
pub(super) trait Driven:
    Flow<Event: Debug, Outcome: Debug> + Debug + Send + Serialize + DeserializeOwned
{
    /// Its saved form, which is known to be of its type.
    fn saved(&self) -> Result<Vec<u8>, serde_json::Error> {
        let saved = serde_json::to_vec(self)?;
        let which = format!("{:?}", serde_json::from_slice::<SavedFlow>(&saved)?);
        let (name, _) = which.split_once('(').unwrap_or((&which, ""));
        let type_name = type_name::<Self>();
        let is_named = type_name.contains(&format!("::{name}"));
        assert!(is_named, "{type_name} is saved as {which}: see its NAME");
        Ok(saved)
    }
}

impl<F> Driven for F where
    F: Flow<Event: Debug, Outcome: Debug> + Debug + Send + Serialize + DeserializeOwned
{
}
