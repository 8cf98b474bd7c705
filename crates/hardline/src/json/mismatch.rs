use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use crate::json::decode_warning::WarningReason;

thread_local! {
    /// What the last failed value should have been, and which member it lacks. Both are kept here because serde creates
    /// errors where no reader is at hand, and an empty error costs nothing if decoding succeeds.
    static EXPECTED: RefCell<String> = const { RefCell::new(String::new()) };
    static MISSING: Cell<&'static str> = const { Cell::new("") };
    /// No more warnings are worded: a hostile body has millions of them, and wording one takes longer than finding it.
    static IS_SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Why a value was not decoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mismatch {
    /// The text is not JSON, or is cut short.
    Syntax,
    Expected,
    Missing,
    Duplicate,
    Invalid,
}

impl Mismatch {
    pub(crate) fn expected(expected: &dyn Expected) -> Self {
        if !IS_SILENT.get() {
            EXPECTED.set(expected.to_string());
        }
        Self::Expected
    }

    /// Sets whether errors are worded.
    pub(crate) fn are_told(are_told: bool) {
        IS_SILENT.set(!are_told);
    }

    /// Why the last value failed.
    pub(crate) fn reason(self) -> WarningReason {
        match self {
            Self::Expected => WarningReason::Expected(EXPECTED.take()),
            Self::Missing => WarningReason::Missing(MISSING.get().to_owned()),
            Self::Duplicate => WarningReason::Duplicate,
            Self::Syntax | Self::Invalid => WarningReason::Invalid,
        }
    }
}

impl Error for Mismatch {
    /// Drops the type's message: it may repeat the value, which may be a secret.
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::Invalid
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn missing_field(field: &'static str) -> Self {
        MISSING.set(field);
        Self::Missing
    }

    fn duplicate_field(_field: &'static str) -> Self {
        Self::Duplicate
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value has the wrong type")
    }
}

impl std::error::Error for Mismatch {}
