use super::blocks::{BLOCK, Blocks, Marks};

/// Eight bytes at once in an ordinary register, for processors without vectors that we know.
#[derive(Clone, Copy)]
pub(super) struct Scalar;

impl Blocks for Scalar {
    #[inline(always)]
    fn marks(self, block: &[u8; BLOCK]) -> Marks {
        let mut marks = Marks::default();
        for (place, word) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            // Both kinds of brackets differ in this bit alone.
            let bracket = word | (EACH * 0x20);
            let shift = 8 * place;
            marks.quote |= equal(word, b'"') << shift;
            marks.backslash |= equal(word, b'\\') << shift;
            marks.open |= equal(bracket, b'{') << shift;
            marks.close |= equal(bracket, b'}') << shift;
            marks.comma |= equal(word, b',') << shift;
        }
        marks
    }
}

const EACH: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = EACH << 7;

/// A bit for each byte that is this one.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    let differs = word ^ (EACH * u64::from(byte));
    // The addition never carries into the next byte.
    let zero = !(((differs & !HIGH) + !HIGH) | differs) & HIGH;
    // Moves the highest bits of the bytes next to each other.
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
