use std::fmt;

use hardline_derive::Persist;
use sha2::{Digest, Sha256};

use crate::oauth_api::AuthorizationState;
use crate::types::{CodeVerifier, DeviceId};

/// What all secrets of a login are derived from. It is used for one login only.
#[derive(Persist)]
pub(super) struct Entropy([u8; 32]);

impl Entropy {
    pub(super) fn new(entropy: [u8; 32]) -> Self {
        Self(entropy)
    }

    /// The ID of a device that logs in for the first time.
    pub(super) fn device_id(&self) -> DeviceId {
        let mut letters = [0; 10];
        letters.copy_from_slice(&self.derive("device ID", 0)[..10]);
        DeviceId::from_entropy(letters)
    }

    /// The state of an authorization. The number tells it from the login's other ones.
    pub(super) fn state(&self, authorization: u32) -> AuthorizationState {
        AuthorizationState::from_entropy(self.derive("state", authorization))
    }

    /// The verifier of an authorization.
    pub(super) fn code_verifier(&self, authorization: u32) -> CodeVerifier {
        CodeVerifier::from_entropy(self.derive("code verifier", authorization))
    }

    /// What varies the waits.
    pub(super) fn seed(&self) -> u64 {
        let bytes = self.derive("seed", 0);
        bytes
            .iter()
            .take(8)
            .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }

    fn derive(&self, label: &str, number: u32) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(label);
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_secret_is_another_one_and_none_is_the_entropy() {
        let entropy = Entropy::new([7; 32]);
        let secrets: BTreeSet<String> = (0..3)
            .flat_map(|number| {
                let verifier = entropy.code_verifier(number);
                let state = entropy.state(number);
                [verifier.reveal().to_owned(), state.reveal().to_owned()]
            })
            .collect();
        assert_eq!(secrets.len(), 6);
        let raw = CodeVerifier::from_entropy([7; 32]);
        assert!(!secrets.contains(raw.reveal()));
        assert!(secrets.iter().all(|secret| secret.len() == 43));
        let other = Entropy::new([8; 32]);
        assert!(!secrets.contains(other.state(0).reveal()));
    }

    #[test]
    fn a_device_id_is_ten_capital_letters() {
        let ids: BTreeSet<_> = (0..50)
            .map(|byte| Entropy::new([byte; 32]).device_id())
            .collect();
        assert_eq!(ids.len(), 50);
        for id in ids {
            let text = id.to_string();
            assert_eq!(text.len(), 10, "{text}");
            assert!(text.bytes().all(|byte| byte.is_ascii_uppercase()), "{text}");
        }
    }

    #[test]
    fn entropy_is_not_shown() {
        assert_eq!(format!("{:?}", Entropy::new([7; 32])), "Entropy(…)");
    }
}
