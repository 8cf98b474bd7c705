use crate::json::DecodeWarning;

/// How many warnings are kept one by one. A hostile body can have millions.
pub(crate) const WARNINGS_TOLD: usize = 64;

/// The parts of a response that were skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeWarnings {
    told: Vec<DecodeWarning>,
    count: usize,
}

impl DecodeWarnings {
    /// Some of this many warnings.
    pub(crate) fn new(told: Vec<DecodeWarning>, count: usize) -> Self {
        Self { told, count }
    }

    /// How many parts were skipped.
    pub fn count(&self) -> usize {
        self.count
    }

    /// True if nothing was skipped.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first 64 warnings.
    pub fn iter(&self) -> impl Iterator<Item = &DecodeWarning> {
        self.told.iter()
    }
}

impl FromIterator<DecodeWarning> for DecodeWarnings {
    fn from_iter<I: IntoIterator<Item = DecodeWarning>>(warnings: I) -> Self {
        let mut told: Vec<_> = warnings.into_iter().collect();
        let count = told.len();
        told.truncate(WARNINGS_TOLD);
        Self { told, count }
    }
}
