use hardline_derive::{Request, Response};

use crate::client_api::e2ee::{DeviceKeys, OneTimeKey};
use crate::json::JsonMap;
use crate::types::{KeyAlgorithm, OneTimeKeyId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Publishes the device's identity keys, one-time keys and fallback keys.
///
/// The server adds one-time keys to those that it has, and replaces the fallback key of each algorithm. Identity keys
/// can only be published once. Of one key ID the server takes only one key: the same again is no error, another is.
///
/// Errors worth handling: `M_UNKNOWN` (a key of that ID is there already and differs, or the keys are of another
/// device), `M_INVALID_SIGNATURE`. Dendrite names bad keys by user and device, without an errcode.
///
/// ```
/// use hardline::client_api::e2ee::{OneTimeKey, UploadKeys};
/// use hardline::json::JsonMap;
/// use hardline::types::{AccessToken, OneTimeKeyId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let mut keys = JsonMap::new();
/// keys.insert(OneTimeKeyId::parse("curve25519:AAAAAQ")?, OneTimeKey::unsigned("public+key"));
/// let mut operation = UploadKeys::new();
/// operation.one_time_keys = Some(keys);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.body(), br#"{"one_time_keys":{"curve25519:AAAAAQ":"public+key"}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /keys/upload`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload).
#[doc(alias = "uploadKeys")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct UploadKeys {
    /// The identity keys. Only needed the first time.
    pub device_keys: Option<DeviceKeys>,
    /// Keys that are used once, by their IDs.
    pub one_time_keys: Option<JsonMap<OneTimeKeyId, OneTimeKey>>,
    /// Keys that are used when there are no one-time keys left, by their IDs: one for each algorithm. Since v1.2.
    pub fallback_keys: Option<JsonMap<OneTimeKeyId, OneTimeKey>>,
}

impl UploadKeys {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for UploadKeys {
    const OPERATION: Operation = Operation::post("uploadKeys", "/_matrix/client/v3/keys/upload")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/keys/upload")]);
    type Response = UploadKeysResponse;
}

/// The keys were published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UploadKeysResponse {
    /// How many one-time keys the server has for the device, by their algorithms.
    #[serde(default)]
    pub one_time_key_counts: JsonMap<KeyAlgorithm, u64>,
}

impl UploadKeysResponse {
    /// A response with these counts.
    pub fn new(one_time_key_counts: JsonMap<KeyAlgorithm, u64>) -> Self {
        Self {
            one_time_key_counts,
        }
    }
}
