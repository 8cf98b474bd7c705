use crate::wire::{AbsoluteUrl, EncodeError, Operation, Target};

/// An endpoint of the authorization server, whose URL this homeserver gave.
///
/// # Errors
/// [`EncodeError`] if no secret can be sent there, or if it was given by no homeserver.
pub(super) fn endpoint(
    homeserver: &Target,
    operation: &Operation,
    url: &str,
) -> Result<Target, EncodeError> {
    let base_url = homeserver.base_url().ok_or(EncodeError::WrongTarget {
        operation: operation.name(),
        expected: operation.target_kind(),
    })?;
    Ok(Target::Url(AbsoluteUrl::given_by(base_url, url)?))
}
