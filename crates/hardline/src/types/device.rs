use crate::types::InvalidText;
use crate::types::text::{text_enum, text_type};

text_type! {
    /// A device of a user: any text that is not empty. A client that logs in over OAuth chooses its own ID and checks
    /// it with [`validate_for_oauth`](Self::validate_for_oauth).
    ///
    /// ```
    /// use hardline::types::DeviceId;
    ///
    /// assert!(DeviceId::parse("JLAFKJWSCS")?.validate_for_oauth().is_ok());
    /// assert!(DeviceId::parse("living room")?.validate_for_oauth().is_err());
    /// assert!(DeviceId::parse("").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [devices](https://spec.matrix.org/v1.19/#devices),
    /// [device ID allocation](https://spec.matrix.org/v1.19/client-server-api/#device-id-allocation).
    DeviceId, grammar: |text| InvalidText::unless(!text.is_empty(), "device ID", "it is empty"), examples: "\\PC{1,20}", never_empty
}

impl DeviceId {
    /// Makes an ID for a new device from random bytes that the caller provides, since the core has no source of
    /// randomness: ten capital letters, the fewest that authorization servers take.
    ///
    /// ```
    /// use hardline::types::DeviceId;
    ///
    /// assert_eq!(DeviceId::from_entropy([7; 10]), "HHHHHHHHHH");
    /// ```
    pub fn from_entropy(entropy: [u8; 10]) -> Self {
        Self(
            entropy
                .map(|byte| char::from(b'A' + byte % 26))
                .iter()
                .collect(),
        )
    }

    /// Checks that an OAuth scope can carry the ID: printable ASCII without spaces, `"` and `\`. The specification
    /// recommends ten characters of `A-Za-z0-9._~-`.
    ///
    /// # Errors
    /// [`InvalidText`] if a scope cannot carry the ID.
    pub fn validate_for_oauth(&self) -> Result<(), InvalidText> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        InvalidText::unless(
            !self.0.is_empty() && self.0.bytes().all(allowed),
            "device ID for OAuth",
            "it must be printable ASCII without spaces, \" and \\",
        )
    }
}

text_enum! {
    /// The algorithm of a key.
    ///
    /// ```
    /// use hardline::types::KeyAlgorithm;
    ///
    /// assert_eq!(KeyAlgorithm::from("ed25519"), KeyAlgorithm::Ed25519);
    /// ```
    ///
    /// Specification: [key algorithms](https://spec.matrix.org/v1.19/client-server-api/#key-algorithms).
    KeyAlgorithm {
        /// For signatures.
        Ed25519 = "ed25519",
        /// For key agreement: a device's long-term key.
        Curve25519 = "curve25519",
        /// For key agreement: a key that is used once and signed by its device.
        SignedCurve25519 = "signed_curve25519",
    }
}

text_enum! {
    /// How events are encrypted.
    ///
    /// ```
    /// use hardline::types::EncryptionAlgorithm;
    ///
    /// assert_eq!(EncryptionAlgorithm::from("m.megolm.v1.aes-sha2"), EncryptionAlgorithm::MegolmV1AesSha2);
    /// ```
    ///
    /// Specification: [messaging algorithms](https://spec.matrix.org/v1.19/client-server-api/#messaging-algorithm-names).
    EncryptionAlgorithm {
        /// For one device, in events to devices.
        OlmV1Curve25519AesSha2 = "m.olm.v1.curve25519-aes-sha2",
        /// For all devices in a room.
        MegolmV1AesSha2 = "m.megolm.v1.aes-sha2",
    }
}

