//! One operation as a flow: on its own, by name, and with user-interactive authentication.

pub(crate) mod authenticated_flow;
#[cfg(feature = "by-name")]
mod named_flow;
pub(crate) mod operation_flow;

pub use authenticated_flow::AuthenticatedFlow;
#[cfg(feature = "by-name")]
pub use named_flow::NamedFlow;
pub use operation_flow::OperationFlow;
