use hardline::client_api::ephemeral::{GetPresence, GetPresenceResponse, SetPresence};
use hardline::json::Empty;
use hardline::types::{PresenceState, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, invalid};
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

/// How many bytes a status may have.
const LONGEST_STATUS: usize = 4_096;
/// The state of those who do not want to be disturbed.
const BUSY: &str = "org.matrix.msc3026.busy";

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(get);
    handlers.answer_with(set);
}

fn get(
    context: &mut RequestContext<'_>,
    asked: GetPresence,
) -> Result<GetPresenceResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    if user_id != asked.user_id && !shares_room(context, &user_id, &asked.user_id) {
        return Err(forbidden("you share no room with this user"));
    }
    let now = context.now();
    let status = context.state.people.presence.of(&asked.user_id);
    let nothing = || GetPresenceResponse::new(PresenceState::Offline);
    Ok(status.map_or_else(nothing, |status| status.shown(now)))
}

fn shares_room(context: &RequestContext<'_>, user_id: &UserId, other: &UserId) -> bool {
    let mut rooms = context.state.rooms.of_user(user_id);
    rooms.any(|room| room.is_joined(user_id) && room.is_joined(other))
}

fn set(context: &mut RequestContext<'_>, set: SetPresence) -> Result<Empty, ErrorResponse> {
    let user_id = context.only(&set.user_id)?;
    if matches!(&set.presence, PresenceState::Other(other) if other != BUSY) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::Unknown,
            "the presence is none that there is",
        ));
    }
    let status_msg = set.status_msg.filter(|status| !status.is_empty());
    if status_msg
        .as_ref()
        .is_some_and(|text| text.len() > LONGEST_STATUS)
    {
        return Err(invalid("the status is too long"));
    }
    let now = context.now();
    context
        .state
        .set_presence(now, &user_id, set.presence, status_msg);
    Ok(Empty {})
}
