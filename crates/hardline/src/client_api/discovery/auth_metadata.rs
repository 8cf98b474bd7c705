use serde::{Deserialize, Serialize};

use crate::types::text::text_enum;
use crate::wire::{Endpoint, Operation, SpecVersion};

/// Asks for the homeserver's OAuth 2.0 server metadata: where one logs in through the homeserver's own pages.
///
/// Errors worth handling: `M_UNRECOGNIZED` (status 404): the server has no such way, and
/// [`GetLoginFlows`](crate::client_api::session::GetLoginFlows) tells those that it has.
///
/// ```
/// use hardline::client_api::discovery::GetAuthMetadata;
/// use hardline::wire::{self, Credentials, Target};
///
/// let target = Target::homeserver("https://example.org")?;
/// let request = wire::encode(&GetAuthMetadata::new(), &target, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/auth_metadata");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /auth_metadata`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1auth_metadata).
#[doc(alias = "getAuthMetadata")]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetAuthMetadata {}

impl GetAuthMetadata {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetAuthMetadata {
    const OPERATION: Operation =
        Operation::get("getAuthMetadata", "/_matrix/client/v1/auth_metadata")
            .since(SpecVersion::v1(15))
            .unstable(&[(
                "org.matrix.msc2965",
                "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
            )]);
    type Response = AuthMetadata;
}

/// OAuth 2.0 server metadata: RFC 8414, and what Matrix adds. URLs are as the server wrote them.
///
/// Specification: [server metadata discovery](https://spec.matrix.org/v1.19/client-server-api/#server-metadata-discovery).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct AuthMetadata {
    /// Who issues the tokens: a URL.
    pub issuer: String,
    /// Where the person's browser goes to log in.
    pub authorization_endpoint: String,
    /// Where tokens are had.
    pub token_endpoint: String,
    /// Where tokens are given back.
    pub revocation_endpoint: String,
    /// Where a client makes itself known.
    pub registration_endpoint: String,
    /// The `response_type`s of an authorization: `code` among them.
    pub response_types_supported: Vec<String>,
    /// What tokens are had for: `authorization_code` and `refresh_token` among them.
    pub grant_types_supported: Vec<String>,
    /// How the browser brings the answer back: `query` and `fragment` among them.
    pub response_modes_supported: Vec<String>,
    /// How a code is tied to the client that asked for it: `S256` among them.
    pub code_challenge_methods_supported: Vec<String>,
    /// What the browser can be asked to show: `create` where one can register.
    pub prompt_values_supported: Option<Vec<String>>,
    /// The page on which a person manages the account. Since v1.18.
    pub account_management_uri: Option<String>,
    /// What can be asked of that page. Since v1.18.
    pub account_management_actions_supported: Option<Vec<AccountManagementAction>>,
    /// Where a device without a browser begins. Since v1.18.
    pub device_authorization_endpoint: Option<String>,
}

impl AuthMetadata {
    /// The metadata of a server at these URLs, with what the specification asks of every one.
    pub fn new(
        issuer: String,
        authorization_endpoint: String,
        token_endpoint: String,
        revocation_endpoint: String,
        registration_endpoint: String,
    ) -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            issuer,
            authorization_endpoint,
            token_endpoint,
            revocation_endpoint,
            registration_endpoint,
            response_types_supported: texts(&["code"]),
            grant_types_supported: texts(&["authorization_code", "refresh_token"]),
            response_modes_supported: texts(&["query", "fragment"]),
            code_challenge_methods_supported: texts(&["S256"]),
            prompt_values_supported: None,
            account_management_uri: None,
            account_management_actions_supported: None,
            device_authorization_endpoint: None,
        }
    }
}

text_enum! {
    /// What the page for an account can be opened for.
    AccountManagementAction {
        /// The profile.
        Profile = "org.matrix.profile",
        /// All devices.
        DevicesList = "org.matrix.devices_list",
        /// One device.
        DeviceView = "org.matrix.device_view",
        /// Logging one device out.
        DeviceDelete = "org.matrix.device_delete",
        /// Deactivating the account.
        AccountDeactivate = "org.matrix.account_deactivate",
        /// New keys for cross-signing.
        CrossSigningReset = "org.matrix.cross_signing_reset",
    }
}
