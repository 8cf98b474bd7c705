use std::error::Error;
use std::fmt;

use crate::json::{DecodeWarning, Printable, WarningReason};
use crate::wire::OperationName;

/// Why an operation that is called by name, with JSON, was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ByNameError {
    /// There is no operation with this name.
    UnknownOperation {
        /// The name as given.
        name: String,
        /// The operations that may be meant.
        similar: Vec<OperationName>,
    },
    /// Several APIs have an operation with this name.
    AmbiguousOperation {
        /// The name as given.
        name: String,
        /// The operations that may be meant.
        candidates: Vec<OperationName>,
    },
    /// An argument is not one of the operation's fields, and its name has no dot.
    UnknownArgument {
        /// The operation.
        operation: OperationName,
        /// The argument.
        name: String,
        /// The operation's fields.
        known: Vec<&'static str>,
    },
    /// Several required arguments are missing.
    MissingArguments {
        /// The operation.
        operation: OperationName,
        /// Their names; `identifier/type` is the member `type` of `identifier`.
        names: Vec<String>,
    },
    /// An argument does not have the right type, or a required one is missing. The value is not repeated, since it may
    /// be a secret.
    WrongArgument {
        /// The operation.
        operation: OperationName,
        /// What is wrong and where.
        warning: DecodeWarning,
    },
}

impl fmt::Display for ByNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation { name, similar } if similar.is_empty() => write!(
                f,
                "no operation is named {}: names are those of the specification, as in cs:login",
                Printable(name)
            ),
            Self::UnknownOperation { name, similar } => write!(
                f,
                "no operation is named {}: did you mean {}?",
                Printable(name),
                Listed(similar, " or ")
            ),
            Self::AmbiguousOperation { name, candidates } => write!(
                f,
                "several operations are named {}: use one of {}",
                Printable(name),
                Listed(candidates, ", ")
            ),
            Self::UnknownArgument {
                operation,
                name,
                known,
            } if known.is_empty() => write!(
                f,
                "{operation} has no field {}: it has none",
                Printable(name)
            ),
            Self::UnknownArgument {
                operation,
                name,
                known,
            } => write!(
                f,
                "{operation} has no field {}: it has {}",
                Printable(name),
                Listed(known, ", ")
            ),
            Self::MissingArguments { operation, names } => write!(
                f,
                "{operation} cannot be sent: it lacks {}, which are required",
                Listed(names, ", ")
            ),
            Self::WrongArgument { operation, warning } => {
                write!(f, "{operation} cannot be sent: ")?;
                match (
                    &warning.reason,
                    warning.pointer.strip_prefix('/').map(Printable),
                ) {
                    (WarningReason::Missing(member), None) => {
                        write!(f, "it lacks {member}, which is required")
                    }
                    (WarningReason::Missing(member), Some(place)) => {
                        write!(f, "{place} lacks {member}")
                    }
                    (WarningReason::Expected(expected), Some(place)) => {
                        write!(f, "{place} is {}, not {expected}", warning.kind)
                    }
                    (_, place) => write!(
                        f,
                        "{} is {} that cannot be used",
                        place.unwrap_or(Printable("the arguments object")),
                        warning.kind
                    ),
                }
            }
        }
    }
}

impl Error for ByNameError {}

/// Names with a separator between them.
struct Listed<'a, T>(&'a [T], &'static str);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(self.1)?;
            }
            name.fmt(f)?;
        }
        Ok(())
    }
}
