use hardline::json::{JsonMap, RawJson};
use hardline::types::{DeviceId, OneTimeKeyId, UserId};
use hardline::wire::{Auth, Endpoint, Operation};
use hardline_derive::{Request, Response};

/// Publishes the keys of a device.
#[derive(Request)]
pub(crate) struct UploadKeys {
    pub(crate) device_keys: Option<RawJson>,
    pub(crate) one_time_keys: JsonMap<OneTimeKeyId, RawJson>,
    pub(crate) fallback_keys: JsonMap<OneTimeKeyId, RawJson>,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(crate) struct UploadKeysResponse {
    one_time_key_counts: JsonMap<String, u64>,
}

impl Endpoint for UploadKeys {
    const OPERATION: Operation =
        Operation::post("uploadKeys", "/_matrix/client/v3/keys/upload").auth(Auth::Required);
    type Response = UploadKeysResponse;
}

/// Asks for the keys of users' devices.
#[derive(Request)]
pub(crate) struct QueryKeys {
    device_keys: JsonMap<UserId, Vec<DeviceId>>,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(crate) struct QueryKeysResponse {
    #[serde(default)]
    failures: JsonMap<String, RawJson>,
    #[serde(default)]
    device_keys: JsonMap<UserId, JsonMap<DeviceId, RawJson>>,
    #[serde(default)]
    master_keys: JsonMap<UserId, RawJson>,
    #[serde(default)]
    self_signing_keys: JsonMap<UserId, RawJson>,
    #[serde(default)]
    user_signing_keys: JsonMap<UserId, RawJson>,
}

impl Endpoint for QueryKeys {
    const OPERATION: Operation =
        Operation::post("queryKeys", "/_matrix/client/v3/keys/query").auth(Auth::Required);
    type Response = QueryKeysResponse;
}
