use super::manners::{
    CodeReuse, Denial, DeviceGrant, Discovery, OAuthPersonality, Refresh, RefreshReuse, Revocation,
    ScopeNames,
};
use crate::simulation::personality::Canned;

/// The specification's example of a server, and the RFCs' where it leaves the choice.
pub const SPECIFICATION: OAuthPersonality = OAuthPersonality {
    name: "the specification",
    version: "v1.19",
    issuer: "https://account.example.org/",
    discovery: Discovery::Stable,
    versions: &["v1.18", "v1.19"],
    metadata: "{}",
    names_itself: false,
    scopes: ScopeNames::Stable,
    least_device_id: 1,
    knows_client_again: false,
    device: Some(DeviceGrant {
        status: 400,
        slows_down: true,
        user_code: "WDJB-MJHT",
        has_complete_uri: true,
        // RFC 8628: 5 seconds if it is left out.
        interval: None,
        lifetime: 1_800,
        denial: Denial::Always,
    }),
    code_reuse: CodeReuse::Refused,
    access_lifetime: (300, true),
    token_type: "Bearer",
    tells_scope: true,
    refresh: Refresh {
        is_given_unasked: true,
        rotates: true,
        reuse: RefreshReuse::EndsSession,
    },
    revocation: Revocation {
        by_expired_token: true,
        believes_hints: false,
        no_client: None,
    },
    unknown_client: Canned::new(401, r#"{"error":"invalid_client"}"#),
    no_client: Canned::new(401, r#"{"error":"invalid_client"}"#),
    unregistered_grant: Canned::new(400, r#"{"error":"unauthorized_client"}"#),
    refused_scope: 400,
    limited: Canned {
        status: 429,
        header: Some(("retry-after", "2")),
        body: "",
    },
    broken: Canned::new(500, r#"{"error":"server_error"}"#),
    unknown_token: Canned::new(
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"The access token expired","soft_logout":true}"#,
    ),
    unready: Canned::new(
        503,
        r#"{"errcode":"M_UNKNOWN","error":"Service unavailable"}"#,
    ),
    legacy: &[],
};
