use std::error::Error;
use std::fmt;

/// Text that does not follow the grammar of what it was to become. It does not repeat the text, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidText {
    what: &'static str,
    rule: &'static str,
}

impl InvalidText {
    pub(crate) const fn new(what: &'static str, rule: &'static str) -> Self {
        Self { what, rule }
    }
}

impl fmt::Display for InvalidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: {}", self.what, self.rule)
    }
}

impl Error for InvalidText {}
