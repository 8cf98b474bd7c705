use super::Trouble;

/// Decides what goes wrong and when: the same choices give the same run.
///
/// ```
/// use hardline::flow::test_harness::Choices;
///
/// // A property test takes a number, a fuzzer what it is given; a smooth run goes without.
/// let choices = [Choices::from_seed(7), Choices::from_bytes(b"..c.k"), Choices::smooth()];
/// # drop(choices);
/// ```
#[derive(Clone, Debug)]
pub struct Choices(Source);

#[derive(Clone, Debug)]
enum Source {
    Seed { state: u64, percent: u64, left: u64 },
    Bytes { bytes: Vec<u8>, at: usize },
}

impl Choices {
    /// Choices at random, SplitMix64: nothing goes wrong with the seeds that are divisible by four, and with the others
    /// up to 40 times.
    pub fn from_seed(seed: u64) -> Self {
        let percent = [0, 10, 30, 60][(seed % 4) as usize];
        let mut choices = Self(Source::Seed {
            state: seed,
            percent,
            left: 0,
        });
        let most = choices.number(41);
        if let Source::Seed { left, .. } = &mut choices.0 {
            *left = most;
        }
        choices
    }

    /// One choice for each byte, and nothing goes wrong after the last: whenever the flow waits, a byte from `a` to `l`
    /// is a [`Trouble`] in the order of [`Trouble::ALL`], a full stop or a zero is none. Details take further bytes.
    /// Fewer bytes and smaller ones give simpler runs, so that what failed can be shrunk.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Source::Bytes {
            bytes: bytes.into(),
            at: 0,
        })
    }

    /// Nothing goes wrong.
    pub fn smooth() -> Self {
        Self::from_bytes([])
    }

    /// What goes wrong now, if anything does.
    pub(super) fn trouble(&mut self) -> Option<Trouble> {
        let all = Trouble::ALL.len() as u64;
        let number = match &mut self.0 {
            Source::Seed { left: 0, .. } => return None,
            Source::Seed { percent, .. } => {
                let percent = *percent;
                if self.number(100) >= percent {
                    return None;
                }
                if let Source::Seed { left, .. } = &mut self.0 {
                    *left -= 1;
                }
                1 + self.number(all)
            }
            Source::Bytes { .. } => self.number(16),
        };
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Trouble::ALL.get(index).copied()
    }

    /// A number below this one, and zero when the choices have run out.
    pub(super) fn number(&mut self, below: u64) -> u64 {
        let drawn = match &mut self.0 {
            Source::Seed { state, .. } => next(state),
            Source::Bytes { bytes, at } => {
                let byte = bytes.get(*at).copied().unwrap_or_default();
                *at += 1;
                u64::from(byte)
            }
        };
        drawn % below.max(1)
    }
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_troubles_in_order_and_then_nothing() {
        let mut choices = Choices::from_bytes(b"a.0l");
        let drawn: Vec<_> = (0..6).map(|_| choices.trouble()).collect();
        let (first, last) = (Trouble::ALL.first(), Trouble::ALL.last());
        assert_eq!(drawn[0].as_ref(), first);
        assert_eq!(drawn[1..3], [None, None]);
        assert_eq!(drawn[3].as_ref(), last);
        assert_eq!(drawn[4..], [None, None]);
    }

    #[test]
    fn seeds_make_trouble_for_a_while() {
        let drawn = |seed| {
            let mut choices = Choices::from_seed(seed);
            (0..5_000)
                .filter(move |_| choices.trouble().is_some())
                .count()
        };
        assert_eq!((0..400).step_by(4).map(drawn).max(), Some(0));
        assert_eq!((0..400).map(drawn).max(), Some(40));
    }
}
