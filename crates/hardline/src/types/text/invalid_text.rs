use std::error::Error;
use std::fmt;

/// Text that does not follow the grammar of its type. The error does not repeat the text, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidText {
    what: &'static str,
    rule: &'static str,
}

impl InvalidText {
    pub(crate) const fn new(what: &'static str, rule: &'static str) -> Self {
        Self { what, rule }
    }

    /// Fails with this rule unless it holds.
    pub(crate) fn unless(holds: bool, what: &'static str, rule: &'static str) -> Result<(), Self> {
        if holds {
            Ok(())
        } else {
            Err(Self::new(what, rule))
        }
    }
}

impl fmt::Display for InvalidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.what.starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        write!(f, "not {article} {}: {}", self.what, self.rule)
    }
}

impl Error for InvalidText {}
