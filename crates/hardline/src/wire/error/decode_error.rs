use crate::json::{DecodeWarning, ReadError};

/// What is wrong with a response that is not an answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodeError {
    /// The status is an error and the body does not say which, in Matrix's terms.
    NotMatrix,
    /// The server sends the request elsewhere. It is not followed: what it carries is for this server.
    Redirect,
    /// The status answers a request that was not made: one for a range (206), or whether something has changed (304).
    NotAsked,
    /// The body is not JSON, or is cut short.
    Syntax,
    /// The body is JSON and lacks what the caller cannot do without.
    Shape(DecodeWarning),
}

impl From<ReadError> for DecodeError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Syntax => Self::Syntax,
            ReadError::Shape(warning) => Self::Shape(warning),
        }
    }
}
