//! In a sync: what devices were sent, whose devices changed, and how many keys are left.

use hardline::client_api::sync::{JoinedRoom, SyncResponse};
use hardline::json::RawJson;
use hardline::types::{DeviceId, PresenceState, UserId};

use super::super::scope::SyncScope;
use crate::homeserver::request_context::RequestContext;
use crate::homeserver::state::Room;

pub(super) fn begin(
    context: &mut RequestContext<'_>,
    (user_id, device_id): (&UserId, &DeviceId),
    since: Option<u64>,
    _presence: Option<&PresenceState>,
) {
    let to_device = &mut context.state.to_device;
    if to_device.acknowledge(user_id, device_id, since) {
        let token = context.state.stream.advance();
        context.state.to_device.hand_out(user_id, device_id, token);
    }
}

pub(super) fn add(scope: &SyncScope<'_>, response: &mut SyncResponse) {
    let (user_id, device_id) = scope.login();
    let (messages, _) = scope.state.to_device.page(user_id, device_id, 0);
    let messages = messages.into_iter();
    response.to_device.events = messages
        .filter_map(|message| RawJson::new(message).ok())
        .collect();
    if let Some(since) = scope.since {
        let news = scope.state.device_list_news(user_id, since, scope.until);
        response.device_lists.changed = news.changed.into_iter().collect();
        response.device_lists.left = news.left.into_iter().collect();
    }
    let keys = &scope.state.device_keys;
    let counts = keys.counts(user_id, device_id).into_iter().collect();
    response.device_one_time_keys_count = Some(counts);
    let unused = keys.unused_fallback(user_id, device_id);
    response.device_unused_fallback_key_types = Some(unused);
}

pub(super) fn add_to_room(
    _scope: &SyncScope<'_>,
    _room: &Room,
    _is_whole: bool,
    _joined: &mut JoinedRoom,
) -> bool {
    false
}
