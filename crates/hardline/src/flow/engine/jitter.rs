use std::time::Duration;

use hardline_derive::Persist;

/// Varies waits, so that clients that were refused together do not come back together. The caller passes a seed: the
/// same seed gives the same waits.
#[derive(Debug, Persist)]
pub(crate) struct Jitter(u64);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A duration between half of this one and all of it.
    pub(crate) fn spread(&mut self, duration: Duration) -> Duration {
        let half = duration / 2;
        // 16 bits are as fine as a wait needs to be.
        half + half * u32::from(self.next() as u16) / u32::from(u16::MAX)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_stays_between_half_and_whole() {
        let mut jitter = Jitter::new(7);
        let whole = Duration::from_secs(10);
        let spread: Vec<_> = (0..1_000).map(|_| jitter.spread(whole)).collect();
        assert!(spread.iter().all(|wait| (whole / 2..=whole).contains(wait)));
        assert!(spread.iter().any(|wait| *wait < Duration::from_secs(6)));
        assert!(spread.iter().any(|wait| *wait > Duration::from_secs(9)));
    }
}
