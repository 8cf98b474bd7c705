use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Tokens, codes and salts: SHA-256 over a seed and a counter, so that one seed gives one run.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entropy {
    seed: [u8; 32],
    drawn: u64,
}

impl Entropy {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// 32 bytes that nobody without the seed can guess.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        let hash = Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.drawn.to_be_bytes());
        self.drawn += 1;
        hash.finalize().into()
    }

    /// This many letters, for IDs and tokens: 5 bits each.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        self.pick(b"abcdefghijkmnopqrstuvwxyzABCDEFG", count)
    }

    /// This many upper-case letters, as in device IDs: 4 bits each.
    pub(crate) fn capitals(&mut self, count: usize) -> String {
        self.pick(b"ABCDEFGHIJKLMNOP", count)
    }

    /// A code of six digits, as people type them.
    pub(crate) fn code(&mut self) -> String {
        let [a, b, c, d, ..] = self.bytes();
        format!("{:06}", u32::from_be_bytes([a, b, c, d]) % 1_000_000)
    }

    /// A code that people type on another device: eight consonants, so that it is no word, with a dash.
    pub(crate) fn user_code(&mut self) -> String {
        let letters = self.pick(b"BCDFGHJKLMNPQRSTVWXZ", 8);
        let (left, right) = letters.split_at(4);
        format!("{left}-{right}")
    }

    fn pick(&mut self, alphabet: &[u8], count: usize) -> String {
        let mut text = String::with_capacity(count);
        while text.len() < count {
            let left = count - text.len();
            let letters = self.bytes().into_iter().take(left);
            text.extend(
                letters.map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()])),
            );
        }
        text
    }
}
