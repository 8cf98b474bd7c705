use serde::Deserialize;

/// Where a server's homeserver and identity server are.
///
/// Specification: [`/.well-known/matrix/client`](https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct DiscoveryInformation {
    /// The homeserver.
    #[serde(rename = "m.homeserver")]
    pub homeserver: HomeserverInformation,
    /// The identity server that the homeserver's operator suggests.
    #[serde(rename = "m.identity_server")]
    pub identity_server: Option<IdentityServerInformation>,
}

impl DiscoveryInformation {
    /// Information about a homeserver with this base URL.
    pub fn new(base_url: String) -> Self {
        Self {
            homeserver: HomeserverInformation { base_url },
            identity_server: None,
        }
    }
}

/// Where a homeserver is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct HomeserverInformation {
    /// Its base URL, as the server wrote it: [`BaseUrl::parse`](crate::wire::BaseUrl::parse) reads it.
    pub base_url: String,
}

/// Where an identity server is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct IdentityServerInformation {
    /// Its base URL, as the server wrote it.
    pub base_url: String,
}
