use http::StatusCode;

use crate::wire::{DecodeError, Operation};

/// Whether a response with this status is an answer to the operation; what it is otherwise.
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
