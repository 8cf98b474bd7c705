use hardline::wire::{Error, ErrorCode, ErrorKind, FailureClass, OAuthErrorCode};
use serde::Serialize;

use crate::printable::printable;

/// What a server said about a failure, or a description of one where it said nothing.
#[derive(Debug, Serialize)]
pub(crate) struct ServerWords {
    pub(crate) errcode: Option<String>,
    pub(crate) message: String,
}

impl ServerWords {
    pub(crate) fn of(error: &Error) -> Self {
        let said = match error.kind() {
            ErrorKind::Server(refused) => refused.message.clone(),
            ErrorKind::Uia(challenge) => challenge.message.clone(),
            _ => None,
        };
        let oauth_error = || error.oauth_error().map(OAuthErrorCode::as_str);
        let code = error.errcode().map(ErrorCode::as_str).or_else(oauth_error);
        let errcode = code.map(printable);
        let message = match (said, &errcode) {
            (Some(said), Some(errcode)) => format!("{} ({errcode})", printable(&said)),
            (Some(said), None) => printable(&said),
            (None, Some(errcode)) => errcode.clone(),
            // That it was not sent says nothing here, but why.
            (None, None) => match error.failure() {
                Some(failure) if failure.class() == FailureClass::Unsendable => {
                    printable(&failure.cause().to_string())
                }
                _ => printable(&error.to_string()),
            },
        };
        Self { errcode, message }
    }
}
