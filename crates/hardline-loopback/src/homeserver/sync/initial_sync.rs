//! The whole of a user's rooms, as clients asked for it before there was `/sync`.

use hardline::client_api::sync::{
    InitialSync, InitialSyncResponse, JoinedRoom, PaginationChunk, RoomInfo, RoomInitialSync,
    RoomInitialSyncResponse, Sync, SyncResponse,
};
use hardline::events::RawEvent;
use hardline::json::RawList;
use hardline::types::{Membership, RoomId, RoomVisibility};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::rooms::page_size;
use super::super::state::{Room, State, Stream, Viewer};
use super::parts;
use super::scope::SyncScope;
use super::selection::Selection;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(initial_sync);
    handlers.answer_with(room_initial_sync);
}

fn initial_sync(
    context: &mut RequestContext<'_>,
    asked: InitialSync,
) -> Result<InitialSyncResponse, ErrorResponse> {
    let viewer = context.viewer()?;
    let scope = whole(context.state, viewer)?;
    let (state, viewer) = (scope.state, &scope.viewer);
    let user_id = viewer.user_id;
    let mut around = SyncResponse::new(String::new());
    parts::add(&scope, &mut around);
    let mut response = InitialSyncResponse::new(Stream::token(state.stream.position()));
    response.account_data = around.account_data.events;
    response.presence = around.presence.events;
    for room in state.rooms.of_user(user_id) {
        let membership = room.membership(user_id);
        let has_left = matches!(membership, Membership::Leave | Membership::Ban);
        if has_left && (asked.archived != Some(true) || room.forgotten.contains(user_id)) {
            continue;
        }
        let mut info = RoomInfo::new(room.room_id.clone());
        if membership == Membership::Invite
            && let Some(invitation) = room.state("m.room.member", user_id.as_str())
        {
            info.invite = RawEvent::new(&room.client_event(invitation, viewer)).ok();
        }
        if let Some(end) = room
            .end_for(user_id)
            .filter(|_| membership != Membership::Invite)
        {
            info.messages = Some(latest(room, end, page_size(asked.limit), viewer));
            info.state = state_at(room, end, viewer);
        }
        info.membership = Some(membership);
        info.account_data = account_data(&scope, room);
        info.visibility = Some(context.visibility(&room.room_id));
        response.rooms.push(info);
    }
    Ok(response)
}

fn room_initial_sync(
    context: &mut RequestContext<'_>,
    asked: RoomInitialSync,
) -> Result<RoomInitialSyncResponse, ErrorResponse> {
    let (room, end) = context.room_seen(&asked.room_id)?;
    let scope = whole(context.state, context.viewer()?)?;
    let viewer = &scope.viewer;
    let mut response = RoomInitialSyncResponse::new(asked.room_id.clone());
    let membership = room.state("m.room.member", viewer.user_id.as_str());
    response.membership = membership.map(|event| event.membership());
    response.messages = Some(latest(room, end, page_size(None), viewer));
    response.state = state_at(room, end, viewer);
    response.account_data = account_data(&scope, room);
    response.visibility = Some(context.visibility(&asked.room_id));
    Ok(response)
}

/// Everything, as a sync has it that begins.
fn whole<'a>(state: &'a State, viewer: Viewer<'a>) -> Result<SyncScope<'a>, ErrorResponse> {
    Ok(SyncScope {
        state,
        selection: Selection::new(state, viewer.user_id, &Sync::new())?,
        viewer,
        since: None,
        until: state.stream.position(),
    })
}

/// What the user keeps with a room.
fn account_data(scope: &SyncScope<'_>, room: &Room) -> RawList<RawEvent> {
    let mut joined = JoinedRoom::default();
    parts::add_to_room(scope, room, true, &mut joined);
    joined.account_data.events
}

/// The latest events before `end`, in their order.
fn latest(room: &Room, end: usize, size: usize, viewer: &Viewer<'_>) -> PaginationChunk {
    let visible = |place: &usize| room.is_visible(*place, viewer.user_id);
    let mut places: Vec<usize> = (0..end).rev().filter(visible).take(size).collect();
    places.reverse();
    let mut chunk = PaginationChunk::default();
    let first = places.first().map(|first| room.event(*first).position - 1);
    chunk.start = first.map(Stream::token);
    let last = places.last().map(|last| room.event(*last).position);
    chunk.end = last.map(Stream::token);
    chunk.chunk = places
        .iter()
        .map(|place| room.client_event(room.event(*place), viewer))
        .collect();
    chunk
}

fn state_at(room: &Room, end: usize, viewer: &Viewer<'_>) -> RawList<RawEvent> {
    let state = room.all_state_at(end);
    state
        .map(|event| room.client_event(event, viewer))
        .collect()
}

impl RequestContext<'_> {
    fn visibility(&self, room_id: &RoomId) -> RoomVisibility {
        if self.state.rooms.published.contains(room_id) {
            RoomVisibility::Public
        } else {
            RoomVisibility::Private
        }
    }
}
