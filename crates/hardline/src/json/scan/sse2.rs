use safe_arch::{
    cmp_eq_mask_i8_m128i, load_unaligned_m128i, m128i, move_mask_i8_m128i, set_splat_i8_m128i,
};

use super::blocks::{BLOCK, Blocks, Marks};

/// Sixteen bytes at once: every x86-64 has these instructions.
#[derive(Clone, Copy)]
pub(super) struct Sse2;

impl Blocks for Sse2 {
    #[inline(always)]
    fn marks(self, block: &[u8; BLOCK]) -> Marks {
        let mut marks = Marks::default();
        for (place, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = load_unaligned_m128i(bytes);
            // Both kinds of brackets differ in this bit alone.
            let bracket = bytes | set_splat_i8_m128i(0x20);
            let shift = 16 * place;
            marks.quote |= equal(bytes, b'"') << shift;
            marks.backslash |= equal(bytes, b'\\') << shift;
            marks.open |= equal(bracket, b'{') << shift;
            marks.close |= equal(bracket, b'}') << shift;
            marks.comma |= equal(bytes, b',') << shift;
        }
        marks
    }
}

/// A bit for each byte that is this one.
#[inline(always)]
fn equal(bytes: m128i, byte: u8) -> u64 {
    let mask = cmp_eq_mask_i8_m128i(bytes, set_splat_i8_m128i(byte.cast_signed()));
    u64::from(move_mask_i8_m128i(mask).cast_unsigned())
}
