use std::fmt;

use crate::json::DecodeWarning;

/// Why a content cannot be had as a type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentError {
    /// The event is of another type.
    OtherType {
        /// The type of events with that content.
        expected: &'static str,
        /// The event's type.
        found: String,
    },
    /// The content lacks what the type requires; a redacted event's often does. The pointer begins at the content.
    Unusable(DecodeWarning),
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherType { expected, found } => write!(
                f,
                "the content of {expected} was asked of an event of type {}: look at the event's type first",
                crate::json::Printable(found)
            ),
            Self::Unusable(_) => f.write_str("the content cannot be used as its type"),
        }
    }
}

impl std::error::Error for ContentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::OtherType { .. } => None,
            Self::Unusable(warning) => Some(warning),
        }
    }
}
