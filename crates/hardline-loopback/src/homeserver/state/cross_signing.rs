use std::collections::BTreeMap;

use hardline::types::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rooms::Object;

/// The keys by which users vouch for their devices and for each other, and what is signed with them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct CrossSigning {
    /// By user and by what the key is for.
    keys: BTreeMap<UserId, BTreeMap<KeyUsage, Object>>,
    /// The signatures that were added later: by the user whose key it is, and by its device or by the key itself.
    signatures: BTreeMap<UserId, BTreeMap<String, Signatures>>,
}

/// Signatures by the user who signed and by the ID of the key.
type Signatures = BTreeMap<UserId, BTreeMap<String, String>>;

/// What a cross-signing key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyUsage {
    Master,
    SelfSigning,
    UserSigning,
}

impl KeyUsage {
    pub(crate) const ALL: [Self; 3] = [Self::Master, Self::SelfSigning, Self::UserSigning];

    /// Its name in a key's `usage`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::SelfSigning => "self_signing",
            Self::UserSigning => "user_signing",
        }
    }

    /// The member of an upload that has the key.
    pub(crate) fn member(self) -> &'static str {
        match self {
            Self::Master => "master_key",
            Self::SelfSigning => "self_signing_key",
            Self::UserSigning => "user_signing_key",
        }
    }
}

/// A signature of a key.
pub(crate) struct KeySignature<'a> {
    /// Whose key is signed.
    pub(crate) user_id: &'a UserId,
    /// The device whose key it is, or the cross-signing key itself.
    pub(crate) target: &'a str,
    pub(crate) signer: &'a UserId,
    /// The ID of the key that signed.
    pub(crate) key_id: &'a str,
    pub(crate) signature: &'a str,
}

impl CrossSigning {
    /// A key of a user as it was uploaded.
    pub(crate) fn key(&self, user_id: &UserId, usage: KeyUsage) -> Option<&Object> {
        self.keys.get(user_id)?.get(&usage)
    }

    pub(crate) fn set_key(&mut self, user_id: &UserId, usage: KeyUsage, key: Object) {
        let keys = self.keys.entry(user_id.clone()).or_default();
        keys.insert(usage, key);
    }

    pub(crate) fn sign(&mut self, signed: &KeySignature<'_>) {
        let of_user = self.signatures.entry(signed.user_id.clone()).or_default();
        let of_target = of_user.entry(signed.target.to_owned()).or_default();
        let of_signer = of_target.entry(signed.signer.clone()).or_default();
        of_signer.insert(signed.key_id.to_owned(), signed.signature.to_owned());
    }

    /// A key of a user with the signatures that a viewer may see: by its owner and by the viewer.
    pub(crate) fn signed(
        &self,
        key: &Object,
        user_id: &UserId,
        target: &str,
        viewer: &UserId,
    ) -> Object {
        let mut key = key.clone();
        let added = self.signatures.get(user_id);
        let added = added.and_then(|targets| targets.get(target));
        for (signer, signatures) in added.into_iter().flatten() {
            if signer != user_id && signer != viewer {
                continue;
            }
            let all = key.entry("signatures").or_insert_with(|| json!({}));
            for (key_id, signature) in signatures {
                if let Value::Object(all) = all
                    && let Value::Object(of_signer) =
                        all.entry(signer.as_str()).or_insert_with(|| json!({}))
                {
                    of_signer.insert(key_id.clone(), signature.as_str().into());
                }
            }
        }
        key
    }

    /// Forgets who vouched for a device.
    pub(super) fn forget_device(&mut self, user_id: &UserId, device_id: &DeviceId) {
        if let Some(targets) = self.signatures.get_mut(user_id) {
            targets.remove(device_id.as_str());
        }
    }

    /// Forgets a user's keys.
    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.keys.remove(user_id);
        self.signatures.remove(user_id);
    }
}
