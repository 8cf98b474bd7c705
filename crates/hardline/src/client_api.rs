//! The Client-Server API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their wire names. A request is made with `new`, which takes what
//! is required; the rest is assigned.

#[cfg(feature = "account")]
pub mod account;
#[cfg(any(feature = "session", feature = "account", feature = "threepid"))]
mod auth_data;
#[cfg(feature = "discovery")]
pub mod discovery;
mod registry;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "threepid")]
pub mod threepid;
#[cfg(any(feature = "session", feature = "account", feature = "threepid"))]
mod user_identifier;
#[cfg(any(feature = "session", feature = "discovery"))]
mod well_known;

pub use crate::types::Empty;
#[cfg(any(feature = "session", feature = "account", feature = "threepid"))]
pub use auth_data::AuthData;
pub use registry::visit;
#[cfg(any(feature = "session", feature = "account", feature = "threepid"))]
pub use user_identifier::UserIdentifier;
#[cfg(any(feature = "session", feature = "discovery"))]
pub use well_known::{DiscoveryInformation, HomeserverInformation, IdentityServerInformation};
