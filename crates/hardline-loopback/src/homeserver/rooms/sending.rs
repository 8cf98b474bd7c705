use hardline::client_api::room_events::{RedactEvent, RedactEventResponse, SendMessage, SentEvent};
use hardline::json::RawJson;
use hardline::types::{EventId, RoomId, TransactionId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, not_found};
use super::super::moderation;
use super::super::request_context::RequestContext;
use super::super::state::{EventDraft, Object};
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(send);
    handlers.answer_with(redact);
}

fn send(context: &mut RequestContext<'_>, send: SendMessage) -> Result<SentEvent, ErrorResponse> {
    let content = content(&send.content)?;
    let sender = context.user_id()?;
    if send.event_type == "m.room.redaction" {
        return Err(invalid("redact an event with PUT /redact"));
    }
    let draft = EventDraft::message(sender, &send.event_type, content);
    let scope = format!("send/{}/{}", send.room_id, send.event_type);
    let event_id = context.send_once(&send.room_id, send.txn_id, scope, draft)?;
    Ok(SentEvent::new(event_id))
}

fn redact(
    context: &mut RequestContext<'_>,
    redact: RedactEvent,
) -> Result<RedactEventResponse, ErrorResponse> {
    let sender = context.user_id()?;
    let room = context.state.rooms.of_member(&redact.room_id, &sender)?;
    let place = room.place_of(&redact.event_id);
    let place = place.ok_or_else(|| not_found("the room has no such event"))?;
    let is_own = room.event(place).sender == sender;
    if !is_own && context.state.moderation.suspended.contains(&sender) {
        return Err(moderation::suspended());
    }
    let draft = redaction(
        room.version_number(),
        sender,
        redact.event_id,
        redact.reason,
    );
    let scope = format!("redact/{}", redact.room_id);
    let event_id = context.send_once(&redact.room_id, redact.txn_id, scope, draft)?;
    let mut response = RedactEventResponse::default();
    response.event_id = Some(event_id);
    Ok(response)
}

/// The event that redacts another. From version 11 on its content says which one.
pub(super) fn redaction(
    version: u8,
    sender: UserId,
    event_id: EventId,
    reason: Option<String>,
) -> EventDraft {
    let mut content = Object::new();
    if version >= 11 {
        content.insert("redacts".to_owned(), event_id.as_str().into());
    }
    if let Some(reason) = reason {
        content.insert("reason".to_owned(), reason.into());
    }
    let mut draft = EventDraft::message(sender, "m.room.redaction", content);
    draft.redacts = Some(event_id);
    draft
}

impl RequestContext<'_> {
    /// Sends an event, unless the same request sent it before.
    fn send_once(
        &mut self,
        room_id: &RoomId,
        txn_id: TransactionId,
        scope: String,
        mut draft: EventDraft,
    ) -> Result<EventId, ErrorResponse> {
        let now = self.now();
        let (user_id, device_id) = self.login()?;
        let (user_id, device_id) = (user_id.clone(), device_id.clone());
        let login = (&user_id, &device_id);
        if let Some(sent) = self.state.transactions.find(login, &scope, &txn_id)
            && let Ok(sent) = EventId::parse(sent)
        {
            return Ok(sent);
        }
        draft.transaction = Some((device_id.clone(), txn_id.clone()));
        let event_id = self.state.send_event(now, room_id, draft)?;
        let made = event_id.as_str().to_owned();
        self.state.transactions.add(login, scope, txn_id, made);
        Ok(event_id)
    }
}

/// The content that a client sends: an object.
pub(super) fn content(content: &RawJson) -> Result<Object, ErrorResponse> {
    match content.deserialize::<Value>() {
        Ok(Value::Object(content)) => Ok(content),
        _ => Err(ErrorResponse::bad_request(
            ErrorCode::BadJson,
            "the content of an event is an object",
        )),
    }
}
