use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::{JsonMap, JsonObject, RawJson, RawList};
use crate::types::DeviceId;
use crate::types::OneTimeKeyId;
use crate::wire::{Auth, Endpoint, Operation};

/// Stores a device that receives keys while the user has no other: in place of the one that is there. Servers say by no
/// flag that they have it.
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server does not have it), `M_MISSING_PARAM` and `M_BAD_JSON` (Synapse
/// requires a display name).
///
/// Proposal: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
#[doc(alias = "msc3814PutDehydratedDevice")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PutDehydratedDevice {
    /// The device: its public Curve25519 key in unpadded base64.
    pub device_id: DeviceId,
    /// The device itself, encrypted: `algorithm`, `device_pickle`, `nonce`.
    pub device_data: JsonObject,
    /// What the device is called.
    pub initial_device_display_name: Option<String>,
    /// Its keys, signed, with `dehydrated: true` among their members. The proposal requires them.
    pub device_keys: Option<RawJson>,
    /// One-time keys.
    pub one_time_keys: Option<JsonMap<OneTimeKeyId, RawJson>>,
    /// Fallback keys: the proposal requires one.
    pub fallback_keys: Option<JsonMap<OneTimeKeyId, RawJson>>,
}

impl PutDehydratedDevice {
    /// A request with the required fields.
    pub fn new(device_id: DeviceId, device_data: JsonObject) -> Self {
        Self {
            device_id,
            device_data,
            initial_device_display_name: None,
            device_keys: None,
            one_time_keys: None,
            fallback_keys: None,
        }
    }
}

impl Endpoint for PutDehydratedDevice {
    const OPERATION: Operation = Operation::put(
        "msc3814PutDehydratedDevice",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    )
    .auth(Auth::Required)
    .repeatable();
    type Response = DehydratedDeviceId;
}

/// A dehydrated device.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DehydratedDeviceId {
    /// The device.
    pub device_id: DeviceId,
}

impl DehydratedDeviceId {
    /// A dehydrated device.
    pub fn new(device_id: DeviceId) -> Self {
        Self { device_id }
    }
}

/// Fetches the dehydrated device.
///
/// Errors worth handling: `M_NOT_FOUND` (there is none), `M_UNRECOGNIZED` (the server does not have it): so ask whether
/// it does.
///
/// Proposal: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
#[doc(alias = "msc3814GetDehydratedDevice")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetDehydratedDevice {}

impl GetDehydratedDevice {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetDehydratedDevice {
    const OPERATION: Operation = Operation::get(
        "msc3814GetDehydratedDevice",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    )
    .auth(Auth::Required);
    type Response = GetDehydratedDeviceResponse;
}

/// A dehydrated device, encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetDehydratedDeviceResponse {
    /// The device.
    pub device_id: DeviceId,
    /// The device itself, encrypted: `algorithm`, `device_pickle`, `nonce`.
    pub device_data: JsonObject,
}

impl GetDehydratedDeviceResponse {
    /// A dehydrated device.
    pub fn new(device_id: DeviceId, device_data: JsonObject) -> Self {
        Self {
            device_id,
            device_data,
        }
    }
}

/// Deletes the dehydrated device. It needs no user-interactive authentication.
///
/// Errors worth handling: `M_NOT_FOUND` (there is none), `M_UNRECOGNIZED` (the server does not have it).
///
/// Proposal: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
#[doc(alias = "msc3814DeleteDehydratedDevice")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteDehydratedDevice {}

impl DeleteDehydratedDevice {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for DeleteDehydratedDevice {
    const OPERATION: Operation = Operation::delete(
        "msc3814DeleteDehydratedDevice",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    )
    .auth(Auth::Required)
    .repeatable();
    type Response = DehydratedDeviceId;
}

/// Fetches what was sent to the dehydrated device, page by page.
///
/// Errors worth handling: `M_FORBIDDEN` (it is not the dehydrated device), `M_UNRECOGNIZED` (the server has only
/// [`PostDehydratedDeviceEvents`]).
///
/// Proposal: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
#[doc(alias = "msc3814GetDehydratedDeviceEvents")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetDehydratedDeviceEvents {
    /// The device.
    pub device_id: DeviceId,
    /// Where the page begins: the token of an earlier response.
    pub from: Option<String>,
}

impl GetDehydratedDeviceEvents {
    /// A request with the required fields.
    pub fn new(device_id: DeviceId) -> Self {
        Self {
            device_id,
            from: None,
        }
    }
}

impl Endpoint for GetDehydratedDeviceEvents {
    const OPERATION: Operation = Operation::get(
        "msc3814GetDehydratedDeviceEvents",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{device_id}/events",
    )
    .auth(Auth::Required)
    .query(&["from"]);
    type Response = DehydratedDeviceEvents;
}

/// Fetches what was sent to the dehydrated device, page by page: the proposal's older form.
///
/// Errors worth handling: `M_FORBIDDEN` (it is not the dehydrated device).
///
/// Proposal: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
#[doc(alias = "msc3814PostDehydratedDeviceEvents")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PostDehydratedDeviceEvents {
    /// The device.
    pub device_id: DeviceId,
    /// Where the page begins: the token of an earlier response.
    pub next_batch: Option<String>,
}

impl PostDehydratedDeviceEvents {
    /// A request with the required fields.
    pub fn new(device_id: DeviceId) -> Self {
        Self {
            device_id,
            next_batch: None,
        }
    }
}

impl Endpoint for PostDehydratedDeviceEvents {
    const OPERATION: Operation = Operation::post(
        "msc3814PostDehydratedDeviceEvents",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{device_id}/events",
    )
    .auth(Auth::Required)
    .repeatable();
    type Response = DehydratedDeviceEvents;
}

/// A page of what was sent to a dehydrated device.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DehydratedDeviceEvents {
    /// The events.
    pub events: RawList<RawEvent>,
    /// Where the next page begins. The last page has none, or in the older form no events.
    pub next_batch: Option<String>,
}

impl DehydratedDeviceEvents {
    /// The last page.
    pub fn new(events: RawList<RawEvent>) -> Self {
        Self {
            events,
            next_batch: None,
        }
    }
}
