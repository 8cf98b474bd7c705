//! In a sync: the push rules, and the numbers of what the user has not read.

use hardline::client_api::sync::{JoinedRoom, UnreadNotificationCounts};
use hardline::json::RawJson;
use hardline::types::EventId;
use serde_json::json;

use super::super::filter;
use super::super::scope::SyncScope;
use crate::homeserver::state::{Counts, Room};

/// The push rules as account data, if they are news.
pub(super) fn rules(scope: &SyncScope<'_>) -> Option<RawJson> {
    if !filter::fits_plain("m.push_rules", None, &scope.selection.account_data) {
        return None;
    }
    let rules = &scope.state.push.rules;
    let rules = RawJson::new(rules.since(scope.viewer.user_id, scope.since)?).ok()?;
    RawJson::new(&json!({"type": "m.push_rules", "content": {"global": rules}})).ok()
}

/// Counts what is unread. That is never news by itself: it changes with events and receipts alone.
pub(super) fn add_to_room(scope: &SyncScope<'_>, room: &Room, joined: &mut JoinedRoom) {
    let unread = scope.state.unread(scope.viewer.user_id, room);
    if scope.selection.timeline.unread_thread_notifications == Some(true) {
        joined.unread_notifications = Some(shown(unread.of("main")));
        let threads = unread
            .threads()
            .filter_map(|(root, counts)| Some((EventId::parse(root).ok()?, shown(counts))));
        joined.unread_thread_notifications = threads.collect();
    } else {
        joined.unread_notifications = Some(shown(unread.total()));
    }
}

fn shown(counts: Counts) -> UnreadNotificationCounts {
    let mut shown = UnreadNotificationCounts::default();
    shown.notification_count = counts.notifications;
    shown.highlight_count = counts.highlights;
    shown
}
