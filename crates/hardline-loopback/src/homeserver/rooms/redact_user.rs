//! Everything that a user said in a room is taken back at once.
//!
//! Proposal: [MSC4194](https://github.com/matrix-org/matrix-spec-proposals/pull/4194).

use hardline::client_api::unstable::msc4194::{RedactUser, RedactUserResponse};
use hardline::types::EventId;
use hardline::wire::server::ErrorResponse;
use serde_json::json;

use super::super::data::HomeserverData;
use super::super::errors::forbidden;
use super::super::request_context::RequestContext;
use super::sending;
use crate::handlers::Handlers;

/// How many events are redacted that nobody asked a number for.
const PAGE: u64 = 25;
/// How many are redacted at most.
const LARGEST_PAGE: u64 = 100;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(redact_user);
}

fn redact_user(
    context: &mut RequestContext<'_>,
    redact: RedactUser,
) -> Result<RedactUserResponse, ErrorResponse> {
    let sender = context.user_id()?;
    let room = context.state.rooms.of_member(&redact.room_id, &sender)?;
    if !room.power().may_redact(&sender, &redact.user_id) {
        return Err(forbidden(
            "your power level is too low to redact others' events",
        ));
    }
    let size = redact.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let is_meant = |event: &&super::super::state::Event| {
        event.sender == redact.user_id
            && event.redacted_by.is_none()
            && !matches!(
                event.event_type.as_str(),
                "m.room.create" | "m.room.redaction"
            )
    };
    let newest = room.events().iter().rev().filter(is_meant);
    let mut meant: Vec<EventId> = newest
        .map(|event| event.event_id.clone())
        .take(size.saturating_add(1))
        .collect();
    let is_more_events = meant.len() > size;
    meant.truncate(size);
    let version = room.version_number();
    let now = context.now();
    let mut total = 0_u64;
    for event_id in meant {
        let reason = redact.reason.clone();
        let draft = sending::redaction(version, sender.clone(), event_id, reason);
        context.state.send_event(now, &redact.room_id, draft)?;
        total += 1;
    }
    let mut response = RedactUserResponse::default();
    response.is_more_events = is_more_events;
    response.redacted_events =
        serde_json::from_value(json!({"total": total, "soft_failed": 0})).ok();
    Ok(response)
}
