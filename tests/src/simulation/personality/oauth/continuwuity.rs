use super::manners::OAuthPersonality;
use super::specification::SPECIFICATION;
use crate::simulation::personality::{Canned, UNRECOGNIZED};

const FORBIDDEN: Canned = Canned::new(
    403,
    r#"{"errcode":"M_FORBIDDEN","error":"Clients authorized with OAuth cannot use this route."}"#,
);

/// continuwuity with logins by OAuth alone: it is its own authorization server, so that both have one origin. What its
/// endpoints do beyond that is taken to be the specification's.
pub const CONTINUWUITY_OAUTH: OAuthPersonality = OAuthPersonality {
    name: "continuwuity's own server",
    version: "09073235881d",
    issuer: "https://example.org/",
    unknown_token: Canned::new(
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Expired access token.","soft_logout":true}"#,
    ),
    legacy: &[
        ("/login", UNRECOGNIZED),
        ("/refresh", UNRECOGNIZED),
        ("/account/password", FORBIDDEN),
        ("/account/deactivate", FORBIDDEN),
    ],
    ..SPECIFICATION
};
