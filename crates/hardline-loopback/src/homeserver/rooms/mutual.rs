use hardline::client_api::rooms::{GetMutualRooms, GetMutualRoomsResponse};
use hardline::types::RoomId;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

/// How many rooms a page has.
const PAGE: usize = 100;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(mutual);
}

fn mutual(
    context: &mut RequestContext<'_>,
    asked: GetMutualRooms,
) -> Result<GetMutualRoomsResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    if user_id == asked.user_id {
        return Err(invalid("you share all of your rooms with yourself"));
    }
    let from = asked.from.or(asked.batch_token);
    let start = from.map_or(Some(0), |from| from.strip_prefix('p')?.parse().ok());
    let start: usize = start.ok_or_else(|| invalid("the token is none of this list's"))?;
    let rooms = context.state.rooms.of_user(&user_id);
    let shared = rooms.filter(|room| room.is_joined(&user_id) && room.is_joined(&asked.user_id));
    let shared: Vec<&RoomId> = shared.map(|room| &room.room_id).collect();
    let page = shared.iter().skip(start).take(PAGE);
    let mut response = GetMutualRoomsResponse::new(page.copied().cloned().collect());
    response.count = Some(shared.len() as u64);
    let end = start.saturating_add(PAGE);
    response.next_batch = (end < shared.len()).then(|| format!("p{end}"));
    response.next_batch_token.clone_from(&response.next_batch);
    Ok(response)
}
