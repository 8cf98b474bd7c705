use super::manners::{
    CodeReuse, Denial, DeviceGrant, OAuthPersonality, Refresh, RefreshReuse, Revocation, ScopeNames,
};
use super::oidc_provider::OIDC_PROVIDER;
use crate::simulation::personality::Canned;

/// matrix-authentication-service before Synapse.
pub const MATRIX_AUTHENTICATION_SERVICE: OAuthPersonality = OAuthPersonality {
    name: "matrix-authentication-service",
    version: "1.22",
    metadata: METADATA,
    names_itself: false,
    scopes: ScopeNames::Either,
    least_device_id: 10,
    knows_client_again: true,
    device: Some(DeviceGrant {
        status: 403,
        slows_down: false,
        user_code: "J4QD7K",
        has_complete_uri: false,
        interval: Some(5),
        lifetime: 1_200,
        denial: Denial::Always,
    }),
    code_reuse: CodeReuse::EndsSession,
    // A session without a refresh token ends with its access token.
    refresh: Refresh {
        is_given_unasked: false,
        rotates: true,
        reuse: RefreshReuse::Refused,
    },
    revocation: Revocation {
        by_expired_token: false,
        believes_hints: true,
        no_client: Some(INVALID_CLIENT),
    },
    no_client: Canned::new(400, r#"{"error":"invalid_request"}"#),
    unregistered_grant: Canned::new(401, r#"{"error":"unauthorized_client"}"#),
    refused_scope: 403,
    limited: Canned {
        status: 429,
        header: None,
        body: r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":1500}"#,
    },
    // It has no page for what goes wrong within it.
    broken: Canned::new(500, r#"{"error":"server_error"}"#),
    // Its compatibility layer ends no session of OAuth, and refreshes none.
    legacy: &[
        ("/logout", UNKNOWN_TOKEN),
        ("/logout/all", UNKNOWN_TOKEN),
        ("/refresh", UNKNOWN_TOKEN),
        (
            "/login",
            Canned::new(
                200,
                r#"{"flows":[{"type":"m.login.sso","oauth_aware_preferred":true,"org.matrix.msc3824.delegated_oidc_compatibility":true},{"type":"m.login.token"}]}"#,
            ),
        ),
    ],
    ..OIDC_PROVIDER
};

/// The same with its device grant switched off, which its metadata does not have then.
pub const MATRIX_AUTHENTICATION_SERVICE_WITHOUT_DEVICES: OAuthPersonality = OAuthPersonality {
    name: "matrix-authentication-service without the device grant",
    device: None,
    ..MATRIX_AUTHENTICATION_SERVICE
};

const INVALID_CLIENT: Canned = Canned::new(401, r#"{"error":"invalid_client"}"#);

const UNKNOWN_TOKEN: Canned = Canned::new(
    401,
    r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Unrecognised access token"}"#,
);

/// More modes and methods than Matrix has, and the old names of actions.
const METADATA: &str = r#"{
    "jwks_uri": "https://account.example.org/oauth2/keys.json",
    "introspection_endpoint": "https://account.example.org/oauth2/introspect",
    "userinfo_endpoint": "https://account.example.org/oauth2/userinfo",
    "scopes_supported": ["openid", "email"],
    "response_types_supported": ["code", "id_token", "code id_token"],
    "response_modes_supported": ["form_post", "query", "fragment"],
    "code_challenge_methods_supported": ["plain", "S256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt", "none"],
    "claims_parameter_supported": false,
    "prompt_values_supported": ["login", "create"],
    "account_management_uri": "https://account.example.org/account/?lang=en",
    "account_management_actions_supported": ["org.matrix.profile", "org.matrix.sessions_list", "org.matrix.session_end"],
    "org.matrix.matrix-authentication-service.graphql_endpoint": "https://account.example.org/graphql"
}"#;
