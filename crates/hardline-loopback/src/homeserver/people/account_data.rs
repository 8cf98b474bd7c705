use hardline::client_api::unstable::msc3391::{DeleteAccountData, DeleteAccountDataPerRoom};
use hardline::client_api::user_data::{
    GetAccountData, GetAccountDataPerRoom, SetAccountData, SetAccountDataPerRoom,
};
use hardline::json::{Empty, JsonObject, RawJson};
use hardline::types::{RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::Object;
use super::shown::shown;
use crate::handlers::Handlers;

/// How many bytes a type may have.
const LONGEST_TYPE: usize = 255;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetAccountData>(|context, asked| {
        get(context, &asked.user_id, None, &asked.event_type)
    });
    handlers.answer_with::<GetAccountDataPerRoom>(|context, asked| {
        let room_id = Some(&asked.room_id);
        get(context, &asked.user_id, room_id, &asked.event_type)
    });
    handlers.answer_with::<SetAccountData>(|context, set| {
        let content = object(&set.content)?;
        put(context, &set.user_id, None, &set.event_type, Some(content))
    });
    handlers.answer_with::<SetAccountDataPerRoom>(|context, set| {
        let content = Some(object(&set.content)?);
        let room_id = Some(&set.room_id);
        put(context, &set.user_id, room_id, &set.event_type, content)
    });
    handlers.answer_with::<DeleteAccountData>(|context, delete| {
        put(context, &delete.user_id, None, &delete.event_type, None)
    });
    handlers.answer_with::<DeleteAccountDataPerRoom>(|context, delete| {
        let room_id = Some(&delete.room_id);
        put(context, &delete.user_id, room_id, &delete.event_type, None)
    });
}

fn get(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    room_id: Option<&RoomId>,
    data_type: &str,
) -> Result<JsonObject, ErrorResponse> {
    let user_id = context.only(user_id)?;
    if room_id.is_none()
        && data_type == "m.push_rules"
        && let Some(rules) = context.state.push.rules.of(&user_id)
    {
        let rules = RawJson::new(rules).expect("push rules have a JSON form");
        return Ok(JsonObject::from_iter([("global".to_owned(), rules)]));
    }
    let data = &context.state.people.account_data;
    let content = data.get(&user_id, room_id, data_type);
    let content = content.ok_or_else(|| not_found("there is no data of this type"))?;
    Ok(shown(content))
}

fn put(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    room_id: Option<&RoomId>,
    data_type: &str,
    content: Option<Object>,
) -> Result<Empty, ErrorResponse> {
    let user_id = context.only(user_id)?;
    check(data_type)?;
    context.keep(&user_id, room_id, data_type, content)?;
    Ok(Empty {})
}

/// Whether clients may set data of this type so.
fn check(data_type: &str) -> Result<(), ErrorResponse> {
    let by_others = |operation: &str| {
        ErrorResponse::new(
            StatusCode::METHOD_NOT_ALLOWED,
            ErrorCode::BadJson,
            &format!("{data_type} is set with {operation}"),
        )
    };
    match data_type {
        "m.push_rules" => Err(by_others("/pushrules")),
        "m.fully_read" => Err(by_others("/rooms/ROOM/read_markers")),
        _ if data_type.len() > LONGEST_TYPE => Err(invalid("a type has 255 bytes at most")),
        _ => Ok(()),
    }
}

fn object(content: &RawJson) -> Result<Object, ErrorResponse> {
    match content.deserialize::<Value>() {
        Ok(Value::Object(content)) => Ok(content),
        _ => Err(ErrorResponse::bad_request(
            ErrorCode::BadJson,
            "account data is an object",
        )),
    }
}
