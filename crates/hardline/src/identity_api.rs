//! The Identity Service API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their wire names. A request is made with `new`, which takes what
//! is required; the rest is assigned.

mod registry;

pub use registry::visit;
