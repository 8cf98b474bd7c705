use hardline::wire::server::ErrorResponse;

use crate::homeserver::errors::forbidden;

/// Nothing, if an event is allowed.
///
/// # Errors
/// `M_FORBIDDEN`: it is not.
pub(super) fn allow(is_allowed: bool, otherwise: &str) -> Result<(), ErrorResponse> {
    if is_allowed {
        Ok(())
    } else {
        Err(forbidden(otherwise))
    }
}
