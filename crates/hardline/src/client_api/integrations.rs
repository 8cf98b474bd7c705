//! Connecting a homeserver with other services: OpenID tokens, which prove to others who owns an account.
//!
//! Specification: [OpenID](https://spec.matrix.org/v1.19/client-server-api/#openid).

mod openid;

pub use openid::{RequestOpenIdToken, RequestOpenIdTokenResponse};

crate::wire::operations![RequestOpenIdToken];
