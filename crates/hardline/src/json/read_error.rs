use crate::json::DecodeWarning;

/// Why a text cannot be read as a type, even if bad fields are skipped.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The text is not JSON, or is cut short.
    Syntax,
    /// The text is JSON, but the type requires the bad field.
    Shape(DecodeWarning),
}
