use serde::Deserialize;

/// An answer that says no more than that it is done: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
pub struct Empty {}
