use hardline_derive::{Request, Response};

use crate::types::IdentityProviderId;
use crate::types::text::text_enum;
use crate::wire::{Endpoint, Operation, ResponseBody, SpecVersion};

text_enum! {
    /// The purpose of single sign-on. Since v1.18.
    SsoAction {
        /// To log in.
        Login = "login",
        /// To register an account.
        Register = "register",
    }
}

/// The URL where the user's browser starts to log in by single sign-on.
///
/// This is for a browser: encode it and open the request's URL there. In the end, the browser is redirected to
/// [`redirect_url`](Self::redirect_url) with a `loginToken` in its query, which [`Login::token`](super::Login::token)
/// takes.
///
/// ```
/// use hardline::client_api::session::RedirectToSso;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RedirectToSso::new("https://client.example.org/?q=p".to_owned());
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(
///     request.uri(),
///     "https://example.org/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fclient.example.org%2F%3Fq%3Dp",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /login/sso/redirect`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect).
#[doc(alias = "redirectToSSO")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RedirectToSso {
    /// The URL to send the browser to after the login.
    #[serde(rename = "redirectUrl")]
    pub redirect_url: String,
    /// The purpose; unknown to the server if missing.
    pub action: Option<SsoAction>,
}

impl RedirectToSso {
    /// A request with the required fields.
    pub fn new(redirect_url: String) -> Self {
        Self {
            redirect_url,
            action: None,
        }
    }
}

impl Endpoint for RedirectToSso {
    const OPERATION: Operation =
        Operation::get("redirectToSSO", "/_matrix/client/v3/login/sso/redirect")
            .query(&["redirectUrl", "action"])
            .statuses(&[302])
            .response_headers(&[("location", "location")])
            .response_body(ResponseBody::Ignored)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(5), "/_matrix/client/r0/login/sso/redirect")])
            // A server that offers single sign-on has the page.
            .may_be_unadvertised();
    type Response = SsoRedirect;
}

/// The URL where the user's browser starts to log in with one of the homeserver's single sign-on providers.
///
/// Like [`RedirectToSso`]. Errors worth handling: `M_NOT_FOUND` (status 404; the body may be a page): the homeserver
/// does not have this provider.
///
/// ```
/// use hardline::client_api::session::RedirectToIdp;
/// use hardline::types::IdentityProviderId;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RedirectToIdp::new(
///     IdentityProviderId::parse("com.example.idp.github")?,
///     "app://done".to_owned(),
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(
///     request.uri(),
///     "https://example.org/_matrix/client/v3/login/sso/redirect/com.example.idp.github?redirectUrl=app%3A%2F%2Fdone",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /login/sso/redirect/{idpId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirectidpid).
#[doc(alias = "redirectToIdP")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RedirectToIdp {
    /// The provider, from the homeserver's login flows.
    #[serde(rename = "idpId")]
    pub idp_id: IdentityProviderId,
    /// The URL to send the browser to after the login.
    #[serde(rename = "redirectUrl")]
    pub redirect_url: String,
    /// The purpose; unknown to the server if missing.
    pub action: Option<SsoAction>,
}

impl RedirectToIdp {
    /// A request with the required fields.
    pub fn new(idp_id: IdentityProviderId, redirect_url: String) -> Self {
        Self {
            idp_id,
            redirect_url,
            action: None,
        }
    }
}

impl Endpoint for RedirectToIdp {
    const OPERATION: Operation = Operation::get(
        "redirectToIdP",
        "/_matrix/client/v3/login/sso/redirect/{idpId}",
    )
    .query(&["redirectUrl", "action"])
    .statuses(&[302])
    .response_headers(&[("location", "location")])
    .response_body(ResponseBody::Ignored)
    .since(SpecVersion::v1(1))
    .unstable(&[(
        "org.matrix.msc2858",
        "/_matrix/client/unstable/org.matrix.msc2858/login/sso/redirect/{idpId}",
    )]);
    type Response = SsoRedirect;
}

/// The URL to send the browser to next: the header field `Location` of a 302. The body is a page or empty.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SsoRedirect {
    /// The URL.
    #[hardline(examples = "https://[a-z]{1,10}\\.example/[!-~]{0,20}")]
    pub location: String,
}

impl SsoRedirect {
    /// Sends the browser to this URL.
    pub fn new(location: String) -> Self {
        Self { location }
    }
}
