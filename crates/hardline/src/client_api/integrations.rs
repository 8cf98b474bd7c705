//! What connects a homeserver with other services: OpenID tokens, which prove to others whose account it is.
//!
//! Specification: [OpenID](https://spec.matrix.org/v1.19/client-server-api/#openid).

mod openid;

pub use openid::{RequestOpenIdToken, RequestOpenIdTokenResponse};

crate::wire::operations![RequestOpenIdToken];
