//! The first questions for an identity server: whether it is reachable, and which versions it supports.
//!
//! Specification: [API version check](https://spec.matrix.org/v1.19/identity-service-api/#api-version-check) and
//! [status check](https://spec.matrix.org/v1.19/identity-service-api/#status-check).

use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::wire::{Endpoint, Operation, SpecVersion, SupportedVersions};

crate::wire::operations![GetVersions, PingV2,];

/// Asks an identity server which versions of the specification it supports. Servers older than `v1.1` do not have this
/// operation.
///
/// ```
/// use hardline::identity_api::versions::GetVersions;
/// use hardline::wire::{self, SpecVersion};
///
/// let versions = wire::decode::<GetVersions>(http::Response::new(r#"{"versions": ["r0.3.0", "v1.19"]}"#))?;
/// assert_eq!(versions.supported().newest(), Some(SpecVersion::v1(19)));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /versions`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityversions).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetVersions {}

impl GetVersions {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetVersions {
    const OPERATION: Operation =
        Operation::get("getVersions", "/_matrix/identity/versions").since(SpecVersion::v1(1));
    type Response = GetVersionsResponse;
}

/// What an identity server supports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetVersionsResponse {
    /// The supported versions: `r0.3.0`, `v1.19`.
    pub versions: Vec<String>,
}

impl GetVersionsResponse {
    /// The operations that such a server supports: [`SupportedVersions::path_of`] is `None` for those that it lacks.
    pub fn supported(&self) -> SupportedVersions {
        SupportedVersions::new(self.versions.iter().map(String::as_str), [])
    }
}

/// Asks whether an identity server is reachable. It responds with `{}`.
///
/// ```
/// use hardline::identity_api::versions::PingV2;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let request = wire::encode(&PingV2::new(), &target, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /_matrix/identity/v2`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct PingV2 {}

impl PingV2 {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for PingV2 {
    const OPERATION: Operation =
        Operation::get("pingV2", "/_matrix/identity/v2").since(SpecVersion::r0(3));
    type Response = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity_api::lookup::LookupUsersV2;

    #[test]
    fn an_old_server_without_hashes_supports_none_of_this() {
        let path = |versions: &[&str], operation: &Operation| {
            SupportedVersions::new(versions.iter().copied(), []).path_of(operation)
        };
        let lookup = &LookupUsersV2::OPERATION;
        assert_eq!(path(&["r0.2.1"], lookup), None);
        assert_eq!(path(&["r0.3.0"], lookup), Some(lookup.path));
        assert_eq!(path(&["r0.3.0"], &GetVersions::OPERATION), None);
        assert_eq!(path(&["v1.1"], lookup), Some(lookup.path));
    }
}
