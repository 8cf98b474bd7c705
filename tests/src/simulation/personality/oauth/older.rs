use super::manners::{DeviceGrant, Discovery, OAuthPersonality, Refresh, RefreshReuse, ScopeNames};
use super::specification::SPECIFICATION;

/// A server from before v1.15, by the unstable names alone, that does as little as it may: no rotation, no lifetime, no
/// scope in its answers.
pub const UNSTABLE: OAuthPersonality = OAuthPersonality {
    name: "a server from before v1.15",
    version: "MSC2965, MSC2967",
    discovery: Discovery::Unstable,
    versions: &["v1.11", "v1.12"],
    scopes: ScopeNames::Unstable,
    access_lifetime: (3_600, false),
    token_type: "bearer",
    tells_scope: false,
    device: Some(DeviceGrant {
        slows_down: true,
        has_complete_uri: false,
        interval: Some(2),
        lifetime: 300,
        ..match SPECIFICATION.device {
            Some(device) => device,
            None => unreachable!(),
        }
    }),
    refresh: Refresh {
        is_given_unasked: true,
        rotates: false,
        reuse: RefreshReuse::Refused,
    },
    ..SPECIFICATION
};
