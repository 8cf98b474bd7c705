use crate::json::DecodeWarning;

/// Why a text cannot be read as a type, whatever is skipped.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// It is not JSON, or is cut short.
    Syntax,
    /// It is JSON, but the type cannot do without what is bad in it.
    Shape(DecodeWarning),
}
