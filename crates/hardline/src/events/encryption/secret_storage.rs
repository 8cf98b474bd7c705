use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::RawMap;
use crate::types::text::text_enum;

/// `m.secret_storage.default_key`: the key that secrets are stored with unless something else is asked for.
///
/// ```
/// use hardline::events::{RawEvent, SecretStorageDefaultKey};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.secret_storage.default_key", "content": {"key": "AbCdEf"}}))?;
/// let default: SecretStorageDefaultKey = event.content_as()?;
/// assert_eq!(default.key.as_deref(), Some("AbCdEf"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [key storage](https://spec.matrix.org/v1.19/client-server-api/#key-storage).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SecretStorageDefaultKey {
    /// The ID of the key. Clients that take the default away leave none.
    pub key: Option<String>,
}

impl SecretStorageDefaultKey {
    /// The key with this ID.
    pub fn new(key: String) -> Self {
        Self { key: Some(key) }
    }
}

impl EventContent for SecretStorageDefaultKey {
    const TYPE: &'static str = "m.secret_storage.default_key";
}

/// `m.secret_storage.key.` and a key's ID: what is known of a key that secrets are stored with.
///
/// ```
/// use hardline::events::{RawEvent, SecretStorageKey};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.secret_storage.key.AbCdEf",
///     "content": {
///         "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
///         "passphrase": {"algorithm": "m.pbkdf2", "salt": "MmMsAlty", "iterations": 100_000},
///     },
/// }))?;
/// let key: SecretStorageKey = event.content_as()?;
/// assert_eq!(key.passphrase.unwrap().bits(), 256);
/// assert_eq!(SecretStorageKey::key_id("m.secret_storage.key.AbCdEf"), Some("AbCdEf"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [key storage](https://spec.matrix.org/v1.19/client-server-api/#key-storage).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SecretStorageKey {
    /// What the user calls it.
    pub name: Option<String>,
    /// How secrets are encrypted with it.
    pub algorithm: SecretStorageAlgorithm,
    /// How the key is made of a passphrase, if it can be.
    pub passphrase: Option<SecretStoragePassphrase>,
    /// With [`mac`](Self::mac), what tells the right key from a wrong one, in base64, padded or not. If one of the two is
    /// absent, assume that the key is right.
    pub iv: Option<String>,
    /// See [`iv`](Self::iv).
    pub mac: Option<String>,
}

impl SecretStorageKey {
    /// A key that can be tried with these, in base64.
    pub fn new(iv: String, mac: String) -> Self {
        Self {
            name: None,
            algorithm: SecretStorageAlgorithm::V1AesHmacSha2,
            passphrase: None,
            iv: Some(iv),
            mac: Some(mac),
        }
    }

    /// The ID of the key that an event of this type describes.
    pub fn key_id(event_type: &str) -> Option<&str> {
        let id = event_type.strip_prefix(Self::TYPE)?;
        (!id.is_empty()).then_some(id)
    }

    /// The type of the event that describes the key with this ID.
    pub fn event_type(key_id: &str) -> String {
        format!("{}{key_id}", Self::TYPE)
    }
}

impl EventContent for SecretStorageKey {
    const TYPE: &'static str = "m.secret_storage.key.";
    const IS_PREFIX: bool = true;
}

text_enum! {
    /// How secrets are encrypted.
    SecretStorageAlgorithm {
        /// AES-CTR and HMAC-SHA-256: [`AesHmacSha2EncryptedData`].
        V1AesHmacSha2 = "m.secret_storage.v1.aes-hmac-sha2",
    }
}

/// How a key is made of a passphrase. Nothing of it is skipped, since with a wrong value another key is made.
///
/// Specification: [deriving keys from
/// passphrases](https://spec.matrix.org/v1.19/client-server-api/#deriving-keys-from-passphrases).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct SecretStoragePassphrase {
    /// The algorithm: `m.pbkdf2`.
    pub algorithm: PassphraseAlgorithm,
    /// The salt: the bytes of the text itself.
    pub salt: String,
    /// How many rounds. Limit it before you begin: a server could set any number.
    pub iterations: u64,
    /// How many bits the key has: [`bits`](Self::bits).
    pub bits: Option<u64>,
}

impl SecretStoragePassphrase {
    /// A key of 256 bits.
    pub fn new(salt: String, iterations: u64) -> Self {
        Self {
            algorithm: PassphraseAlgorithm::Pbkdf2,
            salt,
            iterations,
            bits: None,
        }
    }

    /// How many bits the key has: 256 unless it says otherwise.
    pub fn bits(&self) -> u64 {
        self.bits.unwrap_or(256)
    }
}

text_enum! {
    /// How a key is made of a passphrase.
    PassphraseAlgorithm {
        /// PBKDF2 with SHA-512.
        Pbkdf2 = "m.pbkdf2",
    }
}

/// A secret, encrypted with each key that opens it: by the IDs of the keys.
pub type SecretCiphertexts = RawMap<String, AesHmacSha2EncryptedData>;

/// A secret, encrypted with a key of the algorithm [`V1AesHmacSha2`](SecretStorageAlgorithm::V1AesHmacSha2). Each member is
/// in base64, padded or not.
///
/// Specification: [`m.secret_storage.v1.aes-hmac-sha2`](https://spec.matrix.org/v1.19/client-server-api/#msecret_storagev1aes-hmac-sha2-1).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct AesHmacSha2EncryptedData {
    /// The counter block that encryption began with: 16 bytes, the highest bit of the second half cleared.
    pub iv: String,
    /// The encrypted secret.
    pub ciphertext: String,
    /// The MAC of the ciphertext.
    pub mac: String,
}

impl AesHmacSha2EncryptedData {
    /// An encrypted secret.
    pub fn new(iv: String, ciphertext: String, mac: String) -> Self {
        Self {
            iv,
            ciphertext,
            mac,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn no_default_key_is_an_empty_object() {
        let content: RawJson = serde_json::from_str("{}").unwrap();
        let default: SecretStorageDefaultKey = content.deserialize().unwrap();
        assert_eq!(default.key, None);
        assert_eq!(RawJson::new(&default).unwrap(), content);
    }

    #[test]
    fn a_passphrase_with_a_wrong_value_is_none() {
        let text = r#"{"algorithm":"m.secret_storage.v1.aes-hmac-sha2","passphrase":{"algorithm":"m.pbkdf2","salt":"s","iterations":9,"bits":"512"}}"#;
        let content: RawJson = serde_json::from_str(text).unwrap();
        let key = content.deserialize_lenient::<SecretStorageKey>().unwrap();
        assert_eq!(key.value.passphrase, None);
        let pointers: Vec<_> = key
            .warnings
            .iter()
            .map(|warning| &warning.pointer)
            .collect();
        assert_eq!(pointers, ["/passphrase"]);
    }

    #[test]
    fn the_id_of_a_key_may_be_any_text() {
        for id in ["AbCdEf", "a.b", "m.secret_storage.key.", "é"] {
            let event_type = SecretStorageKey::event_type(id);
            assert!(SecretStorageKey::is_content_of(&event_type));
            assert_eq!(SecretStorageKey::key_id(&event_type), Some(id));
        }
        assert_eq!(
            SecretStorageKey::key_id("m.secret_storage.default_key"),
            None
        );
    }
}
