use std::fmt;

use crate::Missed;

/// How much worse than listed a row may be: the machine's noise.
const NOISE: f64 = 1.05;

/// Whether a row meets its aim, and what the list of missed aims says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It meets its aim.
    Met,
    /// It meets its aim although it is listed. That fails nothing, since it may be luck; if it comes again, remove it
    /// from the list.
    MetAndListed,
    /// It misses its aim, as listed.
    Listed,
    /// It misses its aim, and is not listed.
    Missed,
    /// It misses its aim, and is more than 5 % worse than listed.
    WorseThanListed,
}

impl Verdict {
    /// The verdict on a ratio.
    pub fn of(ratio: f64, aim: f64, listed: Option<&Missed>) -> Self {
        // Written so that a ratio that is not a number meets nothing.
        match (ratio <= aim, listed) {
            (true, None) => Self::Met,
            (true, Some(_)) => Self::MetAndListed,
            (false, None) => Self::Missed,
            (false, Some(listed)) if ratio <= listed.ratio * NOISE => Self::Listed,
            (false, Some(_)) => Self::WorseThanListed,
        }
    }

    /// Whether the check fails because of it.
    pub fn fails(self) -> bool {
        matches!(self, Self::Missed | Self::WorseThanListed)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Met => "ok",
            Self::MetAndListed => "met: remove it from missed.toml",
            Self::Listed => "missed",
            Self::Missed => "MISSED",
            Self::WorseThanListed => "MISSED, worse than listed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(ratio: f64) -> Missed {
        Missed {
            row: "a row".to_owned(),
            ratio,
            reason: "it is slow".to_owned(),
        }
    }

    #[test]
    fn an_aim_is_met_up_to_its_number() {
        assert_eq!(Verdict::of(0.35, 0.35, None), Verdict::Met);
        assert_eq!(Verdict::of(0.351, 0.35, None), Verdict::Missed);
        assert_eq!(Verdict::of(f64::NAN, 0.35, None), Verdict::Missed);
    }

    #[test]
    fn a_listed_row_may_be_as_bad_as_listed_and_5_percent_worse() {
        assert_eq!(
            Verdict::of(0.40, 0.35, Some(&listed(0.40))),
            Verdict::Listed
        );
        assert_eq!(
            Verdict::of(0.419, 0.35, Some(&listed(0.40))),
            Verdict::Listed
        );
        assert_eq!(
            Verdict::of(0.421, 0.35, Some(&listed(0.40))),
            Verdict::WorseThanListed
        );
        let not_a_number = Verdict::of(f64::NAN, 0.35, Some(&listed(0.40)));
        assert_eq!(not_a_number, Verdict::WorseThanListed);
    }

    #[test]
    fn a_listed_row_is_never_ok() {
        let verdicts = [0.2, 0.4, 0.6].map(|ratio| Verdict::of(ratio, 0.35, Some(&listed(0.4))));
        assert_eq!(verdicts[0], Verdict::MetAndListed);
        for verdict in verdicts {
            assert!(!verdict.to_string().starts_with("ok"));
        }
    }

    #[test]
    fn the_check_fails_where_an_aim_is_missed_that_is_not_listed_or_worse_than_listed() {
        let listed = listed(0.4);
        let fails = |ratio, listed| Verdict::of(ratio, 0.35, listed).fails();
        assert!(fails(0.36, None));
        assert!(fails(0.5, Some(&listed)));
        assert!(!fails(0.35, None));
        assert!(!fails(0.4, Some(&listed)));
        assert!(!fails(0.3, Some(&listed)));
    }
}
