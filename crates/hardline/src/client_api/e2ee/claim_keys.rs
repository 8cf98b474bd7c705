use hardline_derive::{Request, Response};

use crate::client_api::e2ee::OneTimeKey;
use crate::json::{JsonMap, JsonObject};
use crate::types::{DeviceId, KeyAlgorithm, OneTimeKeyId, ServerName, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Claims one-time keys of devices, to begin encrypted sessions with them. Each key is given to one client alone, so a
/// request whose response was lost costs a key.
///
/// A device that has none left, or does not exist, is missing in the response.
///
/// ```
/// use hardline::client_api::e2ee::ClaimKeys;
/// use hardline::json::JsonMap;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = ClaimKeys::new(JsonMap::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/keys/claim");
/// assert_eq!(request.body(), br#"{"one_time_keys":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /keys/claim`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysclaim).
#[doc(alias = "claimKeys")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ClaimKeys {
    /// How long to wait for other servers, in milliseconds, by default 10000.
    pub timeout: Option<u64>,
    /// The devices of each user, each with the algorithm of the key.
    pub one_time_keys: JsonMap<UserId, JsonMap<DeviceId, KeyAlgorithm>>,
}

impl ClaimKeys {
    /// A request with the required fields.
    pub fn new(one_time_keys: JsonMap<UserId, JsonMap<DeviceId, KeyAlgorithm>>) -> Self {
        Self {
            timeout: None,
            one_time_keys,
        }
    }
}

impl Endpoint for ClaimKeys {
    const OPERATION: Operation = Operation::post("claimKeys", "/_matrix/client/v3/keys/claim")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/keys/claim")]);
    type Response = ClaimKeysResponse;
}

/// The claimed keys.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ClaimKeysResponse {
    /// The servers that could not be asked, with what the server says of it.
    #[serde(default)]
    pub failures: JsonMap<ServerName, JsonObject>,
    /// The claimed key of each device of each user, under its ID.
    pub one_time_keys: JsonMap<UserId, JsonMap<DeviceId, JsonMap<OneTimeKeyId, OneTimeKey>>>,
}

impl ClaimKeysResponse {
    /// These keys, without failures.
    pub fn new(
        one_time_keys: JsonMap<UserId, JsonMap<DeviceId, JsonMap<OneTimeKeyId, OneTimeKey>>>,
    ) -> Self {
        Self {
            failures: JsonMap::new(),
            one_time_keys,
        }
    }
}
