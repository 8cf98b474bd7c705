use hardline::client_api::rooms::{
    DeleteRoomAlias, GetLocalAliases, GetLocalAliasesResponse, GetRoomIdByAlias,
    GetRoomIdByAliasResponse, SetRoomAlias,
};
use hardline::json::Empty;
use hardline::types::{RoomAliasId, RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::no_place;
use super::super::errors::{forbidden, invalid};
use super::super::request_context::RequestContext;
use super::super::state::{Alias, EventDraft, Room};
use crate::handlers::Handlers;

/// How many aliases there may be.
const MOST_ALIASES: usize = 50_000;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetRoomIdByAlias>(|context, asked| {
        let mut response = GetRoomIdByAliasResponse::default();
        response.room_id = Some(context.room_of_alias(&asked.room_alias)?);
        response.servers = vec![context.server.server_name().clone()];
        Ok(response)
    });
    handlers.answer_with(set);
    handlers.answer_with(delete);
    handlers.answer_with::<GetLocalAliases>(|context, asked| {
        let user_id = context.user_id()?;
        let room = context.state.rooms.get(&asked.room_id);
        if !room.is_some_and(|room| room.may_look(&user_id)) {
            return Err(forbidden("you are not in the room"));
        }
        let aliases = context.state.rooms.aliases_of(&asked.room_id);
        Ok(GetLocalAliasesResponse::new(aliases))
    });
}

fn set(context: &mut RequestContext<'_>, set: SetRoomAlias) -> Result<Empty, ErrorResponse> {
    let creator = context.user_id()?;
    if set.room_alias.server_name().as_ref() != Some(context.server.server_name()) {
        return Err(invalid("the alias is not one of this server's"));
    }
    let service = context.caller.application_service.as_deref();
    let services = &context.state.application_services;
    services.check_alias(&set.room_alias, service)?;
    let rooms = &mut context.state.rooms;
    if rooms.get(&set.room_id).is_none() {
        let message = "there is no such room";
        return Err(ErrorResponse::bad_request(ErrorCode::Unknown, message));
    }
    rooms.of_member(&set.room_id, &creator)?;
    if rooms.aliases.contains_key(&set.room_alias) {
        return Err(ErrorResponse::new(
            StatusCode::CONFLICT,
            ErrorCode::Unknown,
            "a room has this alias",
        ));
    }
    if rooms.aliases.len() >= MOST_ALIASES {
        return Err(no_place("this server has no place for more aliases"));
    }
    let room_id = set.room_id;
    rooms
        .aliases
        .insert(set.room_alias, Alias { room_id, creator });
    Ok(Empty {})
}

fn delete(
    context: &mut RequestContext<'_>,
    delete: DeleteRoomAlias,
) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let room_id = context.room_of_alias(&delete.room_alias)?;
    let rooms = &mut context.state.rooms;
    let is_own = rooms
        .aliases
        .get(&delete.room_alias)
        .is_some_and(|alias| alias.creator == user_id);
    let room = rooms.get(&room_id);
    if !is_own && !room.is_some_and(|room| room.may_name(&user_id)) {
        return Err(forbidden(
            "only who made an alias and who may name the room can delete it",
        ));
    }
    rooms.aliases.remove(&delete.room_alias);
    context.disown(&room_id, &user_id, &delete.room_alias);
    Ok(Empty {})
}

impl Room {
    /// Whether a user may change what the room is called, and so whether the directory lists it.
    pub(super) fn may_name(&self, user_id: &UserId) -> bool {
        let power = self.power();
        self.is_joined(user_id) && power.may_send_state(user_id, "m.room.canonical_alias", "")
    }
}

impl RequestContext<'_> {
    /// The room no longer says that it has an alias, if the user may say so for it.
    fn disown(&mut self, room_id: &RoomId, user_id: &UserId, alias: &RoomAliasId) {
        let room = self.state.rooms.get(room_id);
        let named = room.and_then(|room| room.state("m.room.canonical_alias", ""));
        let Some(named) = named else {
            return;
        };
        let mut content = named.content.clone();
        if content.get("alias").and_then(Value::as_str) == Some(alias.as_str()) {
            content.remove("alias");
        }
        if let Some(Value::Array(alternatives)) = content.get_mut("alt_aliases") {
            alternatives.retain(|known| known.as_str() != Some(alias.as_str()));
        }
        if content != named.content {
            let now = self.now();
            let draft = EventDraft::state(user_id.clone(), "m.room.canonical_alias", "", content);
            // Whoever may delete the alias may not be allowed to name the room: then it names one that leads nowhere.
            let _ = self.state.send_event(now, room_id, draft);
        }
    }
}
