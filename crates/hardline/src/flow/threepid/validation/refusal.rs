//! What servers say of a validation, each in its own words.

use http::StatusCode;

use crate::wire::{Error, ErrorCode, ErrorKind};

/// Whether a server says that a session proves nothing, or no longer does.
pub(crate) fn is_unproved(error: &Error) -> bool {
    matches!(
        error.errcode(),
        Some(
            ErrorCode::SessionNotValidated
                | ErrorCode::SessionExpired
                | ErrorCode::NoValidSession
                | ErrorCode::ThreepidAuthFailed
        )
    )
}

/// Whether an error says nothing about a link, since it is about the way to the server, or its state: a later poll may
/// get an answer.
pub(crate) fn says_nothing(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport(_) | ErrorKind::UnexpectedResponse(_) => true,
        // What was asked is there: this is a gateway, or a server that starts.
        ErrorKind::Server(declined) if error.errcode() == Some(&ErrorCode::Unrecognized) => {
            let status = declined.status;
            status == StatusCode::NOT_FOUND || status == StatusCode::METHOD_NOT_ALLOWED
        }
        ErrorKind::Server(declined) => declined.status.is_server_error() || error.is_rate_limited(),
        ErrorKind::Uia(_) => error.is_rate_limited(),
        ErrorKind::Encode(_) => false,
    }
}

/// Whether the session is too old. Synapse, which has no code for it, does not say so either. If the words leave open
/// whether the code was wrong ("not found or has expired"), it was: the user can still ask for another message.
pub(super) fn is_expired(error: &Error) -> bool {
    const WRONG: [&str; 5] = ["not found", "invalid", "incorrect", "wrong", "not valid"];
    let ErrorKind::Server(declined) = error.kind() else {
        return false;
    };
    if error.errcode() == Some(&ErrorCode::SessionExpired) {
        return true;
    }
    let words = declined.message.as_deref().unwrap_or_default();
    let words = words.to_lowercase();
    !declined.status.is_server_error()
        && words.contains("expired")
        && !WRONG.iter().any(|wrong| words.contains(wrong))
}
