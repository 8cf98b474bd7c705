use hardline_derive::Wire;

use super::SecretCiphertexts;
use crate::events::EventContent;

/// `m.cross_signing.master`: the private key that signs the user's other cross-signing keys, encrypted.
///
/// ```
/// use hardline::events::{CrossSigningMaster, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.cross_signing.master",
///     "content": {"encrypted": {"key": {"iv": "gH2iNpiETFhApvW6", "ciphertext": "lCRSSA1lChON", "mac": "NXeV1dZaOe5G"}}},
/// }))?;
/// let secret: CrossSigningMaster = event.content_as()?;
/// let encrypted = secret.encrypted.unwrap().get("key").unwrap()?.value;
/// assert_eq!(encrypted.ciphertext, "lCRSSA1lChON");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [secret storage](https://spec.matrix.org/v1.19/client-server-api/#secret-storage).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct CrossSigningMaster {
    /// The secret, encrypted with each key that opens it. Clients that delete it leave none.
    pub encrypted: Option<SecretCiphertexts>,
}

impl CrossSigningMaster {
    /// The key, encrypted.
    pub fn new(encrypted: SecretCiphertexts) -> Self {
        Self {
            encrypted: Some(encrypted),
        }
    }
}

impl EventContent for CrossSigningMaster {
    const TYPE: &'static str = "m.cross_signing.master";
}

/// `m.cross_signing.self_signing`: the private key that signs the user's devices, encrypted.
///
/// ```
/// use hardline::events::{CrossSigningSelfSigning, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.cross_signing.self_signing",
///     "content": {"encrypted": {"key": {"iv": "gH2iNpiETFhApvW6", "ciphertext": "lCRSSA1lChON", "mac": "NXeV1dZaOe5G"}}},
/// }))?;
/// let secret: CrossSigningSelfSigning = event.content_as()?;
/// let encrypted = secret.encrypted.unwrap().get("key").unwrap()?.value;
/// assert_eq!(encrypted.ciphertext, "lCRSSA1lChON");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [secret storage](https://spec.matrix.org/v1.19/client-server-api/#secret-storage).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct CrossSigningSelfSigning {
    /// The secret, encrypted with each key that opens it. Clients that delete it leave none.
    pub encrypted: Option<SecretCiphertexts>,
}

impl CrossSigningSelfSigning {
    /// The key, encrypted.
    pub fn new(encrypted: SecretCiphertexts) -> Self {
        Self {
            encrypted: Some(encrypted),
        }
    }
}

impl EventContent for CrossSigningSelfSigning {
    const TYPE: &'static str = "m.cross_signing.self_signing";
}

/// `m.cross_signing.user_signing`: the private key that signs other users' master keys, encrypted.
///
/// ```
/// use hardline::events::{CrossSigningUserSigning, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.cross_signing.user_signing",
///     "content": {"encrypted": {"key": {"iv": "gH2iNpiETFhApvW6", "ciphertext": "lCRSSA1lChON", "mac": "NXeV1dZaOe5G"}}},
/// }))?;
/// let secret: CrossSigningUserSigning = event.content_as()?;
/// let encrypted = secret.encrypted.unwrap().get("key").unwrap()?.value;
/// assert_eq!(encrypted.ciphertext, "lCRSSA1lChON");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [secret storage](https://spec.matrix.org/v1.19/client-server-api/#secret-storage).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct CrossSigningUserSigning {
    /// The secret, encrypted with each key that opens it. Clients that delete it leave none.
    pub encrypted: Option<SecretCiphertexts>,
}

impl CrossSigningUserSigning {
    /// The key, encrypted.
    pub fn new(encrypted: SecretCiphertexts) -> Self {
        Self {
            encrypted: Some(encrypted),
        }
    }
}

impl EventContent for CrossSigningUserSigning {
    const TYPE: &'static str = "m.cross_signing.user_signing";
}

/// `m.megolm_backup.v1`: the private key of the backup of room keys, encrypted.
///
/// ```
/// use hardline::events::{MegolmBackupV1, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.megolm_backup.v1",
///     "content": {"encrypted": {"key": {"iv": "gH2iNpiETFhApvW6", "ciphertext": "lCRSSA1lChON", "mac": "NXeV1dZaOe5G"}}},
/// }))?;
/// let secret: MegolmBackupV1 = event.content_as()?;
/// let encrypted = secret.encrypted.unwrap().get("key").unwrap()?.value;
/// assert_eq!(encrypted.ciphertext, "lCRSSA1lChON");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [secret storage](https://spec.matrix.org/v1.19/client-server-api/#secret-storage).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct MegolmBackupV1 {
    /// The secret, encrypted with each key that opens it. Clients that delete it leave none.
    pub encrypted: Option<SecretCiphertexts>,
}

impl MegolmBackupV1 {
    /// The key, encrypted.
    pub fn new(encrypted: SecretCiphertexts) -> Self {
        Self {
            encrypted: Some(encrypted),
        }
    }
}

impl EventContent for MegolmBackupV1 {
    const TYPE: &'static str = "m.megolm_backup.v1";
}

/// `org.matrix.msc3814`: the key that the dehydrated device is encrypted with, encrypted itself.
///
/// ```
/// use hardline::events::{DehydratedDeviceKey, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "org.matrix.msc3814",
///     "content": {"encrypted": {"key": {"iv": "gH2iNpiETFhApvW6", "ciphertext": "lCRSSA1lChON", "mac": "NXeV1dZaOe5G"}}},
/// }))?;
/// let secret: DehydratedDeviceKey = event.content_as()?;
/// let encrypted = secret.encrypted.unwrap().get("key").unwrap()?.value;
/// assert_eq!(encrypted.ciphertext, "lCRSSA1lChON");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC3814](https://github.com/matrix-org/matrix-spec-proposals/pull/3814).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct DehydratedDeviceKey {
    /// The secret, encrypted with each key that opens it. Clients that delete it leave none.
    pub encrypted: Option<SecretCiphertexts>,
}

impl DehydratedDeviceKey {
    /// The key, encrypted.
    pub fn new(encrypted: SecretCiphertexts) -> Self {
        Self {
            encrypted: Some(encrypted),
        }
    }
}

impl EventContent for DehydratedDeviceKey {
    const TYPE: &'static str = "org.matrix.msc3814";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn a_deleted_secret_is_an_empty_object() {
        let content: RawJson = serde_json::from_str("{}").unwrap();
        let deleted: CrossSigningMaster = content.deserialize().unwrap();
        assert_eq!(deleted, CrossSigningMaster::default());
        assert_eq!(RawJson::new(&deleted).unwrap(), content);
    }

    #[test]
    fn what_another_algorithm_makes_of_a_secret_is_kept() {
        let text = r#"{"encrypted":{"old":{"passthrough":true},"new":{"org.example":[1]}}}"#;
        let content: RawJson = serde_json::from_str(text).unwrap();
        let secret: MegolmBackupV1 = content.deserialize().unwrap();
        assert_eq!(RawJson::new(&secret).unwrap().as_str(), text);
        assert!(secret.encrypted.unwrap().get("old").unwrap().is_err());
    }
}
