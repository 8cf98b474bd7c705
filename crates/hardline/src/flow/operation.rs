//! One operation as a flow.

pub(crate) mod operation_flow;
#[cfg(feature = "persist")]
mod saved_operation;

pub use operation_flow::OperationFlow;
