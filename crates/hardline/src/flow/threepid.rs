//! The phone numbers and e-mail addresses of an account.

mod add_threepid;
mod threepid_input;
pub(crate) mod validation;

pub use add_threepid::AddThreepid;
pub use threepid_input::ThreepidInput;
