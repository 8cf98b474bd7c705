//! User-interactive authentication: what a server asks for, and what completes a stage of it.

mod auth_data;
mod uia_challenge;
mod user_identifier;

pub use auth_data::{AuthData, ValidationCredentials};
pub use uia_challenge::{AuthType, UiaChallenge, UiaFlow};
pub use user_identifier::UserIdentifier;
