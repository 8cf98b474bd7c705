use hardline::client_api::sync::{JoinedRoom, SyncResponse};
use hardline::client_api::unstable::msc4186::{
    AccountDataChanges, EncryptionChanges, EventsByRoom, ExtensionWanted, SlidingSync,
    SlidingSyncResponse, ThreadSubscriptionsWanted, ToDeviceEvents,
};
use hardline::client_api::unstable::msc4308::ThreadSubscriptionChanges;
use hardline::events::RawEvent;
use hardline::types::RoomId;
use hardline::wire::server::ErrorResponse;

use super::super::parts;
use super::super::scope::SyncScope;
use super::wanted::Wanted;
use crate::homeserver::rooms::{THREAD_CHANGES, position, thread_changes};
use crate::homeserver::state::Stream;

/// The position up to which the client has what its device was sent.
///
/// # Errors
/// `M_INVALID_PARAM`: the token is none of this server's.
pub(super) fn acknowledged(asked: &SlidingSync) -> Result<Option<u64>, ErrorResponse> {
    let to_device = asked.extensions.as_ref();
    let to_device = to_device.and_then(|wanted| wanted.to_device.as_ref());
    let since = to_device.and_then(|wanted| wanted.since.as_deref());
    since.map(position).transpose()
}

/// What comes beside the rooms, as far as it is of rooms.
#[derive(Default)]
pub(super) struct Extended {
    account_data: AccountDataChanges,
    receipts: EventsByRoom,
    typing: EventsByRoom,
    has_news: bool,
}

impl Extended {
    /// Takes what an ordinary sync would have of a room.
    pub(super) fn add_room(
        &mut self,
        asked: &SlidingSync,
        room_id: &RoomId,
        wanted: &Wanted,
        joined: &JoinedRoom,
    ) {
        let Some(extensions) = &asked.extensions else {
            return;
        };
        let is_for = |extension: Option<&ExtensionWanted>| {
            extension.is_some_and(|extension| is_for(extension, room_id, wanted))
        };
        if is_for(extensions.account_data.as_ref()) && !joined.account_data.events.is_empty() {
            let events = joined.account_data.events.clone();
            self.account_data.rooms.insert(room_id.clone(), events);
            self.has_news = true;
        }
        let (events, _) = joined.ephemeral.events.decode_all();
        for event in events {
            let (extension, rooms) = match event.event_type().as_deref() {
                Some("m.receipt") => (extensions.receipts.as_ref(), &mut self.receipts),
                Some("m.typing") => (extensions.typing.as_ref(), &mut self.typing),
                _ => continue,
            };
            if is_for(extension) {
                rooms.rooms.insert(room_id.clone(), event as RawEvent);
                self.has_news = true;
            }
        }
    }

    /// Adds all extensions that were asked for. Returns whether one has news.
    pub(super) fn finish(
        self,
        asked: &SlidingSync,
        scope: &mut SyncScope<'_>,
        acknowledged: Option<u64>,
        response: &mut SlidingSyncResponse,
    ) -> bool {
        let Some(wanted) = &asked.extensions else {
            return false;
        };
        let mut has_news = self.has_news;
        let is_on = |extension: &Option<ExtensionWanted>| {
            extension.as_ref().and_then(|wanted| wanted.enabled) == Some(true)
        };
        let mut plain = SyncResponse::new(String::new());
        parts::add(scope, &mut plain);
        let extensions = &mut response.extensions;
        if is_on(&wanted.e2ee) {
            let lists = &plain.device_lists;
            has_news |= !(lists.changed.is_empty() && lists.left.is_empty());
            let mut changes = EncryptionChanges::default();
            changes.device_lists = plain.device_lists;
            changes.device_one_time_keys_count = plain.device_one_time_keys_count;
            changes.device_unused_fallback_key_types = plain.device_unused_fallback_key_types;
            extensions.e2ee = Some(changes);
        }
        if is_on(&wanted.account_data) {
            let mut changes = self.account_data;
            has_news |= !plain.account_data.events.is_empty();
            changes.global = plain.account_data.events;
            extensions.account_data = Some(changes);
        }
        if is_on(&wanted.receipts) {
            extensions.receipts = Some(self.receipts);
        }
        if is_on(&wanted.typing) {
            extensions.typing = Some(self.typing);
        }
        if let Some(wanted) = &wanted.thread_subscriptions {
            extensions.thread_subscriptions = thread_subscriptions(scope, wanted);
            has_news |= extensions.thread_subscriptions.is_some();
        }
        let to_device = wanted.to_device.as_ref();
        if to_device.and_then(|wanted| wanted.enabled) == Some(true) {
            // Its tokens are its own.
            scope.since = acknowledged;
            let mut plain = SyncResponse::new(String::new());
            parts::add(scope, &mut plain);
            has_news |= !plain.to_device.events.is_empty();
            let mut events = ToDeviceEvents::new(Stream::token(scope.until));
            events.events = plain.to_device.events;
            extensions.to_device = Some(events);
        }
        has_news
    }
}

/// What the user has changed of their threads; `None` if nothing is new.
fn thread_subscriptions(
    scope: &SyncScope<'_>,
    wanted: &ThreadSubscriptionsWanted,
) -> Option<ThreadSubscriptionChanges> {
    let limit = wanted.limit.unwrap_or(THREAD_CHANGES).max(1);
    let range = (scope.since.unwrap_or_default(), scope.until);
    let page = thread_changes(scope.state, scope.viewer.user_id, range, limit);
    let is_new = !(page.subscribed.is_empty() && page.unsubscribed.is_empty());
    if wanted.enabled != Some(true) || !is_new {
        return None;
    }
    let mut changes = ThreadSubscriptionChanges::default();
    changes.subscribed = page.subscribed;
    changes.unsubscribed = page.unsubscribed;
    changes.prev_batch = page.end;
    Some(changes)
}

/// Whether an extension is wanted for a room: for all, by default.
fn is_for(extension: &ExtensionWanted, room_id: &RoomId, wanted: &Wanted) -> bool {
    if extension.enabled != Some(true) {
        return false;
    }
    if extension.lists.is_none() && extension.rooms.is_none() {
        return true;
    }
    let has = |names: &Option<Vec<String>>, is_of: &dyn Fn(&str) -> bool| {
        let mut names = names.iter().flatten();
        names.any(|name| name == "*" || is_of(name))
    };
    has(&extension.lists, &|name| {
        wanted.lists.iter().any(|list| list == name)
    }) || has(&extension.rooms, &|name| name == room_id.as_str())
}
