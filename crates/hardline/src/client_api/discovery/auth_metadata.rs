use hardline_derive::{Request, Response};

use crate::types::text::text_enum;
use crate::wire::{Endpoint, Operation, SpecVersion};

/// Fetches the homeserver's OAuth 2.0 server metadata, for logging in through the homeserver's own pages.
///
/// Errors worth handling: `M_UNRECOGNIZED` (status 404): the server does not support OAuth 2.0; see
/// [`GetLoginFlows`](crate::client_api::session::GetLoginFlows) for what it supports.
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
#[derive(Clone, Debug, Default, PartialEq, Request)]
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
            )])
            // Clients ask to find out whether the server has it.
            .may_be_unadvertised();
    type Response = AuthMetadata;
}

/// OAuth 2.0 server metadata: RFC 8414, and what Matrix adds. URLs are exactly as the server wrote them.
///
/// RFC 8414 makes most of this optional, and servers leave out what they do not offer: a client can log in without being
/// able to revoke, and a server may register its clients by hand. A list is empty if the server leaves it out.
///
/// Specification: [server metadata discovery](https://spec.matrix.org/v1.19/client-server-api/#server-metadata-discovery).
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct AuthMetadata {
    /// The issuer of the tokens: a URL.
    pub issuer: String,
    /// The URL that the user's browser opens to log in. `None` if only devices without a browser can log in.
    pub authorization_endpoint: Option<String>,
    /// The URL for requesting tokens.
    pub token_endpoint: String,
    /// The URL for revoking tokens.
    pub revocation_endpoint: Option<String>,
    /// The URL for registering a client.
    pub registration_endpoint: Option<String>,
    /// The supported `response_type`s of an authorization, including `code`.
    #[serde(default)]
    pub response_types_supported: Vec<String>,
    /// The supported `grant_type`s of a token request, including `authorization_code` and `refresh_token`.
    #[serde(default)]
    pub grant_types_supported: Vec<String>,
    /// The supported ways for the browser to return the response, including `query` and `fragment`.
    #[serde(default)]
    pub response_modes_supported: Vec<String>,
    /// The supported ways to tie a code to the client that requested it, including `S256`.
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// What the browser can be asked to show: `create` if users can register.
    pub prompt_values_supported: Option<Vec<String>>,
    /// The page where a user manages the account. Since v1.18.
    pub account_management_uri: Option<String>,
    /// The actions that this page supports. Since v1.18.
    pub account_management_actions_supported: Option<Vec<AccountManagementAction>>,
    /// The URL for devices without a browser. Since v1.18.
    pub device_authorization_endpoint: Option<String>,
    /// Whether the response to an authorization names the issuer, so that one without is not this server's. RFC 9207.
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// Some of the scopes that a token can be requested for, not necessarily those of Matrix.
    pub scopes_supported: Option<Vec<String>>,
}

impl AuthMetadata {
    /// The metadata of a server at these URLs, with everything that the specification requires.
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
            authorization_endpoint: Some(authorization_endpoint),
            token_endpoint,
            revocation_endpoint: Some(revocation_endpoint),
            registration_endpoint: Some(registration_endpoint),
            response_types_supported: texts(&["code"]),
            grant_types_supported: texts(&["authorization_code", "refresh_token"]),
            response_modes_supported: texts(&["query", "fragment"]),
            code_challenge_methods_supported: texts(&["S256"]),
            prompt_values_supported: None,
            account_management_uri: None,
            account_management_actions_supported: None,
            device_authorization_endpoint: None,
            authorization_response_iss_parameter_supported: None,
            scopes_supported: None,
        }
    }
}

text_enum! {
    /// An action that the account management page can be opened for: with feature `oauth`, an `AccountManagementLink`.
    AccountManagementAction {
        /// The profile.
        Profile = "org.matrix.profile",
        /// All devices.
        DevicesList = "org.matrix.devices_list",
        /// One device.
        DeviceView = "org.matrix.device_view",
        /// Log out one device.
        DeviceDelete = "org.matrix.device_delete",
        /// Deactivate the account.
        AccountDeactivate = "org.matrix.account_deactivate",
        /// Reset the cross-signing keys.
        CrossSigningReset = "org.matrix.cross_signing_reset",
    }
}
