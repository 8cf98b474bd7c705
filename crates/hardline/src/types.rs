//! Identifiers, secrets, raw JSON and timestamps.

mod timestamp;

pub use timestamp::Timestamp;
