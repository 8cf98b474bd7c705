use hardline::client_api::room_events::{
    GetRoomState, GetRoomStateWithKey, SentEvent, SetRoomStateWithKey, StateFormat,
};
use hardline::json::RawList;
use hardline::types::{Membership, RoomAliasId, RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{EventDraft, Object};
use super::membership::AUTHORISED_VIA;
use super::sending;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(set_state);
    handlers.answer_with(one);
    handlers.answer_with::<GetRoomState>(|context, asked| {
        let viewer = context.viewer()?;
        let (room, end) = context.room_seen(&asked.room_id)?;
        let state = room.all_state_at(end);
        Ok(state
            .map(|event| room.client_event(event, &viewer))
            .collect::<RawList<_>>())
    });
}

fn set_state(
    context: &mut RequestContext<'_>,
    set: SetRoomStateWithKey,
) -> Result<SentEvent, ErrorResponse> {
    let sender = context.user_id()?;
    let mut content = sending::content(&set.content)?;
    let room = context.state.rooms.of_member(&set.room_id, &sender);
    if let Ok(room) = &room
        && let Some(same) = room.state(&set.event_type, &set.state_key)
        && same.sender == sender
        && same.content == content
    {
        // Nothing changes.
        return Ok(SentEvent::new(same.event_id.clone()));
    }
    match set.event_type.as_str() {
        "m.room.member" => complete_member(context, &set, &sender, &mut content),
        "m.room.canonical_alias" => check_aliases(context, &room?.room_id, &content)?,
        "m.room.create" => return Err(forbidden("a room is created only once")),
        _ => {}
    }
    let draft = EventDraft::state(sender, &set.event_type, &set.state_key, content);
    let now = context.now();
    let event_id = context.state.send_event(now, &set.room_id, draft)?;
    Ok(SentEvent::new(event_id))
}

/// A membership that is sent as state has the profile that the other ways give it, where it says nothing of its own.
fn complete_member(
    context: &RequestContext<'_>,
    set: &SetRoomStateWithKey,
    sender: &UserId,
    content: &mut Object,
) {
    let membership = content.get("membership").and_then(Value::as_str);
    let membership = membership.map(Membership::from);
    let is_in = matches!(membership, Some(Membership::Join | Membership::Invite));
    // Who vouches for somebody the server says, and no client.
    content.remove(AUTHORISED_VIA);
    if membership == Some(Membership::Join)
        && set.state_key == sender.as_str()
        && let Some(room) = context.state.rooms.get(&set.room_id)
        && let Some(by) = context.voucher(room, sender)
    {
        content.insert(AUTHORISED_VIA.to_owned(), by.as_str().into());
    }
    let Ok(user_id) = UserId::parse(set.state_key.as_str()) else {
        return;
    };
    if is_in {
        for (name, value) in context.state.profiles.of_member(&user_id) {
            content.entry(name).or_insert(value);
        }
    }
}

/// A room's aliases lead to the room.
fn check_aliases(
    context: &RequestContext<'_>,
    room_id: &RoomId,
    content: &Object,
) -> Result<(), ErrorResponse> {
    let alternatives = content.get("alt_aliases").and_then(Value::as_array);
    let alternatives = alternatives.into_iter().flatten();
    for alias in content.get("alias").into_iter().chain(alternatives) {
        if alias.is_null() {
            continue;
        }
        let known = alias
            .as_str()
            .and_then(|alias| RoomAliasId::parse(alias).ok());
        let known = known.ok_or_else(|| {
            ErrorResponse::bad_request(ErrorCode::InvalidParam, "an alias is like #name:server")
        })?;
        let rooms = &context.state.rooms;
        if rooms
            .aliases
            .get(&known)
            .is_none_or(|alias| alias.room_id != *room_id)
        {
            return Err(ErrorResponse::bad_request(
                ErrorCode::BadAlias,
                &format!("{known} does not lead to this room"),
            ));
        }
    }
    Ok(())
}

fn one(
    context: &mut RequestContext<'_>,
    asked: GetRoomStateWithKey,
) -> Result<hardline::json::JsonObject, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, end) = context.room_seen(&asked.room_id)?;
    let event = room
        .state_at(end, &asked.event_type, &asked.state_key)
        .ok_or_else(|| not_found("the room has no such state"))?;
    let value = if asked.format == Some(StateFormat::Event) {
        room.client_event(event, &viewer).deserialize()
    } else {
        serde_json::from_value(Value::Object(event.content.clone()))
    };
    value.map_err(|_| not_found("the room has no such state"))
}
