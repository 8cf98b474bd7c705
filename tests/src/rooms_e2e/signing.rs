//! Keys that sign.

use hardline::client_api::e2ee::UserSignatures;
use hardline::json::JsonMap;
use hardline::types::{
    Base64, CrossSigningKeyId, DeviceKeyId, KeyAlgorithm, UserId, canonical_json,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Serialize;

/// A pair of Ed25519 keys of a user.
pub(super) struct SigningKey {
    pair: Ed25519KeyPair,
    user_id: UserId,
}

impl SigningKey {
    /// The pair with this number.
    pub(super) fn new(user_id: &UserId, number: u8) -> Self {
        let mut seed = [number; 32];
        for (byte, letter) in seed.iter_mut().zip(user_id.as_str().bytes()) {
            *byte ^= letter;
        }
        Self {
            pair: Ed25519KeyPair::from_seed_unchecked(&seed).unwrap(),
            user_id: user_id.clone(),
        }
    }

    /// The public key, in base64.
    pub(super) fn public(&self) -> String {
        Base64::Standard.encode(self.pair.public_key())
    }

    /// The ID of the public key, which is named after itself.
    pub(super) fn id(&self) -> CrossSigningKeyId {
        CrossSigningKeyId::from_parts(&KeyAlgorithm::Ed25519, &self.public()).unwrap()
    }

    /// The signature of an object, under the name of its key: that of a device, or the public key.
    pub(super) fn sign(&self, name: &str, object: &impl Serialize) -> UserSignatures {
        let mut object = serde_json::to_value(object).unwrap();
        let members = object.as_object_mut().unwrap();
        members.remove("signatures");
        members.remove("unsigned");
        let text = canonical_json(&object.to_string()).unwrap();
        let signature = Base64::Standard.encode(self.pair.sign(text.as_bytes()));
        let key_id = DeviceKeyId::parse(format!("ed25519:{name}")).unwrap();
        let by_key = JsonMap::from([(key_id, signature)]);
        JsonMap::from([(self.user_id.clone(), by_key)])
    }
}
