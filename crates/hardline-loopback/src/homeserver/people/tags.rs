use hardline::client_api::user_data::{
    DeleteRoomTag, GetRoomTags, GetRoomTagsResponse, SetRoomTag,
};
use hardline::json::Empty;
use hardline::types::{RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::{Value, json};

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, invalid};
use super::super::request_context::RequestContext;
use super::super::state::{Object, decoded};
use crate::handlers::Handlers;

/// How many bytes a tag may have.
const LONGEST_TAG: usize = 255;
/// How many tags a room may have.
const MOST_TAGS: usize = 1_000;
/// The type of the account data that tags are.
const TYPE: &str = "m.tag";

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetRoomTags>(|context, asked| {
        let user_id = context.only(&asked.user_id)?;
        let data = &context.state.people.account_data;
        let content = data.get(&user_id, Some(&asked.room_id), TYPE);
        let tags = content.and_then(decoded::<GetRoomTagsResponse>);
        Ok(tags.unwrap_or_default())
    });
    handlers.answer_with(set);
    handlers.answer_with::<DeleteRoomTag>(|context, delete| {
        let user_id = context.only(&delete.user_id)?;
        let mut tags = tags(context, &user_id, &delete.room_id)?;
        if tags.remove(&delete.tag).is_some() {
            keep(context, &user_id, &delete.room_id, tags)?;
        }
        Ok(Empty {})
    });
}

fn set(context: &mut RequestContext<'_>, set: SetRoomTag) -> Result<Empty, ErrorResponse> {
    let user_id = context.only(&set.user_id)?;
    let mut tags = tags(context, &user_id, &set.room_id)?;
    if set.tag.len() > LONGEST_TAG {
        return Err(invalid("a tag has 255 bytes at most"));
    }
    if tags.len() >= MOST_TAGS && !tags.contains_key(&set.tag) {
        return Err(invalid("the room has too many tags"));
    }
    // Clients keep more there than the operation has.
    let body: Value = serde_json::from_slice(context.request.body())
        .map_err(|_| ErrorResponse::bad_request(ErrorCode::NotJson, "the body is not JSON"))?;
    let Value::Object(tag) = body else {
        return Err(ErrorResponse::bad_request(
            ErrorCode::BadJson,
            "a tag is an object",
        ));
    };
    tags.insert(set.tag, Value::Object(tag));
    keep(context, &user_id, &set.room_id, tags)?;
    Ok(Empty {})
}

/// The tags that a user gave a room that they have to do with.
fn tags(
    context: &RequestContext<'_>,
    user_id: &UserId,
    room_id: &RoomId,
) -> Result<Object, ErrorResponse> {
    let mut rooms = context.state.rooms.of_user(user_id);
    if !rooms.any(|room| room.room_id == *room_id) {
        return Err(forbidden("you are not in the room"));
    }
    let data = &context.state.people.account_data;
    let content = data.get(user_id, Some(room_id), TYPE);
    let tags = content.and_then(|content| content.get("tags")?.as_object());
    Ok(tags.cloned().unwrap_or_default())
}

fn keep(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    room_id: &RoomId,
    tags: Object,
) -> Result<(), ErrorResponse> {
    let mut content = Object::new();
    content.insert("tags".to_owned(), json!(tags));
    context.keep(user_id, Some(room_id), TYPE, Some(content))
}
