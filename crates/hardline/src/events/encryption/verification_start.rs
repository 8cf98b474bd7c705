use hardline_derive::Wire;

use super::sas::{
    KeyAgreementProtocol, MessageAuthenticationCode, ShortAuthenticationString, VerificationHash,
};
use super::verification::{VerificationMethod, verification_id};
use crate::events::{EventContent, RelatesTo};
use crate::types::{DeviceId, SecretValue};

/// `m.key.verification.start`: a device begins to verify. Which members it has depends on the method.
///
/// The other device commits to the content as it came, to every member: keep the [`RawEvent`](crate::events::RawEvent).
///
/// ```
/// use hardline::events::{KeyVerificationStart, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.start",
///     "content": {"from_device": "BobDevice1", "transaction_id": "1", "method": "m.reciprocate.v1", "secret": "c2hhcmVk"},
/// }))?;
/// let content: KeyVerificationStart = event.content_as()?;
/// assert_eq!(content.secret.unwrap().reveal(), "c2hhcmVk");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.start`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationstart).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationStart {
    /// The device that begins.
    pub from_device: DeviceId,
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// How it verifies.
    pub method: VerificationMethod,
    /// How to verify in the other direction, if the method verifies in one.
    pub next_method: Option<VerificationMethod>,
    /// [`SasV1`](VerificationMethod::SasV1): how the device can agree on a key.
    pub key_agreement_protocols: Option<Vec<KeyAgreementProtocol>>,
    /// [`SasV1`](VerificationMethod::SasV1): the hashes that the device has, `sha256` among them.
    pub hashes: Option<Vec<VerificationHash>>,
    /// [`SasV1`](VerificationMethod::SasV1): the message authentication codes that the device has.
    pub message_authentication_codes: Option<Vec<MessageAuthenticationCode>>,
    /// [`SasV1`](VerificationMethod::SasV1): what the device can show to its user.
    pub short_authentication_string: Option<Vec<ShortAuthenticationString>>,
    /// [`ReciprocateV1`](VerificationMethod::ReciprocateV1): the secret of the code, in unpadded base64.
    pub secret: Option<SecretValue>,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationStart {
    /// The beginning of any method, of which verification the caller says.
    pub fn new(from_device: DeviceId, method: VerificationMethod) -> Self {
        Self {
            from_device,
            transaction_id: None,
            method,
            next_method: None,
            key_agreement_protocols: None,
            hashes: None,
            message_authentication_codes: None,
            short_authentication_string: None,
            secret: None,
            relates_to: None,
        }
    }

    /// Begins to verify with emoji and numbers, with all that the specification has and does not deprecate.
    pub fn sas(from_device: DeviceId) -> Self {
        Self {
            key_agreement_protocols: Some(vec![KeyAgreementProtocol::Curve25519HkdfSha256]),
            hashes: Some(vec![VerificationHash::Sha256]),
            message_authentication_codes: Some(vec![MessageAuthenticationCode::HkdfHmacSha256V2]),
            short_authentication_string: Some(vec![
                ShortAuthenticationString::Decimal,
                ShortAuthenticationString::Emoji,
            ]),
            ..Self::new(from_device, VerificationMethod::SasV1)
        }
    }

    /// Says that the device scanned a code with this secret, in unpadded base64.
    pub fn reciprocate(from_device: DeviceId, secret: SecretValue) -> Self {
        Self {
            secret: Some(secret),
            ..Self::new(from_device, VerificationMethod::ReciprocateV1)
        }
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationStart {
    const TYPE: &'static str = "m.key.verification.start";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn a_method_that_is_not_known_keeps_what_all_have() {
        let content: RawJson = serde_json::from_str(
            r#"{"from_device":"D","method":"org.example.handshake","transaction_id":"1","org.example":5}"#,
        )
        .unwrap();
        let start: KeyVerificationStart = content.deserialize().unwrap();
        assert_eq!(start.method, "org.example.handshake");
        assert_eq!(start.verification_id(), Some("1"));
    }

    #[test]
    fn the_secret_of_a_code_stays_out_of_logs() {
        let device = DeviceId::parse("D").unwrap();
        let start = KeyVerificationStart::reciprocate(device, "c2VjcmV0".into());
        assert!(!format!("{start:?}").contains("c2VjcmV0"));
    }

    #[test]
    fn a_beginning_has_what_its_method_needs() {
        let start = KeyVerificationStart::sas(DeviceId::parse("D").unwrap());
        assert_eq!(
            RawJson::new(&start).unwrap().as_str(),
            r#"{"from_device":"D","method":"m.sas.v1","key_agreement_protocols":["curve25519-hkdf-sha256"],"hashes":["sha256"],"message_authentication_codes":["hkdf-hmac-sha256.v2"],"short_authentication_string":["decimal","emoji"]}"#
        );
    }
}
