//! The Client-Server API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their wire names. A request is made with `new`, which takes what
//! is required; the rest is assigned.

#[cfg(feature = "account")]
pub mod account;
mod auth_data;
#[cfg(feature = "discovery")]
pub mod discovery;
#[cfg(feature = "identity")]
pub mod openid;
mod refresh;
mod registry;
#[cfg(feature = "session")]
pub mod session;
#[cfg(any(feature = "account", feature = "threepid"))]
mod submit_token;
#[cfg(feature = "threepid")]
pub mod threepid;
#[cfg(any(feature = "account", feature = "threepid"))]
mod token_session;
#[cfg(any(feature = "account", feature = "threepid"))]
mod unbind_result;
mod user_identifier;
#[cfg(any(feature = "session", feature = "discovery"))]
mod well_known;

pub use crate::types::Empty;
pub use auth_data::{AuthData, ValidationCredentials};
// There always: a session is kept alive whatever sections are taken.
pub use refresh::{Refresh, RefreshResponse};
pub use registry::visit;
#[cfg(feature = "proptest")]
pub use registry::visit_arbitrary;
#[cfg(feature = "server")]
pub use registry::visit_server;
#[cfg(any(feature = "account", feature = "threepid"))]
pub use submit_token::{SubmitToken, SubmitTokenResponse};
#[cfg(any(feature = "account", feature = "threepid"))]
pub use token_session::TokenSession;
#[cfg(any(feature = "account", feature = "threepid"))]
pub use unbind_result::UnbindResult;
pub use user_identifier::UserIdentifier;
#[cfg(any(feature = "session", feature = "discovery"))]
pub use well_known::{DiscoveryInformation, HomeserverInformation, IdentityServerInformation};
