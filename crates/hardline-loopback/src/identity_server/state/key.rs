use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hardline::identity_api::Signatures;
use hardline::identity_api::invitation::SigningKey;
use hardline::types::{ServerName, SigningKeyId};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// An ed25519 key.
pub(crate) struct Key {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl Key {
    /// The ID of the key that the identity server signs with.
    pub(crate) const ID: &str = "ed25519:0";

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self {
            seed: *seed,
            pair: Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed"),
        }
    }

    /// The key that a client sends, if it is one.
    pub(crate) fn parse(key: &SigningKey) -> Option<Self> {
        let seed = STANDARD_NO_PAD.decode(key.reveal()).ok()?;
        Some(Self::from_seed(&seed.try_into().ok()?))
    }

    /// The public half, in unpadded base64.
    pub(crate) fn public(&self) -> String {
        STANDARD_NO_PAD.encode(self.pair.public_key())
    }

    /// Signs a JSON object without objects in it, whose canonical form this is: members sorted, no spaces.
    ///
    /// Specification: [signing JSON](https://spec.matrix.org/v1.19/appendices/#signing-json).
    pub(crate) fn sign(&self, server: &ServerName, object: &BTreeMap<&str, Value>) -> Signatures {
        let text = serde_json::to_vec(object).expect("names and values have a JSON form");
        let signature = self.pair.sign(&text);
        let key_id = SigningKeyId::parse(Self::ID).expect("the ID follows the grammar");
        let signatures = [(key_id, STANDARD_NO_PAD.encode(signature))];
        Signatures::from([(server.clone(), signatures.into())])
    }
}

/// A key is kept as its seed.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.seed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <[u8; 32]>::deserialize(deserializer).map(|seed| Self::from_seed(&seed))
    }
}
