//! The Identity Service API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their wire names. A request is made with `new`, which takes what
//! is required; the rest is assigned.
//!
//! An identity server has accounts and access tokens of its own: [`account::RegisterAccount`] gives one. Whatever needs a
//! token answers `M_TERMS_NOT_SIGNED` (403) until [`terms::AgreeToTerms`] has agreed to the server's terms, and
//! `M_UNAUTHORIZED` or `M_UNKNOWN_TOKEN` (401) where the token is none of the server's. The releases that operations
//! name are this API's: its `r0.3.0` brought the paths below `/_matrix/identity/v2`, and from `v1.1` on it is counted with
//! the other APIs.

pub mod account;
pub mod association;
pub mod email;
pub mod invitation;
pub mod lookup;
pub mod msisdn;
pub mod public_keys;
mod registry;
pub mod terms;
mod validation;
pub mod versions;

use std::collections::BTreeMap;

use crate::types::{ServerName, SigningKeyId};

pub use registry::visit;
#[cfg(feature = "proptest")]
pub use registry::visit_arbitrary;
#[cfg(feature = "server")]
pub use registry::visit_server;
pub use validation::{FollowedLink, TokenAccepted, ValidationSession};

/// The signatures under a JSON object: by server, and by the key that signed, in unpadded base64.
///
/// Specification: [signing JSON](https://spec.matrix.org/v1.19/appendices/#signing-json).
pub type Signatures = BTreeMap<ServerName, BTreeMap<SigningKeyId, String>>;

/// As many signatures as servers make: a few.
#[cfg(feature = "proptest")]
pub(crate) fn few_signatures() -> impl proptest::strategy::Strategy<Value = Signatures> {
    use proptest::collection::btree_map;
    use proptest::prelude::any;

    let of_server = btree_map(any::<SigningKeyId>(), "[A-Za-z0-9+/]{86}", 0..3);
    btree_map(any::<ServerName>(), of_server, 0..3)
}
