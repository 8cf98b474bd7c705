use fearless_simd::{Simd, SimdBase, SimdMask, u8x64};

use super::blocks::{BLOCK, Blocks, Marks};

/// The widest vectors that the processor has: found out when the program runs.
#[derive(Clone, Copy)]
pub(super) struct Vectors<S>(pub(super) S);

impl<S: Simd> Blocks for Vectors<S> {
    #[inline(always)]
    fn marks(self, block: &[u8; BLOCK]) -> Marks {
        let bytes = u8x64::from_slice(self.0, block);
        // Both kinds of brackets differ in this bit alone.
        let bracket = bytes | u8x64::splat(self.0, 0x20);
        let equal = |bytes: u8x64<S>, byte| bytes.simd_eq(u8x64::splat(self.0, byte)).to_bitmask();
        Marks {
            quote: equal(bytes, b'"'),
            backslash: equal(bytes, b'\\'),
            open: equal(bracket, b'{'),
            close: equal(bracket, b'}'),
            comma: equal(bytes, b','),
        }
    }
}