text_type! {
    /// A key of a device: its algorithm and the device, `ed25519:JLAFKJWSCS`.
    ///
    /// ```
    /// use hardline::types::{DeviceId, DeviceKeyId, KeyAlgorithm};
    ///
    /// let device = DeviceId::parse("JLAFKJWSCS")?;
    /// let key = DeviceKeyId::from_parts(&KeyAlgorithm::Curve25519, &device)?;
    /// assert_eq!(key, "curve25519:JLAFKJWSCS");
    /// assert_eq!(key.algorithm(), Some(KeyAlgorithm::Curve25519));
    /// assert_eq!(key.device_id(), Some(device));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [key algorithms](https://spec.matrix.org/v1.19/client-server-api/#key-algorithms).
    DeviceKeyId, grammar: |text| key_id(text, "device key ID"), examples: "(ed|curve)25519:[!-~]{1,20}"
}

impl DeviceKeyId {
    /// The key of this device with this algorithm.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make a key ID: one is empty, or the algorithm has a colon.
    pub fn from_parts(algorithm: &KeyAlgorithm, device: &DeviceId) -> Result<Self, InvalidText> {
        Self::parse(join(algorithm, device.as_str())?)
    }

    /// The key's algorithm. `None` if a server sent something that is not a key ID.
    pub fn algorithm(&self) -> Option<KeyAlgorithm> {
        split(&self.0).map(|(algorithm, _)| algorithm.into())
    }

    /// The device. `None` if a server sent something that is not a key ID.
    pub fn device_id(&self) -> Option<DeviceId> {
        let (_, device) = split(&self.0)?;
        DeviceId::parse(device).ok()
    }
}

text_type! {
    /// A user's cross-signing key: its algorithm and the key itself, in unpadded base64.
    ///
    /// ```
    /// use hardline::types::{CrossSigningKeyId, KeyAlgorithm};
    ///
    /// let key = CrossSigningKeyId::parse("ed25519:alice+base64+public+key")?;
    /// assert_eq!(key.algorithm(), Some(KeyAlgorithm::Ed25519));
    /// assert_eq!(key.public_key(), Some("alice+base64+public+key"));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [cross-signing](https://spec.matrix.org/v1.19/client-server-api/#cross-signing).
    CrossSigningKeyId, grammar: |text| key_id(text, "cross-signing key ID"), examples: "ed25519:[A-Za-z0-9/+]{1,43}"
}

impl CrossSigningKeyId {
    /// The ID of this public key, given in unpadded base64.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make a key ID: one is empty, or the algorithm has a colon.
    pub fn from_parts(algorithm: &KeyAlgorithm, public_key: &str) -> Result<Self, InvalidText> {
        Self::parse(join(algorithm, public_key)?)
    }

    /// The key's algorithm. `None` if a server sent something that is not a key ID.
    pub fn algorithm(&self) -> Option<KeyAlgorithm> {
        split(&self.0).map(|(algorithm, _)| algorithm.into())
    }

    /// The public key, in unpadded base64. `None` if a server sent something that is not a key ID.
    pub fn public_key(&self) -> Option<&str> {
        split(&self.0).map(|(_, key)| key)
    }
}

text_type! {
    /// A key that is used once: its algorithm and its device's name for it, `signed_curve25519:AAAAHg`.
    ///
    /// ```
    /// use hardline::types::{KeyAlgorithm, OneTimeKeyId};
    ///
    /// let key = OneTimeKeyId::parse("signed_curve25519:AAAAHg")?;
    /// assert_eq!(key.algorithm(), Some(KeyAlgorithm::SignedCurve25519));
    /// assert_eq!(key.key_name(), Some("AAAAHg"));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [one-time and fallback
    /// keys](https://spec.matrix.org/v1.19/client-server-api/#one-time-and-fallback-keys).
    OneTimeKeyId, grammar: |text| key_id(text, "one-time key ID"), examples: "signed_curve25519:[A-Za-z0-9/+]{1,11}"
}

impl OneTimeKeyId {
    /// The key with this algorithm and name.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make a key ID: one is empty, or the algorithm has a colon.
    pub fn from_parts(algorithm: &KeyAlgorithm, key_name: &str) -> Result<Self, InvalidText> {
        Self::parse(join(algorithm, key_name)?)
    }

    /// The key's algorithm. `None` if a server sent something that is not a key ID.
    pub fn algorithm(&self) -> Option<KeyAlgorithm> {
        split(&self.0).map(|(algorithm, _)| algorithm.into())
    }

