//! Server discovery and versions.
//!
//! Specification: [server discovery](https://spec.matrix.org/v1.19/client-server-api/#server-discovery).

mod auth_metadata;
mod capabilities;
mod well_known;
mod well_known_files;

pub use auth_metadata::{AccountManagementAction, AuthMetadata, GetAuthMetadata};
pub use capabilities::{
    AccountModerationCapability, Capabilities, GetCapabilities, GetCapabilitiesResponse,
    ProfileFieldsCapability, RoomVersionStability, RoomVersionsCapability,
};
pub use well_known::{DiscoveryInformation, HomeserverInformation, IdentityServerInformation};
pub use well_known_files::{
    Contact, ContactRole, GetWellknownPolicy, GetWellknownPolicyResponse, GetWellknownSupport,
    GetWellknownSupportResponse,
};

use hardline_derive::{Request, Response};

use crate::json::JsonMap;
use crate::wire::{Auth, Endpoint, Operation, SupportedVersions};

crate::wire::operations![
    GetAuthMetadata,
    GetCapabilities,
    GetVersions,
    GetWellknown,
    GetWellknownPolicy,
    GetWellknownSupport,
];

/// Asks a homeserver which versions of the specification and which unstable features it supports.
///
/// ```
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::wire::{self, SpecVersion};
///
/// let body = r#"{"versions": ["r0.6.1", "v1.19"], "unstable_features": {"org.example": true}}"#;
/// let versions = wire::decode::<GetVersions>(http::Response::new(body))?;
/// assert_eq!(versions.supported().newest(), Some(SpecVersion::v1(19)));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /versions`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions).
#[doc(alias = "getVersions")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetVersions {}

impl GetVersions {
    /// The request. A server may respond differently with an access token than without.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetVersions {
    const OPERATION: Operation =
        Operation::get("getVersions", "/_matrix/client/versions").auth(Auth::Optional);
    type Response = GetVersionsResponse;
}

/// What a homeserver supports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetVersionsResponse {
    /// The supported versions: `r0.6.1`, `v1.19`.
    pub versions: Vec<String>,
    /// The unstable features that it knows, and whether they are enabled.
    #[serde(default)]
    pub unstable_features: JsonMap<String, bool>,
}

impl GetVersionsResponse {
    /// The versions as [`Homeserver::supported`](crate::wire::Homeserver::supported) takes them, to choose paths.
    pub fn supported(&self) -> SupportedVersions {
        let features = self
            .unstable_features
            .iter()
            .map(|(name, on)| (name.as_str(), *on));
        SupportedVersions::new(self.versions.iter().map(String::as_str), features)
    }
}

/// Fetches the well-known file of a server name, which says where the homeserver is.
///
/// 404 means that there is no such file: the server name itself is then the best guess.
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
#[derive(Clone, Debug, Default, PartialEq, Request)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, ErrorCode, SpecVersion};

    #[test]
    fn only_a_malformed_unstable_feature_is_skipped() {
        let body = r#"{"versions":["r0.6.1","v1.1"],"unstable_features":{"org.a":true,"org.b":"yes","org.c":null,"org.d":false}}"#;
        let answer = wire::decode_response::<GetVersions>(http::Response::new(body)).unwrap();
        let features: Vec<_> = answer.value.unstable_features.iter().collect();
        assert_eq!(
            features,
            [(&"org.a".to_owned(), &true), (&"org.d".to_owned(), &false)]
        );
        assert_eq!(answer.value.supported().newest(), Some(SpecVersion::v1(1)));
        assert_eq!(answer.warnings.iter().count(), 2);
    }

    #[test]
    fn an_identity_server_without_a_url_is_skipped() {
        let body = r#"{"m.homeserver":{"base_url":"https://m.example.org"},"m.identity_server":{},"org.example":{"a": [1]}}"#;
        let answer = wire::decode_response::<GetWellknown>(http::Response::new(body)).unwrap();
        assert_eq!(answer.value.homeserver.base_url, "https://m.example.org");
        assert_eq!(answer.value.identity_server, None);
        let kept = answer.value.other.raw("org.example").unwrap();
        assert_eq!(kept.as_str(), r#"{"a": [1]}"#);
        let warnings: Vec<_> = answer.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, ["/m.identity_server lacks base_url"]);
    }

    #[test]
    fn json_with_an_html_content_type_is_json() {
        let response = http::Response::builder()
            .header("content-type", "text/html; charset=utf-8")
            .body(r#"{"m.homeserver": {"base_url": "https://m.example.org"}}"#)
            .unwrap();
        let information = wire::decode::<GetWellknown>(response).unwrap();
        assert_eq!(information.homeserver.base_url, "https://m.example.org");
    }

    #[test]
    fn a_server_without_its_own_login_pages_says_so() {
        let response = http::Response::builder()
            .status(404)
            .body(r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}"#)
            .unwrap();
        let error = wire::decode::<GetAuthMetadata>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::Unrecognized));
    }
}
