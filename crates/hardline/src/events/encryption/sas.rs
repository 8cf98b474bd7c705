use hardline_derive::Wire;

use super::verification::{VerificationMethod, verification_id};
use crate::events::{EventContent, RelatesTo};
use crate::json::JsonMap;
use crate::types::text::text_enum;

text_enum! {
    /// How two devices agree on a key.
    KeyAgreementProtocol {
        /// Curve25519 and HKDF-SHA-256.
        Curve25519HkdfSha256 = "curve25519-hkdf-sha256",
        /// Curve25519. Deprecated.
        Curve25519 = "curve25519",
    }
}

text_enum! {
    /// How a device commits to its key.
    VerificationHash {
        /// SHA-256.
        Sha256 = "sha256",
    }
}

text_enum! {
    /// How a device proves that it knows the key.
    MessageAuthenticationCode {
        /// HKDF and HMAC-SHA-256.
        HkdfHmacSha256V2 = "hkdf-hmac-sha256.v2",
        /// The same with wrong base64. Deprecated.
        HkdfHmacSha256 = "hkdf-hmac-sha256",
    }
}

text_enum! {
    /// What the users compare.
    ShortAuthenticationString {
        /// Three numbers.
        Decimal = "decimal",
        /// Seven emoji.
        Emoji = "emoji",
    }
}

/// `m.key.verification.accept`: a device takes part in a verification with emoji and numbers, and has chosen how.
///
/// ```
/// use hardline::events::{KeyVerificationAccept, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.accept",
///     "content": {
///         "transaction_id": "1",
///         "method": "m.sas.v1",
///         "key_agreement_protocol": "curve25519-hkdf-sha256",
///         "hash": "sha256",
///         "message_authentication_code": "hkdf-hmac-sha256.v2",
///         "short_authentication_string": ["decimal", "emoji"],
///         "commitment": "fQpGIW1Snz",
///     },
/// }))?;
/// let content: KeyVerificationAccept = event.content_as()?;
/// assert_eq!(content.commitment, "fQpGIW1Snz");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.accept`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationaccept).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationAccept {
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// How it verifies: `m.sas.v1`. The specification requires it and does not describe it; clients leave it out.
    pub method: Option<VerificationMethod>,
    /// How the devices agree on a key.
    pub key_agreement_protocol: KeyAgreementProtocol,
    /// How the device commits to its key.
    pub hash: VerificationHash,
    /// How the devices prove that they know the key.
    pub message_authentication_code: MessageAuthenticationCode,
    /// What both devices can show.
    pub short_authentication_string: Vec<ShortAuthenticationString>,
    /// The hash, in unpadded base64, of the device's public key and the canonical JSON of the content of
    /// [`KeyVerificationStart`](super::KeyVerificationStart).
    pub commitment: String,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationAccept {
    /// A choice of what a device does not deprecate, of which verification the caller says.
    pub fn new(
        commitment: String,
        short_authentication_string: Vec<ShortAuthenticationString>,
    ) -> Self {
        Self {
            transaction_id: None,
            method: Some(VerificationMethod::SasV1),
            key_agreement_protocol: KeyAgreementProtocol::Curve25519HkdfSha256,
            hash: VerificationHash::Sha256,
            message_authentication_code: MessageAuthenticationCode::HkdfHmacSha256V2,
            short_authentication_string,
            commitment,
            relates_to: None,
        }
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationAccept {
    const TYPE: &'static str = "m.key.verification.accept";
}

/// `m.key.verification.key`: a device's key for this verification.
///
/// ```
/// use hardline::events::{KeyVerificationKey, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.key",
///     "content": {"transaction_id": "1", "key": "fQpGIW1Snz"},
/// }))?;
/// let content: KeyVerificationKey = event.content_as()?;
/// assert_eq!(content.key, "fQpGIW1Snz");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.key`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationkey).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationKey {
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// The public key, in unpadded base64.
    pub key: String,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationKey {
    /// A key, of which verification the caller says.
    pub fn new(key: String) -> Self {
        Self {
            transaction_id: None,
            key,
            relates_to: None,
        }
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationKey {
    const TYPE: &'static str = "m.key.verification.key";
}

/// `m.key.verification.mac`: the keys that a device has verified. Nothing of it is skipped.
///
/// ```
/// use hardline::events::{KeyVerificationMac, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.mac",
///     "content": {"transaction_id": "1", "keys": "2Wptgo4Cwm", "mac": {"ed25519:ABCDEF": "fQpGIW1Snz"}},
/// }))?;
/// let content: KeyVerificationMac = event.content_as()?;
/// assert_eq!(content.mac["ed25519:ABCDEF"], "fQpGIW1Snz");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.mac`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationmac).
#[derive(Clone, Debug, PartialEq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct KeyVerificationMac {
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// The message authentication codes of keys by the keys' IDs, in unpadded base64.
    pub mac: JsonMap<String, String>,
    /// The message authentication code of the sorted list of those IDs, in unpadded base64.
    pub keys: String,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationMac {
    /// The codes, of which verification the caller says.
    pub fn new(mac: JsonMap<String, String>, keys: String) -> Self {
        Self {
            transaction_id: None,
            mac,
            keys,
            relates_to: None,
        }
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationMac {
    const TYPE: &'static str = "m.key.verification.mac";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn a_code_with_a_wrong_value_is_refused() {
        let content: RawJson =
            serde_json::from_str(r#"{"mac":{"ed25519:A":"x","ed25519:B":5},"keys":"k"}"#).unwrap();
        assert!(content.deserialize_lenient::<KeyVerificationMac>().is_err());
    }
}
