//! What an authorization server says in the tests of the logins.

use crate::wire::pairs;

pub(super) const METADATA: &str = r#"{"issuer": "https://account.example.org/",
    "authorization_endpoint": "https://account.example.org/authorize",
    "token_endpoint": "https://account.example.org/token",
    "registration_endpoint": "https://account.example.org/register",
    "revocation_endpoint": "https://account.example.org/revoke",
    "device_authorization_endpoint": "https://account.example.org/device",
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
    "response_modes_supported": ["query", "fragment"],
    "code_challenge_methods_supported": ["S256"]}"#;

pub(super) const TOKENS: &str = r#"{"access_token": "mat_hunter2", "token_type": "Bearer", "expires_in": 300,
    "refresh_token": "mar_hunter2"}"#;

pub(super) const OWNER: &str = r#"{"user_id": "@alice:example.org"}"#;

/// The parameters of a query or a form.
pub(super) fn pairs_of(query: &str) -> Vec<(String, String)> {
    pairs(query).collect()
}

pub(super) const REGISTERED: &str = r#"{"client_id": "s6BhdRkqt3"}"#;

/// An error in OAuth's terms.
pub(super) fn oauth_error(code: &str) -> String {
    format!(r#"{{"error": "{code}"}}"#)
}
