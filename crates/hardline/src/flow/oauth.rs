//! Logging in and out by OAuth 2.0.

mod logged_in;
mod oauth_gap;

pub use logged_in::LoggedIn;
pub use oauth_gap::OAuthGap;
