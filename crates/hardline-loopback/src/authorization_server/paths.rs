//! Where everything is, below the base URL. The paths are those of matrix-authentication-service.

use hardline::oauth_api::{
    AuthorizeDevice, ExchangeCode, ExchangeDeviceCode, GetAuthorizationServerMetadata,
    GetOpenIdConfiguration, RefreshAccessToken, RegisterClient, RevokeToken,
};
use hardline::wire::Endpoint;
use hardline::wire::server::Router;

pub(super) const AUTHORIZE: &str = "/authorize";
pub(super) const LINK: &str = "/link";
pub(super) const ACCOUNT: &str = "/account/";
pub(super) const TOKEN: &str = "/oauth2/token";
pub(super) const REGISTRATION: &str = "/oauth2/registration";
pub(super) const REVOCATION: &str = "/oauth2/revoke";
pub(super) const DEVICE: &str = "/oauth2/device";
const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// This one stands before the path of the issuer.
const OAUTH_METADATA: &str = "/.well-known/oauth-authorization-server";

/// The operations; a page brings its own path.
pub(super) fn router() -> Router {
    let mut router = Router::new();
    router.add_at(
        OAUTH_METADATA,
        const { &GetAuthorizationServerMetadata::OPERATION },
    );
    router.add_at(
        OPENID_CONFIGURATION,
        const { &GetOpenIdConfiguration::OPERATION },
    );
    router.add_at(REGISTRATION, const { &RegisterClient::OPERATION });
    router.add_at(DEVICE, const { &AuthorizeDevice::OPERATION });
    router.add_at(TOKEN, const { &ExchangeCode::OPERATION });
    router.add_at(TOKEN, const { &RefreshAccessToken::OPERATION });
    router.add_at(TOKEN, const { &ExchangeDeviceCode::OPERATION });
    router.add_at(REVOCATION, const { &RevokeToken::OPERATION });
    router
}

/// The path of a request as it is here. `None` if it belongs to another server at the same base URL.
pub(super) fn below<'a>(base_path: &str, path: &'a str) -> Option<&'a str> {
    if let Some(issuer_path) = path.strip_prefix(OAUTH_METADATA) {
        return (issuer_path.trim_end_matches('/') == base_path).then_some(OAUTH_METADATA);
    }
    let path = path.strip_prefix(base_path)?;
    let is_known = matches!(
        path,
        OPENID_CONFIGURATION | TOKEN | REGISTRATION | REVOCATION | DEVICE
    );
    (is_known || is_page(path)).then_some(path)
}

/// Whether people open the path in their browsers.
pub(super) fn is_page(path: &str) -> bool {
    matches!(path, AUTHORIZE | LINK | ACCOUNT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_below_the_base_url_but_for_one() {
        for (base_path, path, expected) in [
            ("", "/authorize", Some(AUTHORIZE)),
            ("", OAUTH_METADATA, Some(OAUTH_METADATA)),
            (
                "",
                "/.well-known/oauth-authorization-server/",
                Some(OAUTH_METADATA),
            ),
            ("", "/.well-known/oauth-authorization-server/matrix", None),
            ("", "/.well-known/matrix/client", None),
            ("", "/_matrix/client/versions", None),
            ("/matrix", "/matrix/oauth2/token", Some(TOKEN)),
            ("/matrix", "/oauth2/token", None),
            ("/matrix", OAUTH_METADATA, None),
            (
                "/matrix",
                "/.well-known/oauth-authorization-server/matrix",
                Some(OAUTH_METADATA),
            ),
            (
                "/matrix",
                "/matrix/.well-known/openid-configuration",
                Some(OPENID_CONFIGURATION),
            ),
            ("/matrix", OPENID_CONFIGURATION, None),
        ] {
            assert_eq!(below(base_path, path), expected, "{base_path} {path}");
        }
    }
}
