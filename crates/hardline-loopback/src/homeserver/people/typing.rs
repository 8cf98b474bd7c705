use std::time::Duration;

use hardline::client_api::ephemeral::SetTyping;
use hardline::json::Empty;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

/// How long somebody types who does not say how long, in milliseconds.
const TYPICAL: u64 = 30_000;
/// The longest time that somebody types without saying so again, in milliseconds.
const LONGEST: u64 = 10 * 60 * 1_000;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(set);
}

fn set(context: &mut RequestContext<'_>, set: SetTyping) -> Result<Empty, ErrorResponse> {
    let user_id = context.only(&set.user_id)?;
    context.state.rooms.of_member(&set.room_id, &user_id)?;
    let now = context.now();
    let timeout = Duration::from_millis(set.timeout.unwrap_or(TYPICAL).min(LONGEST));
    let until = set.typing.then(|| now + timeout);
    context.state.set_typing(&set.room_id, &user_id, until);
    context.state.mark_active(now, &user_id);
    Ok(Empty {})
}
