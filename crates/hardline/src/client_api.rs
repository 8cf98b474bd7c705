//! The Client-Server API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their wire names. A request is made with `new`, which takes what
//! is required; the rest is assigned.

#[cfg(feature = "account")]
pub mod account;
mod auth_data;
#[cfg(feature = "discovery")]
pub mod discovery;
mod empty;
mod refresh;
mod registry;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "threepid")]
pub mod threepid;
mod user_identifier;
#[cfg(any(feature = "session", feature = "discovery"))]
mod well_known;

pub use auth_data::AuthData;
pub use empty::Empty;
// There always: a session is kept alive whatever sections are taken.
pub use refresh::{Refresh, RefreshResponse};
pub use registry::visit;
pub use user_identifier::UserIdentifier;
#[cfg(any(feature = "session", feature = "discovery"))]
pub use well_known::{DiscoveryInformation, HomeserverInformation, IdentityServerInformation};
