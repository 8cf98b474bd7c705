//! Logging in and out by OAuth 2.0.

mod auth_issuer;
mod authorization_server;
mod device_login;
mod endpoint;
mod entropy;
mod granted;
mod logged_in;
mod oauth_gap;
mod oauth_login;
mod oauth_logout;
mod oauth_refresh;
mod registration;
#[cfg(test)]
mod test_server;

pub use device_login::DeviceLogin;
pub use logged_in::LoggedIn;
pub use oauth_gap::OAuthGap;
pub use oauth_login::OAuthLogin;
pub use oauth_logout::OAuthLogout;
pub use oauth_refresh::OAuthRefresh;
