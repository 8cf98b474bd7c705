use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use crate::wire::fault::FaultReason;

/// Why a value was not decoded. It costs little to make: a hostile body makes millions.
#[derive(Debug, PartialEq)]
pub(crate) enum Unfit {
    /// The text is not JSON, or is cut short.
    Syntax,
    /// What was expected; empty where nobody will be told.
    Expected(String),
    Missing(&'static str),
    Duplicate,
    Invalid,
}

impl Unfit {
    pub(crate) fn reason(self) -> FaultReason {
        match self {
            Self::Expected(expected) => FaultReason::Expected(expected),
            Self::Missing(member) => FaultReason::Missing(member.to_owned()),
            Self::Duplicate => FaultReason::Duplicate,
            Self::Syntax | Self::Invalid => FaultReason::Invalid,
        }
    }
}

impl Error for Unfit {
    /// What a type says about a value may repeat the value, which may be a secret.
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::Invalid
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn duplicate_field(_field: &'static str) -> Self {
        Self::Duplicate
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is not of its type")
    }
}

impl std::error::Error for Unfit {}
