//! The Identity Service API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their names in JSON. Build a request with `new`, which takes the
//! required fields, and assign the others.
//!
//! An identity server has its own accounts and access tokens: [`account::RegisterAccount`] gets one. Every operation
//! that needs a token fails with `M_TERMS_NOT_SIGNED` (403) until [`terms::AgreeToTerms`] has accepted the server's
//! terms, and with `M_UNAUTHORIZED` or `M_UNKNOWN_TOKEN` (401) if the server does not know the token. The versions
//! mentioned for operations are those of this API: its `r0.3.0` introduced the paths below `/_matrix/identity/v2`, and
//! from `v1.1` on it shares the version of the other APIs.

pub mod account;
pub mod association;
pub mod email;
pub mod invitation;
pub mod lookup;
pub mod msisdn;
pub mod public_keys;
pub mod terms;
mod validation;
pub mod versions;

use crate::json::JsonMap;
use crate::types::{ServerName, SigningKeyId};
use crate::wire::EndpointVisitor;
#[cfg(feature = "by-name")]
use crate::wire::ShapedEndpointVisitor;
#[cfg(feature = "proptest")]
use crate::wire::server::ArbitraryEndpointVisitor;
#[cfg(feature = "server")]
use crate::wire::server::ServerEndpointVisitor;

pub use validation::{FollowedLink, TokenAccepted, ValidationSession};

/// Shows a visitor every operation of the Identity Service API.
///
/// This is the only list of them: the router, the checks against the specification and the tests all use it.
///
/// ```
/// use hardline::identity_api;
/// use hardline::wire::{RegisteredEndpoint, EndpointVisitor};
///
/// struct Names(Vec<String>);
///
/// impl EndpointVisitor for Names {
///     fn visit<E: RegisteredEndpoint>(&mut self) {
///         self.0.push(E::OPERATION.name().to_string());
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// identity_api::visit(&mut names);
/// assert!(names.0.contains(&"is:lookupUsersV2".to_owned()));
/// ```
pub fn visit(visitor: &mut impl EndpointVisitor) {
    in_every_section!(visit(visitor));
}

/// The same, with the shape of each operation's JSON.
///
/// ```
/// use hardline::by_name::Operations;
/// use hardline::identity_api;
///
/// let mut operations = Operations::new();
/// identity_api::visit_shaped(&mut operations);
/// assert!(operations.find("is:lookupUsersV2").is_ok());
/// ```
#[cfg(feature = "by-name")]
pub fn visit_shaped(visitor: &mut impl ShapedEndpointVisitor) {
    in_every_section!(visit_shaped(visitor));
}

/// The same, with the server's side of each operation: a
/// [`ServerEndpointVisitor`] has an example.
#[cfg(feature = "server")]
pub fn visit_server(visitor: &mut impl ServerEndpointVisitor) {
    in_every_section!(visit_server(visitor));
}

/// The same, for generating arbitrary requests and responses: an [`ArbitraryEndpointVisitor`] has an example.
#[cfg(feature = "proptest")]
pub fn visit_arbitrary(visitor: &mut impl ArbitraryEndpointVisitor) {
    in_every_section!(visit_arbitrary(visitor));
}

/// Calls this function of each section.
macro_rules! in_every_section {
    ($method:ident($visitor:ident)) => {
        versions::$method($visitor);
        account::$method($visitor);
        terms::$method($visitor);
        public_keys::$method($visitor);
        lookup::$method($visitor);
        email::$method($visitor);
        msisdn::$method($visitor);
        association::$method($visitor);
        invitation::$method($visitor);
    };
}
use in_every_section;

/// The signatures of a JSON object: by server and by signing key, in unpadded base64.
///
/// Specification: [signing JSON](https://spec.matrix.org/v1.19/appendices/#signing-json).
pub type Signatures = JsonMap<ServerName, JsonMap<SigningKeyId, String>>;
