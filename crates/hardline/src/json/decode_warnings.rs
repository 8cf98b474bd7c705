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

    /// Adds a warning.
    pub(crate) fn push(&mut self, warning: DecodeWarning) {
        self.count += 1;
        if self.told.len() < WARNINGS_TOLD {
            self.told.push(warning);
        }
    }

    /// Adds the warnings of another part.
    pub(crate) fn append(&mut self, warnings: Self) {
        self.count += warnings.count;
        self.told.extend(warnings.told);
        self.told.truncate(WARNINGS_TOLD);
    }

    /// The same for the value that the one with these parts lies in, at this pointer.
    pub(crate) fn below(mut self, pointer: &str) -> Self {
        for warning in &mut self.told {
            warning.pointer.insert_str(0, pointer);
        }
        self
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
