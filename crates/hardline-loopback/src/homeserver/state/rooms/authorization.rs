//! Who may send what: the rules by which servers authorize events, as the version of the room has them.
//!
//! Specification: [authorization rules](https://spec.matrix.org/v1.19/rooms/v11/#authorization-rules).

mod allow;
mod membership;
mod power_levels;

use hardline::wire::server::ErrorResponse;

use super::event::EventDraft;
use super::room::Room;
use allow::allow;

/// Whether the room's rules allow an event now.
///
/// # Errors
/// `M_FORBIDDEN`, with the reason; `M_BAD_JSON` where the content is not what its type requires.
pub(super) fn authorize(room: &Room, draft: &EventDraft) -> Result<(), ErrorResponse> {
    let state_key = draft.state_key.as_deref();
    match (draft.event_type.as_str(), state_key) {
        ("m.room.create", Some(_)) => {
            let is_first = room.events().is_empty() && state_key == Some("");
            return allow(is_first, "a room is created only once");
        }
        ("m.room.member", Some(user_id)) => return membership::authorize(room, draft, user_id),
        _ => {}
    }
    let power = room.power();
    let sender = &draft.sender;
    allow(room.is_joined(sender), "you are not in the room")?;
    let is_allowed = match state_key {
        Some(_) if draft.event_type == "m.room.third_party_invite" => {
            power.may(sender, hardline::events::RoomAction::Invite)
        }
        Some(state_key) => power.may_send_state(sender, &draft.event_type, state_key),
        None => power.may_send_message(sender, &draft.event_type),
    };
    allow(
        is_allowed,
        "your power level in the room is too low for this event",
    )?;
    if draft.event_type == "m.room.power_levels" && state_key == Some("") {
        power_levels::authorize(room, draft)?;
    }
    if let Some(redacts) = &draft.redacts
        && let Some(place) = room.place_of(redacts)
    {
        let redacted = room.event(place);
        let is_allowed = power.may_redact(sender, &redacted.sender);
        allow(
            is_allowed,
            "your power level is too low to redact others' events",
        )?;
    }
    Ok(())
}
