//! Server discovery and versions.
//!
//! Specification: [server discovery](https://spec.matrix.org/v1.19/client-server-api/#server-discovery).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::client_api::{
    DiscoveryInformation, HomeserverInformation, IdentityServerInformation,
};
use crate::wire::{Auth, Endpoint, Operation, Supported};

/// Asks a homeserver which releases of the specification and which unstable features it has.
///
/// ```
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::wire::{self, Release};
///
/// let body = r#"{"versions": ["r0.6.1", "v1.19"], "unstable_features": {"org.example": true}}"#;
/// let versions = wire::decode::<GetVersions>(http::Response::new(body))?;
/// assert_eq!(versions.supported().newest(), Some(Release::v1(19)));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /versions`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetVersions {}

impl GetVersions {
    /// The request. A server may answer differently with an access token than without.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetVersions {
    const OPERATION: Operation =
        Operation::get("getVersions", "/_matrix/client/versions").auth(Auth::Optional);
    type Response = GetVersionsResponse;
}

/// What a homeserver advertises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetVersionsResponse {
    /// The releases that it has: `r0.6.1`, `v1.19`.
    pub versions: Vec<String>,
    /// The unstable features that it knows, and whether they are on.
    #[serde(default)]
    pub unstable_features: BTreeMap<String, bool>,
}

impl GetVersionsResponse {
    /// What the choice of paths needs of it: goes into [`Homeserver::supported`](crate::wire::Homeserver::supported).
    pub fn supported(&self) -> Supported {
        let features = self
            .unstable_features
            .iter()
            .map(|(name, on)| (name.as_str(), *on));
        Supported::new(self.versions.iter().map(String::as_str), features)
    }
}

/// Asks the site that a server is named after where the homeserver is.
///
/// 404 means that there is no such information: the server's name is then the best guess.
///
/// ```
/// use hardline::client_api::discovery::GetWellknown;
/// use hardline::types::ServerName;
/// use hardline::wire::{self, Credentials, Target};
///
/// let target = Target::server_name(&ServerName::parse("example.org")?)?;
/// let request = wire::encode(&GetWellknown::new(), &target, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://example.org/.well-known/matrix/client");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /.well-known/matrix/client`](https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetWellknown {}

impl GetWellknown {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetWellknown {
    const OPERATION: Operation = Operation::get("getWellknown", "/.well-known/matrix/client");
    type Response = DiscoveryInformation;
}
