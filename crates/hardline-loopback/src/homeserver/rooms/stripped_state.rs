//! Some state of a room for those who are not in it.
//!
//! Proposal: [MSC4560](https://github.com/matrix-org/matrix-spec-proposals/pull/4560).

use hardline::client_api::unstable::msc4560::{GetStrippedState, GetStrippedStateResponse};
use hardline::types::Membership;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{STRIPPED, stripped};
use crate::handlers::Handlers;

/// How many servers a request may name.
const MOST_SERVERS: usize = 32;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(stripped_state);
}

fn stripped_state(
    context: &mut RequestContext<'_>,
    asked: GetStrippedState,
) -> Result<GetStrippedStateResponse, ErrorResponse> {
    if asked.via.len() > MOST_SERVERS {
        return Err(invalid("a request names at most 32 servers"));
    }
    let user_id = context.caller.user_id.as_ref();
    let room_id = context.room_of(&asked.room_id_or_alias)?;
    let rooms = &context.state.rooms;
    let room = rooms.get(&room_id);
    let room = room.filter(|room| rooms.may_see_face(room, user_id));
    let room = room.ok_or_else(|| not_found("there is no such room, or you may not see it"))?;
    // Only what is shown of a room before somebody is in it.
    let wanted = |event_type: &&&str| {
        let types = asked.state.as_deref();
        types.is_none_or(|types| types.iter().any(|known| known == **event_type))
    };
    let types = STRIPPED.iter().filter(wanted);
    let state = types.filter_map(|event_type| room.state(event_type, ""));
    let server_name = context.server.server_name().clone();
    let mut response = GetStrippedStateResponse::new(state.map(stripped).collect(), server_name);
    let count = room.members(&Membership::Join).count() as u64;
    response.num_joined_members = asked.num_joined_members.filter(|is| *is).map(|_| count);
    Ok(response)
}
