use std::ops::Range;

/// A generator of random numbers, SplitMix64: the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator with this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number within the range, or its start if it is empty.
    ///
    /// ```
    /// use hardline_loopback::sim::Rng;
    ///
    /// let mut rng = Rng::new(7);
    /// assert!((0..100).all(|_| (3..6).contains(&rng.within(3..6))));
    /// ```
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        let width = range.end.saturating_sub(range.start).max(1);
        range.start + self.next() % width
    }

    /// True in this percentage of cases.
    pub fn happens(&mut self, percent: u8) -> bool {
        self.within(0..100) < u64::from(percent)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
