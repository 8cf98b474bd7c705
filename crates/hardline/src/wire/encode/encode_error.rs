use std::error::Error;
use std::fmt;

use crate::json::{Printable, WriteError};
use crate::types::InvalidText;
use crate::wire::{ByNameError, InvalidUrl, OperationName, TargetKind};

/// Why a request could not be built; nothing was sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// The target is not of the kind that the operation can be sent to.
    WrongTarget {
        /// The operation.
        operation: OperationName,
        /// The kind of target that it can be sent to.
        expected: TargetKind,
    },
    /// The server advertises neither a version nor an unstable feature that has the operation.
    Unsupported {
        /// The operation.
        operation: OperationName,
    },
    /// The operation needs an access token, but there is none.
    MissingToken {
        /// The operation.
        operation: OperationName,
    },
    /// The access token is blank, or has characters that no header field can carry.
    UnsendableToken,
    /// A value cannot be sent in a path: it is empty, `.` or `..`, which URL parsers remove.
    UnsendableSegment {
        /// The field.
        field: &'static str,
    },
    /// A field that is part of the path has no value.
    MissingSegment {
        /// The placeholder in the path's template.
        field: String,
    },
    /// Two fields belong together, and one of them is missing.
    Incomplete {
        /// The field that is given.
        given: &'static str,
        /// The field that is missing.
        missing: &'static str,
    },
    /// A field's value has no form in a URL or in JSON, or the operation is not a struct.
    Unencodable(String),
    /// A URL cannot be used.
    Url(InvalidUrl),
    /// An identifier does not follow its grammar.
    Text(InvalidText),
    /// There is no operation with the given name, or its arguments do not fit.
    ByName(Box<ByNameError>),
}

impl EncodeError {
    pub(crate) fn unencodable(why: impl fmt::Display) -> Self {
        Self::Unencodable(why.to_string())
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongTarget {
                operation,
                expected,
            } => {
                let target = match expected {
                    TargetKind::Homeserver => "a homeserver",
                    TargetKind::IdentityServer => "an identity server",
                    TargetKind::ServerName => "a server name",
                    TargetKind::Url => "the URL that the server gave",
                };
                write!(
                    f,
                    "{operation} is sent to {target}: give it a target of that kind"
                )
            }
            Self::Unsupported { operation } => {
                write!(
                    f,
                    "the server does not offer {operation}: none of the versions it advertises has it"
                )
            }
            Self::MissingToken { operation } => {
                write!(f, "{operation} needs an access token: log in first")
            }
            Self::UnsendableToken => {
                f.write_str(
                "the access token is blank or has characters that cannot be sent in a header: get another one",
            )
            }
            Self::UnsendableSegment { field } => {
                write!(
                    f,
                    "{field} cannot be sent in a URL's path: it is empty, \".\" or \"..\""
                )
            }
            Self::MissingSegment { field } => {
                let field = Printable(field);
                write!(f, "{field} is part of the URL's path but has no value")
            }
            Self::Incomplete { given, missing } => {
                write!(
                    f,
                    "{given} is given without {missing}: give both or neither"
                )
            }
            Self::Unencodable(why) => {
                write!(f, "the request cannot be encoded: {}", Printable(why))
            }
            Self::Url(source) => source.fmt(f),
            Self::Text(source) => source.fmt(f),
            Self::ByName(source) => source.fmt(f),
        }
    }
}

impl Error for EncodeError {}

impl From<InvalidUrl> for EncodeError {
    fn from(source: InvalidUrl) -> Self {
        Self::Url(source)
    }
}

impl From<InvalidText> for EncodeError {
    fn from(source: InvalidText) -> Self {
        Self::Text(source)
    }
}

impl From<ByNameError> for EncodeError {
    fn from(source: ByNameError) -> Self {
        Self::ByName(Box::new(source))
    }
}

impl From<WriteError> for EncodeError {
    fn from(source: WriteError) -> Self {
        Self::Unencodable(source.0)
    }
}

impl serde::ser::Error for EncodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::unencodable(message)
    }
}
