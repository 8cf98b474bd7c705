use std::task::{Poll, ready};

use hardline_derive::Persist;
use http::StatusCode;

use crate::client_api::discovery::{AuthMetadata, GetAuthMetadata};
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{CallError, FlowContext};
use crate::wire::{
    Credentials, Error, ErrorCode, Homeserver, SpecVersion, SupportedVersions, Target,
};

/// Asks a homeserver for the metadata of its authorization server, at the path of the specification and, if there is
/// none, at the one from before. What the server's versions say does not count: many have it without saying so.
#[derive(Debug, Default, Persist)]
pub(crate) struct MetadataSearch {
    /// The path from before the specification had one is asked.
    pub(crate) is_unstable: bool,
}

impl MetadataSearch {
    /// Asks until there is an answer. An error for which [`is_absent`] is true says that the server has none.
    pub(crate) fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
        effort: Effort,
        target: &Target,
    ) -> Poll<Result<AuthMetadata, CallError>> {
        loop {
            let target = self.target(target);
            let operation = GetAuthMetadata::new();
            let answer = context.attempt_with(effort, &operation, &target, &Credentials::None);
            match ready!(answer) {
                Ok(metadata) => return Poll::Ready(Ok(metadata)),
                Err(refusal) if !self.is_unstable && is_absent(&refusal.error) => {
                    self.is_unstable = true;
                }
                Err(refusal) => return Poll::Ready(Err(refusal)),
            }
        }
    }

    /// The homeserver as if it said that it has the path to ask.
    fn target(&self, target: &Target) -> Target {
        let Target::Homeserver(homeserver) = target else {
            return target.clone();
        };
        let mut homeserver = Homeserver::new(homeserver.base_url.clone());
        if self.is_unstable {
            let before = SpecVersion::OLDEST_ON_RECORD.to_string();
            let feature = ("org.matrix.msc2965", true);
            homeserver.supported = Some(SupportedVersions::new([&*before], [feature]));
        }
        Target::Homeserver(homeserver)
    }
}

/// Whether there is nothing at the path: the server, or a proxy before it, does not know it.
pub(crate) fn is_absent(error: &Error) -> bool {
    error.errcode() == Some(&ErrorCode::Unrecognized)
        || matches!(
            error.status(),
            Some(
                StatusCode::NOT_FOUND
                    | StatusCode::METHOD_NOT_ALLOWED
                    | StatusCode::NOT_IMPLEMENTED
            )
        )
}
