use hardline_derive::Wire;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::{JsonMap, RawJson};
use crate::types::text::text_enum;
use crate::types::{CrossSigningKeyId, DeviceId, DeviceKeyId, UserId};

/// Signatures of users: for each user the signatures in unpadded base64, by the key that made them. That is a device's
/// (`ed25519:DEVICE`) or a cross-signing key (`ed25519:` and the key itself).
pub type UserSignatures = JsonMap<UserId, JsonMap<DeviceKeyId, String>>;

/// The identity keys of a device, signed by the device and by the user's self-signing key. Nothing of it is skipped: one
/// with a wrong value is skipped whole.
///
/// A signature holds for all members of the object, those that this type does not have too: verify it with the raw
/// object.
///
/// Specification: [device keys](https://spec.matrix.org/v1.19/client-server-api/#device-keys).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct DeviceKeys {
    /// The user whose device it is. It has to be the user who was asked for.
    pub user_id: UserId,
    /// The device. It has to be the device that the keys are listed under.
    pub device_id: DeviceId,
    /// The encryption algorithms that the device supports: `m.olm.v1.curve25519-aes-sha2`, `m.megolm.v1.aes-sha2`.
    pub algorithms: Vec<String>,
    /// The public keys in unpadded base64, by their IDs: `ed25519:DEVICE`, `curve25519:DEVICE`.
    pub keys: JsonMap<DeviceKeyId, String>,
    /// The signatures.
    pub signatures: UserSignatures,
    /// What the server adds, which nobody signed.
    pub unsigned: Option<UnsignedDeviceInfo>,
}

impl DeviceKeys {
    /// The keys of a device, to be uploaded.
    pub fn new(
        user_id: UserId,
        device_id: DeviceId,
        algorithms: Vec<String>,
        keys: JsonMap<DeviceKeyId, String>,
        signatures: UserSignatures,
    ) -> Self {
        Self {
            user_id,
            device_id,
            algorithms,
            keys,
            signatures,
            unsigned: None,
        }
    }
}

/// What a server says of a device beside its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct UnsignedDeviceInfo {
    /// What the user calls the device. Anybody could have written it: do not take it for what tells devices apart.
    pub device_display_name: Option<String>,
}

/// A cross-signing key of a user. Nothing of it is skipped: one with a wrong value is skipped whole.
///
/// A signature holds for all members of the object, those that this type does not have too: verify it with the raw
/// object.
///
/// Specification: [cross-signing](https://spec.matrix.org/v1.19/client-server-api/#cross-signing).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct CrossSigningKey {
    /// The user whose key it is.
    pub user_id: UserId,
    /// What the key is for.
    pub usage: Vec<CrossSigningKeyUsage>,
    /// The public key in unpadded base64, under its ID: exactly one.
    pub keys: JsonMap<CrossSigningKeyId, String>,
    /// The signatures: of a self-signing and a user-signing key by the master key.
    pub signatures: Option<UserSignatures>,
}

impl CrossSigningKey {
    /// A key that is not signed.
    pub fn new(
        user_id: UserId,
        usage: Vec<CrossSigningKeyUsage>,
        keys: JsonMap<CrossSigningKeyId, String>,
    ) -> Self {
        Self {
            user_id,
            usage,
            keys,
            signatures: None,
        }
    }
}

text_enum! {
    /// What a cross-signing key is for.
    CrossSigningKeyUsage {
        /// It signs the user's other cross-signing keys.
        Master = "master",
        /// It signs the user's devices.
        SelfSigning = "self_signing",
        /// It signs other users' master keys.
        UserSigning = "user_signing",
    }
}

/// A one-time or fallback key: text, or an object with signatures. It is kept as it came, since the signatures hold for all
/// members.
///
/// ```
/// use hardline::client_api::e2ee::OneTimeKey;
///
/// let key: OneTimeKey = serde_json::from_str(r#""public+key""#)?;
/// assert_eq!(key.key().as_deref(), Some("public+key"));
/// assert_eq!(key.signed(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [one-time and fallback
/// keys](https://spec.matrix.org/v1.19/client-server-api/#one-time-and-fallback-keys).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct OneTimeKey(RawJson);

impl OneTimeKey {
    /// A key without signatures, of the algorithm `curve25519`: the public key in unpadded base64.
    pub fn unsigned(key: &str) -> Self {
        Self(RawJson::new(key).expect("a text has a JSON form"))
    }

    /// The key as JSON.
    pub fn other(key: RawJson) -> Self {
        Self(key)
    }

    /// The public key in unpadded base64. `None` if there is none.
    pub fn key(&self) -> Option<String> {
        let text = self.0.deserialize().ok();
        text.or_else(|| self.signed().map(|signed| signed.key))
    }

    /// The members of a key with signatures. `None` if it is text, or not as it should be.
    pub fn signed(&self) -> Option<SignedKey> {
        self.0.deserialize().ok()
    }

    /// The key as it came: what signatures are verified with.
    pub fn raw(&self) -> &RawJson {
        &self.0
    }
}

impl From<SignedKey> for OneTimeKey {
    fn from(key: SignedKey) -> Self {
        Self(RawJson::new(&Written(&key)).expect("an object of texts has a JSON form"))
    }
}

/// Becomes JSON before the request's own serializer, which leaves `None` out, sees it.
struct Written<'a>(&'a SignedKey);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("key", &self.0.key)?;
        members.serialize_entry("signatures", &self.0.signatures)?;
        if let Some(fallback) = self.0.fallback {
            members.serialize_entry("fallback", &fallback)?;
        }
        members.end()
    }
}

/// A key of the algorithm `signed_curve25519`.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct SignedKey {
    /// The public key in unpadded base64.
    pub key: String,
    /// The device's signatures.
    pub signatures: UserSignatures,
    /// Whether it is a fallback key, which is used more than once. Since v1.2.
    pub fallback: Option<bool>,
}

impl SignedKey {
    /// A one-time key.
    pub fn new(key: String, signatures: UserSignatures) -> Self {
        Self {
            key,
            signatures,
            fallback: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_key_is_kept_as_it_came() {
        let json = r#"{"key":"k","signatures":{"@a:b":{"ed25519:D":"s"}},"fallback":true,"org.example":1}"#;
        let key: OneTimeKey = serde_json::from_str(json).unwrap();
        assert_eq!(key.raw().as_str(), json);
        let signed = key.signed().unwrap();
        assert_eq!(signed.fallback, Some(true));
        assert_eq!(signed.signatures["@a:b"]["ed25519:D"], "s");
        assert_eq!(
            OneTimeKey::from(signed).raw().as_str(),
            r#"{"key":"k","signatures":{"@a:b":{"ed25519:D":"s"}},"fallback":true}"#
        );
    }

    #[test]
    fn a_key_with_a_wrong_value_is_none() {
        for json in [
            r#"{"key":"k"}"#,
            r#"{"key":"k","signatures":{"@a:b":{"ed25519:D":5}}}"#,
            r#"{"key":"k","signatures":{},"fallback":"no"}"#,
            "5",
        ] {
            let key: OneTimeKey = serde_json::from_str(json).unwrap();
            assert_eq!((key.key(), key.signed()), (None, None), "{json}");
        }
    }
}
