use crate::wire::Operation;

/// An operation, and the values of its path's placeholders.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Route {
    /// The operation.
    pub operation: &'static Operation,
    /// The placeholders and their decoded values.
    pub captures: Vec<(&'static str, String)>,
}
