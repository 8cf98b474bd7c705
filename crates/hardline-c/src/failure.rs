use hardline::embed::EmbedError;

use crate::codes::{HL_ERROR_PANICKED, HL_ERROR_USAGE};

/// Why a call did nothing.
#[derive(Clone)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) message: String,
    pub(crate) json: String,
}

impl Failure {
    /// The arguments of a call are not what the header asks for.
    pub(crate) fn usage(message: &'static str) -> Self {
        Self::plain(HL_ERROR_USAGE, "usage", message)
    }

    /// A panic was caught.
    pub(crate) fn panicked() -> Self {
        let message = "the library has a bug, and this handle is of no use any more: free it, and report what it printed";
        Self::plain(HL_ERROR_PANICKED, "panicked", message)
    }

    /// Nothing in the message needs to be escaped.
    fn plain(code: u32, kind: &str, message: &'static str) -> Self {
        Self {
            code,
            message: message.to_owned(),
            json: format!(r#"{{"kind":"{kind}","code":{code},"message":"{message}"}}"#),
        }
    }
}

impl From<EmbedError> for Failure {
    fn from(error: EmbedError) -> Self {
        Self {
            code: error.form().code.into(),
            message: error.to_string(),
            json: error.to_json(),
        }
    }
}
