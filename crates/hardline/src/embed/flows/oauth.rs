pub(super) mod device_login;
pub(super) mod logged_in;
pub(super) mod oauth_login;
pub(super) mod oauth_logout;
