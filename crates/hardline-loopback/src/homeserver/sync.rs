//! News: `/sync`, and the filters of what a client wants to hear of.

mod event_stream;
pub(super) mod filter;
mod filters;
mod initial_sync;
mod joined;
mod left;
mod parts;
mod scope;
mod selection;
mod sliding;

use std::time::Duration;

use hardline::client_api::sync::{InvitedRoom, KnockedRoom, Rooms, Sync, SyncResponse};
use hardline::types::{Membership, UserId};
use hardline::wire::server::ErrorResponse;

use super::data::HomeserverData;
use super::request_context::RequestContext;
use super::rooms::position;
use super::state::{Stream, Viewer, stripped_state};
use crate::handlers::{Handlers, Wait};
use scope::{LONGEST_WAIT, SyncScope};
use selection::Selection;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    filters::install(handlers);
    event_stream::install(handlers);
    initial_sync::install(handlers);
    sliding::install(handlers);
    handlers.answer_with(sync);
}

fn sync(context: &mut RequestContext<'_>, asked: Sync) -> Result<SyncResponse, ErrorResponse> {
    let (user_id, device_id) = context.login()?;
    let (user_id, device_id) = (user_id.clone(), device_id.clone());
    let since = asked.since.as_deref().map(position).transpose()?;
    let selection = Selection::new(context.state, &user_id, &asked)?;
    let now = context.now();
    let presence = asked.set_presence.as_ref();
    parts::begin(context, (&user_id, &device_id), since, presence);
    let until = context.state.stream.position();
    // A token of a future that this server does not know: of a server that was here before.
    let since = since.map(|since| since.min(until));
    let scope = SyncScope {
        state: context.state,
        viewer: Viewer {
            user_id: &user_id,
            device_id: &device_id,
            now,
        },
        since,
        until,
        selection,
    };
    let mut response = SyncResponse::new(Stream::token(until));
    response.rooms = rooms(&scope);
    parts::add(&scope, &mut response);
    let wait = wait(context, &asked, &user_id, until);
    let is_first = since.is_none() || asked.full_state == Some(true);
    if !is_first && !has_news(&response) {
        context.wait = wait;
    }
    Ok(response)
}

/// Until when the sync may wait, if it may still.
fn wait(
    context: &RequestContext<'_>,
    asked: &Sync,
    user_id: &UserId,
    position: u64,
) -> Option<Wait> {
    let timeout = Duration::from_millis(asked.timeout.unwrap_or_default()).min(LONGEST_WAIT);
    let until = context.arrived() + timeout;
    (context.now() < until).then(|| Wait {
        user_id: user_id.clone(),
        position,
        until,
    })
}

/// Whether there is anything that the client does not know.
fn has_news(response: &SyncResponse) -> bool {
    let rooms = &response.rooms;
    !(rooms.join.is_empty()
        && rooms.invite.is_empty()
        && rooms.knock.is_empty()
        && rooms.leave.is_empty()
        && response.presence.events.is_empty()
        && response.account_data.events.is_empty()
        && response.to_device.events.is_empty()
        && response.device_lists.changed.is_empty()
        && response.device_lists.left.is_empty())
}

fn rooms(scope: &SyncScope<'_>) -> Rooms {
    let mut rooms = Rooms::default();
    let user_id = scope.viewer.user_id;
    for room in scope.state.rooms.of_user(user_id) {
        if !scope.selection.has_room(&room.room_id) {
            continue;
        }
        let room_id = room.room_id.clone();
        let end = room.end_at(scope.until);
        let membership = room.state_at(end, "m.room.member", user_id.as_str());
        let Some(membership) = membership else {
            continue;
        };
        let is_new = scope.since.is_none_or(|since| membership.position > since);
        match membership.membership() {
            Membership::Join => {
                if let Some(joined) = joined::joined(scope, room, end) {
                    rooms.join.insert(room_id, joined);
                }
            }
            Membership::Invite if is_new && !scope.ignores(&membership.sender) => {
                let mut invited = InvitedRoom::default();
                invited.invite_state.events = stripped_state(room, user_id).into_iter().collect();
                rooms.invite.insert(room_id, invited);
            }
            Membership::Knock if is_new => {
                let mut knocked = KnockedRoom::default();
                knocked.knock_state.events = stripped_state(room, user_id).into_iter().collect();
                rooms.knock.insert(room_id, knocked);
            }
            Membership::Leave | Membership::Ban if is_new => {
                if let Some(left) = left::left(scope, room) {
                    rooms.leave.insert(room_id, left);
                }
            }
            _ => {}
        }
    }
    rooms
}
