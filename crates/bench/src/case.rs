use crate::Work;

/// One task that both libraries can do.
pub struct Case {
    /// Its name in the table.
    pub name: &'static str,
    /// Its target.
    pub size: Size,
    /// Hardline's code for it.
    pub ours: Work,
    /// Ruma's code for it.
    pub ruma: Work,
    /// For parsing: serde_json's validating scan of the same bytes, the lower bound for any decoder built on it.
    pub scan: Option<Work>,
}

/// The target of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Building a request: at most 0.35 of Ruma's time and 6 allocations.
    Request,
    /// Parsing a small response: at most 0.6 of Ruma's time.
    Small,
    /// Parsing a large response: at most 1.3 times the scan.
    Large,
}

impl Size {
    /// How often it runs between two readings of the clock.
    pub fn times(self) -> u32 {
        match self {
            Self::Request | Self::Small => 200,
            Self::Large => 1,
        }
    }

    /// The target in words.
    pub fn aim(self) -> &'static str {
        match self {
            Self::Request => "0.35 of Ruma, 6 allocations",
            Self::Small => "0.6 of Ruma",
            Self::Large => "1.3 scans",
        }
    }
}
