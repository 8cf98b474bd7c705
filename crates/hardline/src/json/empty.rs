use serde::Deserialize;

/// A response that carries no data: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
pub struct Empty {}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(Empty);
