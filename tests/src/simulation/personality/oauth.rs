//! How authorization servers, and the homeservers behind them, answer where they differ.

mod continuwuity;
mod manners;
mod matrix_authentication_service;
mod oidc_provider;
mod older;
mod specification;

pub use continuwuity::CONTINUWUITY_OAUTH;
pub use manners::{
    CodeReuse, Denial, DeviceGrant, Discovery, OAuthPersonality, Refresh, RefreshReuse, Revocation,
    ScopeNames,
};
pub use matrix_authentication_service::{
    MATRIX_AUTHENTICATION_SERVICE, MATRIX_AUTHENTICATION_SERVICE_WITHOUT_DEVICES,
};
pub use oidc_provider::OIDC_PROVIDER;
pub use older::UNSTABLE;
pub use specification::SPECIFICATION;

/// The families of authorization servers, each before a homeserver.
pub const AUTHORIZATION_SERVERS: [&OAuthPersonality; 6] = [
    &SPECIFICATION,
    &MATRIX_AUTHENTICATION_SERVICE,
    &MATRIX_AUTHENTICATION_SERVICE_WITHOUT_DEVICES,
    &OIDC_PROVIDER,
    &CONTINUWUITY_OAUTH,
    &UNSTABLE,
];
