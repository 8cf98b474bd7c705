//! The table of flows: a file for each, and a row.

mod account;
pub(super) mod call;
#[cfg(feature = "identity")]
mod identity;
#[cfg(feature = "media")]
mod media;
#[cfg(feature = "oauth")]
mod oauth;
#[cfg(feature = "room_events")]
mod send;
mod session;
#[cfg(feature = "sync")]
mod sync;
mod threepid;

use super::flow_kind::FlowKind;
use super::forms::error::EmbedError;
use crate::flow::SavedFlow;

/// All flows by their names. A flow that can be saved and is missing here fails a test.
pub(super) const KINDS: &[FlowKind] = &[
    call::KIND,
    session::discovery::KIND,
    session::log_in::KIND,
    account::register::KIND,
    account::reset_password::KIND,
    account::change_password::KIND,
    account::deactivate::KIND,
    threepid::add_threepid::KIND,
    #[cfg(feature = "identity")]
    identity::bind_threepid::KIND,
    #[cfg(feature = "identity")]
    identity::unbind_threepid::KIND,
    #[cfg(feature = "identity")]
    identity::lookup::KIND,
    #[cfg(feature = "identity")]
    identity::identity_session::KIND,
    #[cfg(feature = "oauth")]
    oauth::oauth_login::KIND,
    #[cfg(feature = "oauth")]
    oauth::device_login::KIND,
    #[cfg(feature = "oauth")]
    oauth::oauth_logout::KIND,
    #[cfg(feature = "media")]
    media::upload::KIND,
    #[cfg(feature = "media")]
    media::download::KIND,
    #[cfg(feature = "sync")]
    sync::sync_loop::KIND,
    #[cfg(feature = "unstable")]
    sync::sliding_sync::KIND,
    #[cfg(feature = "room_events")]
    send::send_queue::KIND,
];

/// The flow with this name.
///
/// # Errors
/// [`EmbedError`], which says which there are.
pub(super) fn named(name: &str) -> Result<&'static FlowKind, EmbedError> {
    let mut kinds = KINDS.iter();
    kinds.find(|kind| kind.name == name).ok_or_else(|| {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        let names = names.join(", ");
        EmbedError::usage(format_args!("there is no such flow: use one of {names}"))
    })
}

/// The flow that was saved in this text.
///
/// # Errors
/// [`EmbedError`] if it is none, or if this build cannot load it.
pub(super) fn saved(text: &str) -> Result<&'static FlowKind, EmbedError> {
    let saved: SavedFlow = serde_json::from_str(text).map_err(EmbedError::usage)?;
    let mut kinds = KINDS.iter();
    let kind = kinds.find(|kind| kind.saved_as == saved.name());
    kind.ok_or_else(|| EmbedError::usage("this build has no such flow: load it with another"))
}

pub use account::change_password::ChangePasswordArguments;
pub use account::deactivate::DeactivateArguments;
pub use account::register::RegisterArguments;
pub use account::reset_password::ResetPasswordArguments;
pub use call::{CallArguments, CallDone};
#[cfg(feature = "identity")]
pub use identity::bind_threepid::BindThreepidArguments;
#[cfg(feature = "identity")]
pub use identity::identity_session::{IdentitySessionArguments, IdentitySessionDone};
#[cfg(feature = "identity")]
pub use identity::lookup::{FoundForm, LookupArguments, LookupDone};
#[cfg(feature = "identity")]
pub use identity::unbind_threepid::UnbindThreepidArguments;
#[cfg(feature = "media")]
pub use media::download::{DownloadArguments, DownloadDone, ThumbnailForm};
#[cfg(feature = "media")]
pub use media::upload::{UploadArguments, UploadDone};
#[cfg(feature = "oauth")]
pub use oauth::device_login::DeviceLoginArguments;
#[cfg(feature = "oauth")]
pub use oauth::logged_in::LoggedInForm;
#[cfg(feature = "oauth")]
pub use oauth::oauth_login::OAuthLoginArguments;
#[cfg(feature = "room_events")]
pub use send::{QueuedEventForm, SendEventForm, SendQueueArguments, SendReplyForm};
pub use session::discovery::{DiscoveryArguments, DiscoveryDone};
pub use session::log_in::LogInArguments;
#[cfg(feature = "unstable")]
pub use sync::sliding_sync::{
    SlidingSyncArguments, SlidingSyncEventForm, SlidingSyncReplyForm, SyncTokensForm,
};
#[cfg(feature = "sync")]
pub use sync::sync_loop::{GapForm, SyncArguments, SyncEventForm, SyncReplyForm};
pub use threepid::add_threepid::AddThreepidArguments;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flow_that_can_be_saved_is_opened_by_a_name() {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.saved_as).collect();
        for name in SavedFlow::names() {
            let count = names.iter().filter(|other| **other == name).count();
            assert_eq!(count, 1, "{name} has one row");
        }
        assert_eq!(names.len(), SavedFlow::names().count());
    }
}
