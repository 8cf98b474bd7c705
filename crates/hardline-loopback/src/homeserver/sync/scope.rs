use std::time::Duration;

use hardline::types::{DeviceId, Timestamp, UserId};

use super::super::state::{State, Viewer};
use super::selection::Selection;

/// The longest time that a sync waits for news.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);

/// What a sync is about: who asks, since when, and what they want to hear of.
pub(super) struct SyncScope<'a> {
    pub(super) state: &'a State,
    pub(super) viewer: Viewer<'a>,
    /// The position up to which the client knows everything; `None` if it knows nothing.
    pub(super) since: Option<u64>,
    /// The position up to which it will know everything.
    pub(super) until: u64,
    pub(super) selection: Selection,
}

impl SyncScope<'_> {
    /// Whether the user does not want to hear of another.
    pub(super) fn ignores(&self, sender: &UserId) -> bool {
        self.selection.ignored.contains(sender.as_str())
    }

    pub(super) fn login(&self) -> (&UserId, &DeviceId) {
        (self.viewer.user_id, self.viewer.device_id)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.viewer.now
    }
}
