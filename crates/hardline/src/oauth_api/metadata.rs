use hardline_derive::Request;
use http::Uri;

use crate::client_api::discovery::AuthMetadata;
use crate::wire::{AbsoluteUrl, BaseUrl, Endpoint, InvalidUrl, Method, Operation, SpecVersion};

/// Fetches the metadata of an authorization server from the server itself.
///
/// A homeserver gives the same with [`GetAuthMetadata`](crate::client_api::discovery::GetAuthMetadata); this is for those
/// that give no more than the issuer. Not every authorization server has it: status 404, often with a page, means that
/// [`GetOpenIdConfiguration`] is worth a try. The document's `issuer` has to be the one that was asked.
///
/// ```
/// use hardline::oauth_api::GetAuthorizationServerMetadata;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let url = GetAuthorizationServerMetadata::url(&homeserver, "https://account.example.org/tenant")?;
/// let request = wire::encode(&GetAuthorizationServerMetadata::new(), &Target::Url(url), &Credentials::None)?;
/// assert_eq!(request.uri(), "https://account.example.org/.well-known/oauth-authorization-server/tenant");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [RFC 8414, section 3](https://www.rfc-editor.org/rfc/rfc8414#section-3).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAuthorizationServerMetadata {}

impl GetAuthorizationServerMetadata {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the document of an issuer is that a homeserver names: the well-known path stands before the issuer's own.
    ///
    /// # Errors
    /// [`InvalidUrl`], as [`AbsoluteUrl::given_by`].
    pub fn url(homeserver: &BaseUrl, issuer: &str) -> Result<AbsoluteUrl, InvalidUrl> {
        let issuer = AbsoluteUrl::given_by(homeserver, issuer)?;
        let (origin, path) = origin_and_path(issuer.as_uri());
        let text = format!("{origin}/.well-known/oauth-authorization-server{path}");
        AbsoluteUrl::given_by(homeserver, &text)
    }
}

impl Endpoint for GetAuthorizationServerMetadata {
    const OPERATION: Operation =
        Operation::oauth(Method::Get, "getAuthorizationServerMetadata").since(SpecVersion::v1(15));
    type Response = AuthMetadata;
}

/// Fetches the metadata of an authorization server from the server itself, as OpenID Connect has it.
///
/// As [`GetAuthorizationServerMetadata`], at the path that more servers have.
///
/// ```
/// use hardline::oauth_api::GetOpenIdConfiguration;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let url = GetOpenIdConfiguration::url(&homeserver, "https://account.example.org/tenant")?;
/// let request = wire::encode(&GetOpenIdConfiguration::new(), &Target::Url(url), &Credentials::None)?;
/// assert_eq!(request.uri(), "https://account.example.org/tenant/.well-known/openid-configuration");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [OpenID Connect Discovery, section 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetOpenIdConfiguration {}

impl GetOpenIdConfiguration {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the document of an issuer is that a homeserver names: the well-known path stands behind the issuer's own.
    ///
    /// # Errors
    /// [`InvalidUrl`], as [`AbsoluteUrl::given_by`].
    pub fn url(homeserver: &BaseUrl, issuer: &str) -> Result<AbsoluteUrl, InvalidUrl> {
        let issuer = AbsoluteUrl::given_by(homeserver, issuer)?;
        let (origin, path) = origin_and_path(issuer.as_uri());
        let text = format!("{origin}{path}/.well-known/openid-configuration");
        AbsoluteUrl::given_by(homeserver, &text)
    }
}

impl Endpoint for GetOpenIdConfiguration {
    const OPERATION: Operation =
        Operation::oauth(Method::Get, "getOpenIdConfiguration").since(SpecVersion::v1(15));
    type Response = AuthMetadata;
}

/// An issuer has no query; a slash at its end is no part of the path.
fn origin_and_path(issuer: &Uri) -> (String, &str) {
    let scheme = issuer.scheme_str().unwrap_or_default();
    let authority = issuer
        .authority()
        .map_or("", |authority| authority.as_str());
    let path = issuer.path().trim_end_matches('/');
    (format!("{scheme}://{authority}"), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_of_an_issuer_makes_no_difference() {
        let homeserver = BaseUrl::parse("http://127.0.0.1:8008").unwrap();
        for issuer in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            assert_eq!(
                GetAuthorizationServerMetadata::url(&homeserver, issuer)
                    .unwrap()
                    .to_string(),
                "http://127.0.0.1:8080/.well-known/oauth-authorization-server"
            );
            assert_eq!(
                GetOpenIdConfiguration::url(&homeserver, issuer)
                    .unwrap()
                    .to_string(),
                "http://127.0.0.1:8080/.well-known/openid-configuration"
            );
        }
        let homeserver = BaseUrl::parse("https://matrix.example.org").unwrap();
        assert!(GetOpenIdConfiguration::url(&homeserver, "http://account.example.org/").is_err());
    }
}
