use super::manners::{
    CodeReuse, Denial, DeviceGrant, OAuthPersonality, Refresh, RefreshReuse, Revocation, ScopeNames,
};
use super::specification::SPECIFICATION;
use crate::simulation::personality::Canned;

/// oidc-provider before Synapse, as it was recorded.
pub const OIDC_PROVIDER: OAuthPersonality = OAuthPersonality {
    name: "oidc-provider",
    version: "9.13.3, Synapse 1.163.2",
    // Its newest version is older than the endpoint that it has.
    versions: &["v1.11", "v1.12", "v1.13", "v1.14", "v1.15"],
    metadata: r#"{
        "scopes_supported": ["openid"],
        "subject_types_supported": ["public"],
        "response_modes_supported": ["form_post", "fragment", "query"],
        "claims_parameter_supported": false
    }"#,
    names_itself: true,
    scopes: ScopeNames::Either,
    least_device_id: 10,
    knows_client_again: true,
    device: Some(DeviceGrant {
        status: 400,
        slows_down: true,
        user_code: "JXJD-HFWN",
        has_complete_uri: true,
        interval: Some(5),
        lifetime: 600,
        denial: Denial::Once,
    }),
    code_reuse: CodeReuse::EndsSession,
    refresh: Refresh {
        is_given_unasked: false,
        rotates: true,
        reuse: RefreshReuse::EndsSession,
    },
    revocation: Revocation {
        by_expired_token: true,
        believes_hints: false,
        no_client: Some(NO_CLIENT),
    },
    unknown_client: Canned::new(
        401,
        r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
    ),
    no_client: NO_CLIENT,
    unregistered_grant: Canned::new(
        400,
        r#"{"error":"invalid_request","error_description":"requested grant type is not allowed for this client"}"#,
    ),
    broken: Canned::new(503, "<html><body>503 Service Unavailable</body></html>"),
    unknown_token: Canned::new(
        401,
        // The specification prefers true here: a client must not conclude anything from it.
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Token is not active","soft_logout":false}"#,
    ),
    unready: Canned::new(
        503,
        r#"{"errcode":"M_UNKNOWN","error":"Unable to introspect the access token"}"#,
    ),
    legacy: &[
        ("/login", UNRECOGNIZED),
        ("/logout", UNRECOGNIZED),
        ("/logout/all", UNRECOGNIZED),
        ("/refresh", UNRECOGNIZED),
        ("/account/password", UNRECOGNIZED),
        ("/account/deactivate", UNRECOGNIZED),
        ("/account/3pid/add", UNRECOGNIZED),
        ("/requestToken", UNRECOGNIZED),
    ],
    ..SPECIFICATION
};

const NO_CLIENT: Canned = Canned::new(
    400,
    r#"{"error":"invalid_request","error_description":"no client authentication mechanism provided"}"#,
);

const UNRECOGNIZED: Canned = Canned::new(
    404,
    r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}"#,
);
