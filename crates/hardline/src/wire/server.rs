//! The other direction, from the same constants: paths are routed, requests decoded, responses encoded.
//!
//! What a fake homeserver, a proxy or a test needs. Where [`wire::decode`](crate::wire::decode) forgives a server,
//! this is strict with a client: whatever is wrong is refused with the error that the specification names.

#[cfg(feature = "proptest")]
mod arbitrary_endpoint;
mod error_response;
mod request;
mod response;
mod router;
mod server_endpoint;

#[cfg(feature = "proptest")]
pub use arbitrary_endpoint::{ArbitraryEndpoint, ArbitraryEndpointVisitor};
pub use error_response::ErrorResponse;
pub use request::{access_token, decode_request};
pub use response::encode_response;
pub use router::{Route, Router};
pub use server_endpoint::{ServerEndpoint, ServerEndpointVisitor};
