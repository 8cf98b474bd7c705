//! The server's side of the same constants: routes paths, decodes requests and encodes responses.
//!
//! This is for fake homeservers, proxies and tests. [`wire::decode`](crate::wire::decode) is lenient with servers, but
//! this module is strict with clients: it refuses bad requests with the errors that the specification gives.

#[cfg(feature = "proptest")]
mod arbitrary_endpoint;
mod error_response;
mod request;
mod response;
mod route;
mod router;
mod server_endpoint;

#[cfg(feature = "proptest")]
pub use arbitrary_endpoint::{ArbitraryEndpoint, ArbitraryEndpointVisitor};
pub use error_response::ErrorResponse;
pub use request::{access_token, acting_as, check_required_together, decode_request};
pub use response::encode_response;
pub use route::Route;
pub use router::Router;
pub use server_endpoint::{ServerEndpoint, ServerEndpointVisitor};
