use hardline::client_api::discovery::{
    GetAuthMetadata, GetCapabilities, GetVersions, GetWellknown, GetWellknownPolicy,
    GetWellknownSupport,
};
use ruma::api::client::discovery;

use crate::exchange::{Exchange, answer, both};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetVersions, discovery::get_supported_versions::Request>(),
        pair::<GetWellknown, discovery::discover_homeserver::Request>(),
        pair::<GetWellknownPolicy, discovery::discover_policy_server::Request>(),
        pair::<GetWellknownSupport, discovery::discover_support::Request>(),
        pair::<GetCapabilities, discovery::get_capabilities::v3::Request>(),
        pair::<GetAuthMetadata, discovery::get_authorization_server_metadata::v1::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getVersions",
        "as specified",
        "/_matrix/client/versions",
        "",
        r#"{"versions": ["r0.0.1", "v1.1"], "unstable_features": {"org.example.my_feature": true}}"#,
    ),
    answer(
        "cs:getVersions",
        "a feature that is no boolean",
        200,
        r#"{"versions": ["v1.1"], "unstable_features": {"a": true, "b": "yes"}}"#,
    ),
    answer(
        "cs:getVersions",
        "without unstable features",
        200,
        r#"{"versions": ["v1.1"]}"#,
    ),
    both(
        "cs:getWellknown",
        "as specified",
        "/.well-known/matrix/client",
        "",
        r#"{"m.homeserver": {"base_url": "https://matrix.example.com"}, "m.identity_server": {"base_url": "https://identity.example.com"}}"#,
    ),
    answer(
        "cs:getWellknown",
        "with a member of its own",
        200,
        r#"{"m.homeserver": {"base_url": "https://matrix.example.com"}, "org.example": {"a": 1}}"#,
    ),
    answer(
        "cs:getWellknown",
        "an identity server without a URL",
        200,
        r#"{"m.homeserver": {"base_url": "https://matrix.example.com"}, "m.identity_server": {}}"#,
    ),
    answer("cs:getWellknown", "without a homeserver", 200, "{}"),
    both(
        "cs:getWellknownPolicy",
        "as specified",
        "/.well-known/matrix/policy_server",
        "",
        r#"{"public_keys": {"ed25519": "6yhHGKhCiXTSEN2ksjV7kX_N6rBQZ3Xb-M7LlC6NS-s"}}"#,
    ),
    both(
        "cs:getWellknownSupport",
        "as specified",
        "/.well-known/matrix/support",
        "",
        r#"{"contacts": [{"matrix_id": "@admin:example.org", "email_address": "admin@example.org", "role": "m.role.admin"}, {"email_address": "security@example.org", "role": "m.role.security"}], "support_page": "https://example.org/support.html"}"#,
    ),
    both(
        "cs:getCapabilities",
        "as specified",
        "/_matrix/client/v3/capabilities",
        "",
        r#"{"capabilities": {"m.change_password": {"enabled": false}, "m.room_versions": {"default": "1", "available": {"1": "stable", "test-version": "unstable"}}, "com.example.custom.ratelimit": {"max_requests_per_hour": 600}}}"#,
    ),
    answer(
        "cs:getCapabilities",
        "one of another shape",
        200,
        r#"{"capabilities": {"m.change_password": true, "m.set_displayname": {"enabled": false}}}"#,
    ),
    both(
        "cs:getAuthMetadata",
        "as specified",
        "/_matrix/client/v1/auth_metadata",
        "",
        r#"{"issuer": "https://account.example.com/", "authorization_endpoint": "https://account.example.com/oauth2/auth", "token_endpoint": "https://account.example.com/oauth2/token", "registration_endpoint": "https://account.example.com/oauth2/clients/register", "revocation_endpoint": "https://account.example.com/oauth2/revoke", "response_types_supported": ["code"], "response_modes_supported": ["query", "fragment"], "grant_types_supported": ["authorization_code", "refresh_token"], "code_challenge_methods_supported": ["S256"]}"#,
    ),
];