    /// The device's name for the key. `None` if a server sent something that is not a key ID.
    pub fn key_name(&self) -> Option<&str> {
        split(&self.0).map(|(_, name)| name)
    }
}

text_type! {
    /// A key that signed something: its algorithm and its name. The name is a version for a server's key (`ed25519:0`,
    /// made of `0-9a-zA-Z_`), the device ID for a device's key, and the public key in base64 for a cross-signing key.
    ///
    /// ```
    /// use hardline::types::{KeyAlgorithm, SigningKeyId};
    ///
    /// let key = SigningKeyId::parse("ed25519:0")?;
    /// assert_eq!(key.algorithm(), Some(KeyAlgorithm::Ed25519));
    /// assert_eq!(key.key_name(), Some("0"));
    /// assert!(SigningKeyId::parse("ed25519").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [signing details](https://spec.matrix.org/v1.19/appendices/#signing-details).
    SigningKeyId, grammar: |text| key_id(text, "signing key ID"), examples: "ed25519:[A-Za-z0-9_]{1,10}"
}

impl SigningKeyId {
    /// The key with this algorithm and name.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make a key ID: one is empty, or the algorithm has a colon.
    pub fn from_parts(algorithm: &KeyAlgorithm, key_name: &str) -> Result<Self, InvalidText> {
        Self::parse(join(algorithm, key_name)?)
    }

    /// The key's algorithm. `None` if a server sent something that is not a key ID.
    pub fn algorithm(&self) -> Option<KeyAlgorithm> {
        split(&self.0).map(|(algorithm, _)| algorithm.into())
    }

    /// The key's name: a version, a device ID or a public key. `None` if a server sent something that is not a key ID.
    pub fn key_name(&self) -> Option<&str> {
        split(&self.0).map(|(_, name)| name)
    }
}

impl From<DeviceKeyId> for SigningKeyId {
    fn from(id: DeviceKeyId) -> Self {
        Self(id.0)
    }
}

impl From<CrossSigningKeyId> for SigningKeyId {
    fn from(id: CrossSigningKeyId) -> Self {
        Self(id.0)
    }
}

/// The algorithm, and everything after the first colon.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once(':')
        .filter(|(algorithm, name)| !algorithm.is_empty() && !name.is_empty())
}

fn join(algorithm: &KeyAlgorithm, name: &str) -> Result<String, InvalidText> {
    InvalidText::unless(
        !algorithm.as_str().contains(':'),
        "key algorithm",
        "it has a colon",
    )?;
    Ok(format!("{algorithm}:{name}"))
}

fn key_id(text: &str, what: &'static str) -> Result<(), InvalidText> {
    InvalidText::unless(
        split(text).is_some(),
        what,
        "it must be an algorithm, : and a name, as in ed25519:JLAFKJWSCS",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_follow_the_grammar() {
        for good in ["ed25519:a_0", "ed25519:a-b", "ed25519:a:b", "ed25519:+/"] {
            assert!(SigningKeyId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "ed25519", "ed25519:", ":0", ":"] {
            assert!(SigningKeyId::parse(bad).is_err(), "{bad}");
            assert!(DeviceKeyId::parse(bad).is_err(), "{bad}");
            let sent: DeviceKeyId = serde_json::from_value(bad.into()).unwrap();
            assert_eq!((sent.algorithm(), sent.device_id()), (None, None), "{bad}");
        }
    }

    #[test]
    fn parts_come_out_as_they_went_in() {
        let device = DeviceId::parse("a:b").unwrap();
        let key = DeviceKeyId::from_parts(&KeyAlgorithm::Ed25519, &device).unwrap();
        assert_eq!(key.device_id(), Some(device.clone()));
        assert_eq!(SigningKeyId::from(key).key_name(), Some("a:b"));
        assert!(DeviceKeyId::from_parts(&KeyAlgorithm::from("a:b"), &device).is_err());
    }
}
