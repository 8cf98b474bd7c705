use hardline_derive::Persist;
use http::StatusCode;

use crate::client_api::media::GetConfigAuthed;
use crate::wire::{Endpoint, Error, ErrorCode, Homeserver, Operation, Target};

/// Under which of its paths a server is asked for media: first under the one that it says it has, and then under the other.
#[derive(Debug, Persist)]
pub(super) struct MediaPath {
    /// Those since v1.11, with an access token; otherwise those before, without.
    pub(super) is_authenticated: bool,
    has_switched: bool,
}

impl MediaPath {
    pub(super) fn of(target: &Target) -> Self {
        Self {
            is_authenticated: target.is_supported(const { &GetConfigAuthed::OPERATION }),
            has_switched: false,
        }
    }

    /// Takes the other path if this error says that the server has it there, or may have. Returns whether it does.
    pub(super) fn switch_after(&mut self, error: &Error) -> bool {
        let is_elsewhere = match (self.is_authenticated, error.status()) {
            (true, _) => is_unrecognized(error),
            // What is newer than its last unauthenticated media a server denies there.
            (
                false,
                Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND),
            ) => true,
            (false, _) => is_unrecognized(error),
        };
        let switches = is_elsewhere && !self.has_switched;
        if switches {
            self.is_authenticated = !self.is_authenticated;
            self.has_switched = true;
        }
        switches
    }
}

/// Whether the server says that it has no such operation, or something before it has no such path.
pub(super) fn is_unrecognized(error: &Error) -> bool {
    match error.errcode() {
        Some(errcode) => *errcode == ErrorCode::Unrecognized,
        None => matches!(
            error.status(),
            Some(
                StatusCode::NOT_FOUND
                    | StatusCode::METHOD_NOT_ALLOWED
                    | StatusCode::NOT_IMPLEMENTED
            )
        ),
    }
}

/// The target for an operation that the server may have without advertising it.
pub(super) fn target_of(target: &Target, operation: &Operation) -> Target {
    match target {
        Target::Homeserver(homeserver) if !target.is_supported(operation) => {
            Target::Homeserver(Homeserver::new(homeserver.base_url.clone()))
        }
        target => target.clone(),
    }
}
