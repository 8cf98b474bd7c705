use hardline_derive::Persist;

use crate::types::IdentityProviderId;

/// A page where a user logs in by single sign-on; programs show a button for it.
///
/// Specification: [client login via SSO](https://spec.matrix.org/v1.19/client-server-api/#client-login-via-sso).
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct SignOnPage {
    /// The URL to send the user's browser to.
    pub url: String,
    /// The provider; `None` if the server does not list any.
    pub provider: Option<IdentityProviderId>,
    /// The provider's name, for users.
    pub name: Option<String>,
    /// The provider's icon: an `mxc://` URI.
    pub icon: Option<String>,
    /// The brand that the button should look like: `github`, `google`.
    pub brand: Option<String>,
}
