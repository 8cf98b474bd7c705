//! The devices of an account: one for each login.
//!
//! Specification: [device management](https://spec.matrix.org/v1.19/client-server-api/#device-management).

use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{DeviceId, Timestamp};
use crate::wire::{Auth, AuthData, Body, Endpoint, Operation, SpecVersion};

crate::wire::operations![
    DeleteDevice,
    DeleteDevices,
    GetDevice,
    GetDevices,
    UpdateDevice,
];

/// Lists the devices of the account.
///
/// ```
/// use hardline::client_api::devices::GetDevices;
/// use hardline::wire;
///
/// let body = r#"{"devices": [{"device_id": "QBUAZIFURK", "display_name": "android", "last_seen_ts": 1474491775024}]}"#;
/// let devices = wire::decode::<GetDevices>(http::Response::new(body))?.devices;
/// assert_eq!(devices[0].display_name.as_deref(), Some("android"));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /devices`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices).
#[doc(alias = "getDevices")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetDevices {}

impl GetDevices {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetDevices {
    const OPERATION: Operation = Operation::get("getDevices", "/_matrix/client/v3/devices")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices")]);
    type Response = GetDevicesResponse;
}

/// The devices of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetDevicesResponse {
    /// All of them, also those that other clients logged in.
    #[serde(default)]
    pub devices: Vec<Device>,
}

/// A device of an account.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Device {
    /// The ID, which the access token of the login belongs to.
    pub device_id: DeviceId,
    /// What the user calls it. Servers send an empty string for none, too.
    pub display_name: Option<String>,
    /// The IP address that it was last seen at.
    pub last_seen_ip: Option<String>,
    /// When it was last seen, in Unix milliseconds. Servers update it every few minutes at most.
    pub last_seen_ts: Option<Timestamp>,
}

impl Device {
    /// A device that nothing else is known of.
    pub fn new(device_id: DeviceId) -> Self {
        Self {
            device_id,
            display_name: None,
            last_seen_ip: None,
            last_seen_ts: None,
        }
    }
}

/// Asks for one device of the account.
///
/// Errors worth handling: `M_NOT_FOUND` (the account has no such device).
///
/// ```
/// use hardline::client_api::devices::GetDevice;
/// use hardline::types::{AccessToken, DeviceId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetDevice::new(DeviceId::parse("GHTYAJCE")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/devices/GHTYAJCE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /devices/{deviceId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid).
#[doc(alias = "getDevice")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetDevice {
    /// The device.
    #[serde(rename = "deviceId")]
    pub device_id: DeviceId,
}

impl GetDevice {
    /// A request with the required fields.
    pub fn new(device_id: DeviceId) -> Self {
        Self { device_id }
    }
}

impl Endpoint for GetDevice {
    const OPERATION: Operation =
        Operation::get("getDevice", "/_matrix/client/v3/devices/{deviceId}")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices/{deviceId}")]);
    type Response = Device;
}

/// Gives a device of the account another name.
///
/// Errors worth handling: `M_NOT_FOUND` (the account has no such device; Dendrite says `M_FORBIDDEN` with the status
/// 404), `M_TOO_LARGE` (the name is longer than the server allows: Synapse takes 100 characters).
///
/// ```
/// use hardline::client_api::devices::UpdateDevice;
/// use hardline::types::{AccessToken, DeviceId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UpdateDevice::new(DeviceId::parse("GHTYAJCE")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/devices/GHTYAJCE");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /devices/{deviceId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid).
#[doc(alias = "updateDevice")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpdateDevice {
    /// The device.
    #[serde(rename = "deviceId")]
    pub device_id: DeviceId,
    /// The new name. Without it nothing changes.
    pub display_name: Option<String>,
}

impl UpdateDevice {
    /// A request with the required fields.
    pub fn new(device_id: DeviceId) -> Self {
        Self {
            device_id,
            display_name: None,
        }
    }
}

impl Endpoint for UpdateDevice {
    const OPERATION: Operation =
        Operation::put("updateDevice", "/_matrix/client/v3/devices/{deviceId}")
            .auth(Auth::Required)
            .repeatable()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices/{deviceId}")]);
    type Response = Empty;
}

/// Deletes a device of the account, after user-interactive authentication: its access token and its keys are gone.
///
/// Deleting a device that is not there succeeds. Where accounts are managed by an authorization server, the homeserver
/// may not have this (`M_UNRECOGNIZED`): the user deletes devices on the account management page then.
///
/// ```
/// use hardline::client_api::devices::DeleteDevice;
/// use hardline::types::{AccessToken, DeviceId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteDevice::new(DeviceId::parse("GHTYAJCE")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/devices/GHTYAJCE");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /devices/{deviceId}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3devicesdeviceid).
#[doc(alias = "deleteDevice")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteDevice {
    /// The device.
    #[serde(rename = "deviceId")]
    pub device_id: DeviceId,
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
}

impl DeleteDevice {
    /// A request with the required fields.
    pub fn new(device_id: DeviceId) -> Self {
        Self {
            device_id,
            auth: None,
        }
    }
}

impl Endpoint for DeleteDevice {
    const OPERATION: Operation =
        Operation::delete("deleteDevice", "/_matrix/client/v3/devices/{deviceId}")
            .auth(Auth::Required)
            .body(Body::Members)
            .uia()
            .repeatable()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices/{deviceId}")]);
    type Response = Empty;
}

/// Deletes several devices of the account, after user-interactive authentication: their access tokens and keys are
/// gone.
///
/// What [`DeleteDevice`] says of devices that are not there and of authorization servers applies here too.
///
/// ```
/// use hardline::client_api::devices::DeleteDevices;
/// use hardline::types::{AccessToken, DeviceId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteDevices::new(vec![DeviceId::parse("GHTYAJCE")?]);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/delete_devices");
/// assert_eq!(request.body(), br#"{"devices":["GHTYAJCE"]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /delete_devices`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices).
#[doc(alias = "deleteDevices")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteDevices {
    /// The devices to delete.
    pub devices: Vec<DeviceId>,
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
}

impl DeleteDevices {
    /// A request with the required fields.
    pub fn new(devices: Vec<DeviceId>) -> Self {
        Self {
            devices,
            auth: None,
        }
    }
}

impl Endpoint for DeleteDevices {
    const OPERATION: Operation =
        Operation::post("deleteDevices", "/_matrix/client/v3/delete_devices")
            .auth(Auth::Required)
            .uia()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/delete_devices")]);
    type Response = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn what_servers_send_for_none_is_none() {
        for body in [r#"{"devices": null}"#, "{}"] {
            let answer = wire::decode_response::<GetDevices>(http::Response::new(body)).unwrap();
            assert!(answer.value.devices.is_empty(), "{body}");
            assert!(answer.warnings.is_empty(), "{body}");
        }
        let body = r#"{"devices": [
            {"device_id": "A", "display_name": null, "last_seen_ip": null, "last_seen_ts": null, "user_id": "@a:b.c"}
        ]}"#;
        let answer = wire::decode_response::<GetDevices>(http::Response::new(body)).unwrap();
        let device = Device::new(DeviceId::parse("A").unwrap());
        assert_eq!(answer.value.devices, [device]);
        assert!(answer.warnings.is_empty());
    }
}
