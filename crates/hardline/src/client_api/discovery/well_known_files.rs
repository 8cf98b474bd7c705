use hardline_derive::{Request, Response};

use crate::json::JsonMap;
use crate::types::UserId;
use crate::types::text::text_enum;
use crate::wire::{Endpoint, Operation, SpecVersion};

/// Fetches the well-known file of a server name that says how to contact the server's administrators.
///
/// 404 means that there is no such file.
///
/// ```
/// use hardline::client_api::discovery::{ContactRole, GetWellknownSupport};
/// use hardline::wire;
///
/// let body = r#"{"contacts": [{"email_address": "security@example.org", "role": "m.role.security"}]}"#;
/// let support = wire::decode::<GetWellknownSupport>(http::Response::new(body))?;
/// assert_eq!(support.contacts[0].role, Some(ContactRole::Security));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /.well-known/matrix/support`](https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport).
#[doc(alias = "getWellknownSupport")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetWellknownSupport {}

impl GetWellknownSupport {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetWellknownSupport {
    const OPERATION: Operation =
        Operation::get("getWellknownSupport", "/.well-known/matrix/support")
            .since(SpecVersion::v1(10));
    type Response = GetWellknownSupportResponse;
}

/// Whom to contact, or the page that says so: a server gives at least one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetWellknownSupportResponse {
    /// The contacts.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// The URL of a page for users of the server.
    pub support_page: Option<String>,
}

/// A contact, with at least one of the two addresses.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Contact {
    /// A Matrix user.
    pub matrix_id: Option<UserId>,
    /// An e-mail address.
    pub email_address: Option<String>,
    /// The contact's role. Some servers leave it out.
    pub role: Option<ContactRole>,
}

impl Contact {
    /// A contact without an address so far.
    pub fn new(role: ContactRole) -> Self {
        Self {
            matrix_id: None,
            email_address: None,
            role: Some(role),
        }
    }
}

text_enum! {
    /// A contact's role.
    ContactRole {
        /// General administration of the server.
        Admin = "m.role.admin",
        /// Security, for confidential reports.
        Security = "m.role.security",
    }
}

/// Fetches the well-known file of a server name with the keys that its policy server signs with.
///
/// 404 means that it is not a policy server.
///
/// ```
/// use hardline::client_api::discovery::GetWellknownPolicy;
/// use hardline::wire;
///
/// let body = r#"{"public_keys": {"ed25519": "6yhHGKhCiXTSEN2ksjV7kX_N6rBQZ3Xb-M7LlC6NS-s"}}"#;
/// let policy = wire::decode::<GetWellknownPolicy>(http::Response::new(body))?;
/// assert!(policy.ed25519().is_some());
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /.well-known/matrix/policy_server`](https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixpolicy_server).
#[doc(alias = "getWellknownPolicy")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetWellknownPolicy {}

impl GetWellknownPolicy {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetWellknownPolicy {
    const OPERATION: Operation =
        Operation::get("getWellknownPolicy", "/.well-known/matrix/policy_server")
            .since(SpecVersion::v1(18));
    type Response = GetWellknownPolicyResponse;
}

/// The keys of a policy server.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetWellknownPolicyResponse {
    /// Public keys in unpadded Base64, by algorithm; `ed25519` is always included.
    #[serde(default)]
    pub public_keys: JsonMap<String, String>,
}

impl GetWellknownPolicyResponse {
    /// A policy server with this Ed25519 key, in unpadded Base64.
    pub fn new(ed25519: String) -> Self {
        Self {
            public_keys: JsonMap::from([("ed25519".to_owned(), ed25519)]),
        }
    }

    /// The Ed25519 key, in unpadded Base64.
    pub fn ed25519(&self) -> Option<&str> {
        self.public_keys.get("ed25519").map(String::as_str)
    }
}
