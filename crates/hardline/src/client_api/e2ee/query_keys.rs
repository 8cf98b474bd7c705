use hardline_derive::{Request, Response};

use crate::client_api::e2ee::{CrossSigningKey, DeviceKeys};
use crate::json::{JsonMap, JsonObject, RawMap};
use crate::types::{DeviceId, ServerName, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks for the devices and cross-signing keys of users. Servers ask the users' own servers for those that they do not
/// know.
///
/// Users and devices that do not exist are missing in the response. Check the signatures of what it has, and that each
/// object is of the user and the device that it is listed under: the server could have made it up.
///
/// ```
/// use hardline::client_api::e2ee::QueryKeys;
/// use hardline::wire;
///
/// let body = r#"{"device_keys": {"@alice:example.org": {"JLAFKJWSCS": {
///     "user_id": "@alice:example.org", "device_id": "JLAFKJWSCS", "algorithms": ["m.megolm.v1.aes-sha2"],
///     "keys": {"ed25519:JLAFKJWSCS": "public+key"}, "signatures": {}
/// }}}}"#;
/// let keys = wire::decode::<QueryKeys>(http::Response::new(body))?;
/// let devices = keys.device_keys.get("@alice:example.org").unwrap()?;
/// // What signatures are verified with.
/// assert!(devices.value.get_raw("JLAFKJWSCS").is_some());
/// let device = devices.value.get("JLAFKJWSCS").unwrap()?;
/// assert_eq!(device.value.keys["ed25519:JLAFKJWSCS"], "public+key");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /keys/query`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery).
#[doc(alias = "queryKeys")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryKeys {
    /// How long to wait for other servers, in milliseconds, by default 10000.
    pub timeout: Option<u64>,
    /// The users, each with the devices to ask for; an empty list asks for all.
    pub device_keys: JsonMap<UserId, Vec<DeviceId>>,
}

impl QueryKeys {
    /// A request with the required fields.
    pub fn new(device_keys: JsonMap<UserId, Vec<DeviceId>>) -> Self {
        Self {
            timeout: None,
            device_keys,
        }
    }
}

impl Endpoint for QueryKeys {
    const OPERATION: Operation = Operation::post("queryKeys", "/_matrix/client/v3/keys/query")
        .auth(Auth::Required)
        .repeatable()
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/keys/query")]);
    type Response = QueryKeysResponse;
}

/// The keys of users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct QueryKeysResponse {
    /// The servers that could not be asked, with what the server says of it.
    #[serde(default)]
    pub failures: JsonMap<ServerName, JsonObject>,
    /// The devices of each user, by their IDs.
    #[serde(default)]
    pub device_keys: RawMap<UserId, RawMap<DeviceId, DeviceKeys>>,
    /// The master key of each user. Since v1.1.
    #[serde(default)]
    pub master_keys: RawMap<UserId, CrossSigningKey>,
    /// The self-signing key of each user. Since v1.1.
    #[serde(default)]
    pub self_signing_keys: RawMap<UserId, CrossSigningKey>,
    /// The user-signing key of the user who asks.
    #[serde(default)]
    pub user_signing_keys: RawMap<UserId, CrossSigningKey>,
}

/// Asks which users have changed their devices between two syncs. This is for clients that were offline; a sync tells
/// the same of the time since the last one.
///
/// ```
/// use hardline::client_api::e2ee::GetKeysChanges;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetKeysChanges::new("text".to_owned(), "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/keys/changes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /keys/changes`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3keyschanges).
#[doc(alias = "getKeysChanges")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetKeysChanges {
    /// The `next_batch` of the earlier sync.
    pub from: String,
    /// The `next_batch` of the later sync.
    pub to: String,
}

impl GetKeysChanges {
    /// A request with the required fields.
    pub fn new(from: String, to: String) -> Self {
        Self { from, to }
    }
}

impl Endpoint for GetKeysChanges {
    const OPERATION: Operation =
        Operation::get("getKeysChanges", "/_matrix/client/v3/keys/changes")
            .auth(Auth::Required)
            .query(&["from", "to"])
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/keys/changes")]);
    type Response = GetKeysChangesResponse;
}

/// The users whose devices changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetKeysChangesResponse {
    /// Users who have changed their keys, or whose devices the user sees since.
    #[serde(default)]
    pub changed: Vec<UserId>,
    /// Users with whom the user shares no encrypted room any more. Some servers never tell.
    #[serde(default)]
    pub left: Vec<UserId>,
}
