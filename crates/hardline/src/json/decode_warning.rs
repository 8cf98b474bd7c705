use std::fmt;

use crate::json::printable::Printable;

/// A part of a response that does not follow the specification and was skipped; the rest was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeWarning {
    /// Where the part is: a JSON pointer (RFC 6901) such as `/threepids/0/validated_at`.
    pub pointer: String,
    /// Why it was skipped.
    pub reason: WarningReason,
    /// The kind of JSON value that was skipped.
    pub kind: JsonKind,
}

/// Why a part of a response was skipped. It never repeats the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningReason {
    /// The value does not have the expected type: `a string`, `u64`, `a boolean`.
    Expected(String),
    /// The object lacks this member.
    Missing(String),
    /// The member appears a second time.
    Duplicate,
    /// The type rejects the value: a number out of range, for example, or a string with broken characters.
    Invalid,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    pub(crate) fn of(text: &[u8]) -> Self {
        match text.trim_ascii_start().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number,
        }
    }
}

impl fmt::Display for DecodeWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = Printable(if self.pointer.is_empty() {
            "the response"
        } else {
            &self.pointer
        });
        match &self.reason {
            WarningReason::Expected(expected) => {
                write!(f, "{place} is {}, not {expected}", self.kind)
            }
            WarningReason::Missing(member) => write!(f, "{place} lacks {member}"),
            WarningReason::Duplicate => write!(f, "{place} appears twice"),
            WarningReason::Invalid => write!(f, "{place} is {} that cannot be used", self.kind),
        }
    }
}

impl std::error::Error for DecodeWarning {}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "an object",
        })
    }
}
