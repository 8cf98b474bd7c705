use hardline::types::{Base64, UserId, canonical_json};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use super::super::state::Object;

/// An Ed25519 key that signs JSON.
pub(super) struct PublicKey {
    /// The algorithm, a colon and a name.
    id: String,
    bytes: Vec<u8>,
}

impl PublicKey {
    /// The key of a cross-signing key, which has one; `None` if it is none.
    pub(super) fn of(key: &Object) -> Option<Self> {
        let keys = key.get("keys")?.as_object()?;
        let mut keys = keys.iter();
        let (id, public) = keys.next()?;
        let is_one = keys.next().is_none();
        Self::new(id, public.as_str()?).filter(|_| is_one)
    }

    /// A key with its ID; `None` if it is not of Ed25519.
    pub(super) fn new(id: &str, public: &str) -> Option<Self> {
        let bytes = Base64::Standard.decode(public).ok()?;
        let is_key = id.starts_with("ed25519:") && bytes.len() == 32;
        is_key.then(|| Self {
            id: id.to_owned(),
            bytes,
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Its ID without the algorithm: the key itself if it is one for cross-signing, and a device otherwise.
    pub(super) fn name(&self) -> &str {
        self.id.strip_prefix("ed25519:").unwrap_or_default()
    }

    /// The signature of a user with this key in an object, if it is one of the object.
    ///
    /// Specification: [checking a signature](https://spec.matrix.org/v1.19/appendices/#checking-for-a-signature).
    pub(super) fn signature<'a>(&self, object: &'a Object, user_id: &UserId) -> Option<&'a str> {
        let signature = signatures_of(object, user_id)?.get(&self.id)?.as_str()?;
        let bytes = Base64::Standard.decode(signature).ok()?;
        let text = Value::Object(unsigned(object)).to_string();
        let text = canonical_json(&text).ok()?;
        let key = UnparsedPublicKey::new(&ED25519, &self.bytes);
        let is_valid = key.verify(text.as_bytes(), &bytes).is_ok();
        is_valid.then_some(signature)
    }
}

/// What an object says that a user signed it with, whether it is right or not.
pub(super) fn signatures_of<'a>(object: &'a Object, user_id: &UserId) -> Option<&'a Object> {
    object.get("signatures")?.get(user_id.as_str())?.as_object()
}

/// What is signed of an object.
pub(super) fn unsigned(object: &Object) -> Object {
    let members = object.iter();
    members
        .filter(|(name, _)| !matches!(name.as_str(), "signatures" | "unsigned"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
