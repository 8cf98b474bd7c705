use hardline::types::Password;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The stored form of a password. One round of SHA-256 keeps it out of dumps and debuggers; it does not withstand an
/// attack.
#[derive(Serialize, Deserialize)]
pub(super) struct PasswordHash {
    salt: [u8; 32],
    hash: [u8; 32],
}

impl PasswordHash {
    pub(super) fn new(salt: [u8; 32], password: &Password) -> Self {
        let hash = digest(&salt, password);
        Self { salt, hash }
    }

    pub(super) fn is_of(&self, password: &Password) -> bool {
        digest(&self.salt, password) == self.hash
    }
}

fn digest(salt: &[u8; 32], password: &Password) -> [u8; 32] {
    let hash = Sha256::new().chain_update(salt);
    hash.chain_update(password.reveal()).finalize().into()
}
