use serde::{Deserialize, Serialize};

use crate::types::IdentityProviderId;

/// A page on which a person logs in by single sign-on: a button, for a program.
///
/// Specification: [client login via SSO](https://spec.matrix.org/v1.19/client-server-api/#client-login-via-sso).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignOnPage {
    /// Where the person's browser is to be sent.
    pub url: String,
    /// Which way of single sign-on it is; missing where the server names none.
    pub provider: Option<IdentityProviderId>,
    /// What people know it by.
    pub name: Option<String>,
    /// Its picture: an `mxc://` URI.
    pub icon: Option<String>,
    /// Whose it is, for the look of its button: `github`, `google`.
    pub brand: Option<String>,
}
