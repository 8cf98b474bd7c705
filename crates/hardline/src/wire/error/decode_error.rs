use crate::json::{DecodeWarning, ReadError};

/// What is wrong with an unexpected response.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodeError {
    /// The status is an error, and the body does not say which one in Matrix's terms.
    NotMatrix,
    /// The server redirects the request. Redirects are not followed, since the content of a request is for this server
    /// only.
    Redirect,
    /// The status answers a request that was not made: one for a range (206), or a conditional one (304).
    NotAsked,
    /// The body is compressed, though the request did not ask for that and the transport did not undo it: the value of
    /// `Content-Encoding`, or what the body itself shows, such as `gzip`.
    Encoded(String),
    /// The body is not JSON, or is cut short.
    Syntax,
    /// The body is JSON, but lacks something that the response type requires.
    Shape(DecodeWarning),
}

impl DecodeError {
    /// Whether another body with the same status and headers might have been understood.
    pub(crate) fn is_about_the_body(&self) -> bool {
        matches!(self, Self::NotMatrix | Self::Syntax | Self::Shape(_))
    }
}

impl From<ReadError> for DecodeError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Syntax => Self::Syntax,
            ReadError::Shape(warning) => Self::Shape(warning),
        }
    }
}
