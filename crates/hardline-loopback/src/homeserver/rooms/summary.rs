use hardline::client_api::rooms::{GetRoomSummary, GetRoomSummaryResponse};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::not_found;
use super::super::request_context::RequestContext;
use super::face::Face;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(summary);
}

fn summary(
    context: &mut RequestContext<'_>,
    asked: GetRoomSummary,
) -> Result<GetRoomSummaryResponse, ErrorResponse> {
    let user_id = context.caller.user_id.as_ref();
    let room_id = context.room_of(&asked.room_id_or_alias)?;
    let rooms = &context.state.rooms;
    let room = rooms.get(&room_id);
    let room = room.filter(|room| rooms.may_see_face(room, user_id));
    let room = room.ok_or_else(|| not_found("there is no such room, or you may not see it"))?;
    let mut summary = Face::of(room).into_summary();
    summary.membership = user_id.map(|user_id| room.membership(user_id));
    Ok(summary)
}
