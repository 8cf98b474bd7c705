use hardline_derive::Wire;

use super::KeyRequestAction;
use crate::events::EventContent;
use crate::types::text::text_enum;
use crate::types::{DeviceId, SecretValue};

text_enum! {
    /// A secret that devices of a user share. It is also the type of the account data that it is stored in, encrypted.
    ///
    /// Specification: [secrets](https://spec.matrix.org/v1.19/client-server-api/#secrets).
    SecretName {
        /// The private master signing key.
        CrossSigningMaster = "m.cross_signing.master",
        /// The private self-signing key.
        CrossSigningSelfSigning = "m.cross_signing.self_signing",
        /// The private user-signing key.
        CrossSigningUserSigning = "m.cross_signing.user_signing",
        /// The private key of the backup of room keys.
        MegolmBackup = "m.megolm_backup.v1",
        /// The key of the dehydrated device: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
        DehydratedDevice = "org.matrix.msc3814",
    }
}

/// `m.secret.request`: a device asks the user's other devices for a secret, or no longer. It comes to devices, not encrypted.
///
/// ```
/// use hardline::events::{RawEvent, SecretName, SecretRequest};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.secret.request",
///     "content": {
///         "name": "m.cross_signing.self_signing",
///         "action": "request",
///         "requesting_device_id": "RJYKSTBOIE",
///         "request_id": "1495474790150.19",
///     },
/// }))?;
/// assert_eq!(event.content_as::<SecretRequest>()?.name, Some(SecretName::CrossSigningSelfSigning));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.secret.request`](https://spec.matrix.org/v1.19/client-server-api/#msecretrequest).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SecretRequest {
    /// The secret. A cancellation has none.
    pub name: Option<SecretName>,
    /// Whether the secret is requested, or no longer.
    pub action: KeyRequestAction,
    /// The device that asks.
    pub requesting_device_id: DeviceId,
    /// The request: one of the device.
    pub request_id: String,
}

impl SecretRequest {
    /// A request for this secret.
    pub fn new(requesting_device_id: DeviceId, request_id: String, name: SecretName) -> Self {
        Self {
            name: Some(name),
            action: KeyRequestAction::Request,
            requesting_device_id,
            request_id,
        }
    }

    /// Takes a request back.
    pub fn cancellation(requesting_device_id: DeviceId, request_id: String) -> Self {
        Self {
            name: None,
            action: KeyRequestAction::Cancellation,
            requesting_device_id,
            request_id,
        }
    }
}

impl EventContent for SecretRequest {
    const TYPE: &'static str = "m.secret.request";
}

/// `m.secret.send`: a secret, for the device that asked for it. It comes to the device, encrypted with Olm.
///
/// Accept it from the user's own verified devices alone, and only if it was requested.
///
/// ```
/// use hardline::events::{RawEvent, SecretSend};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.secret.send",
///     "content": {"request_id": "1495474790150.19", "secret": "c2VjcmV0"},
/// }))?;
/// let sent: SecretSend = event.content_as()?;
/// assert_eq!(sent.secret.reveal(), "c2VjcmV0");
/// assert_eq!(format!("{:?}", sent.secret), "SecretValue(…)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.secret.send`](https://spec.matrix.org/v1.19/client-server-api/#msecretsend).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SecretSend {
    /// The request that it answers.
    pub request_id: String,
    /// The secret.
    pub secret: SecretValue,
}

impl SecretSend {
    /// The answer to this request.
    pub fn new(request_id: String, secret: SecretValue) -> Self {
        Self { request_id, secret }
    }
}

impl EventContent for SecretSend {
    const TYPE: &'static str = "m.secret.send";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn taking_a_request_back_says_nothing_of_the_secret() {
        let device = DeviceId::parse("D").unwrap();
        let request = SecretRequest::cancellation(device, "1".to_owned());
        assert_eq!(
            RawJson::new(&request).unwrap().as_str(),
            r#"{"action":"request_cancellation","requesting_device_id":"D","request_id":"1"}"#
        );
    }
}
