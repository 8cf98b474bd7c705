use http::StatusCode;

use crate::wire::{DecodeError, Operation};

/// Succeeds if this status answers the operation; otherwise returns what the response is instead.
pub(crate) fn check_status(operation: &Operation, status: StatusCode) -> Result<(), DecodeError> {
    if operation.accepts(status.as_u16()) {
        return Ok(());
    }
    Err(match status {
        StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT => DecodeError::NotAsked,
        status if status.is_redirection() => DecodeError::Redirect,
        _ => DecodeError::NotMatrix,
    })
}
