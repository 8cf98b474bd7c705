use crate::Work;

/// One thing that both libraries do.
pub struct Case {
    /// What it is, for the table.
    pub name: &'static str,
    /// What is asked of it.
    pub size: Size,
    /// What we do.
    pub ours: Work,
    /// What Ruma does.
    pub ruma: Work,
    /// For parsing: serde_json's validating scan of the same bytes, which no decoder that is built on it can beat.
    pub scan: Option<Work>,
}

/// What a case is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Building a request: at most 0.35 of Ruma's time and 6 allocations.
    Request,
    /// Parsing a small answer: at most 0.6 of Ruma's time.
    Small,
    /// Parsing a large answer: at most 1.3 times the scan.
    Large,
}

impl Size {
    /// How often it is done between two looks at the clock.
    pub fn times(self) -> u32 {
        match self {
            Self::Request | Self::Small => 200,
            Self::Large => 1,
        }
    }

    /// What is asked, for people.
    pub fn aim(self) -> &'static str {
        match self {
            Self::Request => "0.35 of Ruma, 6 allocations",
            Self::Small => "0.6 of Ruma",
            Self::Large => "1.3 scans",
        }
    }
}
