//! The refusals that several sections share.

use hardline::types::Medium;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

pub(super) fn unauthorized(errcode: ErrorCode, message: &str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::UNAUTHORIZED, errcode, message)
}

pub(super) fn not_found(message: &str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
}

pub(super) fn forbidden(message: &str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
}

pub(super) fn invalid(message: &str) -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::InvalidParam, message)
}

pub(super) fn bad_json(message: &str) -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::BadJson, message)
}

pub(super) fn too_large(message: &str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message)
}

pub(super) fn no_such_room() -> ErrorResponse {
    not_found("there is no such room")
}

/// What a user keeps here has no place for more.
pub(super) fn no_place(message: &str) -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::ResourceLimitExceeded,
        message,
    )
}

pub(super) fn wrong_password() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::Forbidden,
        "invalid username or password",
    )
}

/// The phone number or the e-mail address belongs to an account already.
pub(super) fn in_use(medium: &Medium) -> ErrorResponse {
    let message = match medium {
        Medium::Email => "the e-mail address belongs to an account",
        _ => "the phone number belongs to an account",
    };
    ErrorResponse::bad_request(ErrorCode::ThreepidInUse, message)
}
