use hardline::client_api::ephemeral::SendToDevice;
use hardline::json::{Empty, RawJson};
use hardline::types::{DeviceId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::super::data::HomeserverData;
use super::super::errors::{bad_json, too_large};
use super::super::request_context::RequestContext;
use super::super::state::MOST_WAITING;
use crate::handlers::Handlers;

/// How many bytes a message may have: as many as Synapse takes.
const LARGEST: usize = 65_536;
/// Stands for all devices of a user.
const ALL_DEVICES: &str = "*";

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(send);
}

fn send(context: &mut RequestContext<'_>, send: SendToDevice) -> Result<Empty, ErrorResponse> {
    let (sender, device_id) = context.own_login()?;
    let scope = format!("sendToDevice/{}", send.event_type);
    let transactions = &context.state.transactions;
    if transactions
        .find((&sender, &device_id), &scope, &send.txn_id)
        .is_some()
    {
        return Ok(Empty {});
    }
    let mut sent = Vec::new();
    for (user_id, devices) in send.messages.iter() {
        let known = context.state.devices_of(user_id).into_iter();
        let known: Vec<DeviceId> = known.map(|device| device.device_id).collect();
        for (device_id, content) in devices.iter() {
            let content = content_of(content)?;
            let message = json!({
                "type": send.event_type, "sender": sender, "content": content,
            });
            let is_meant =
                |known: &&DeviceId| device_id.as_str() == ALL_DEVICES || *known == device_id;
            let recipients = known.iter().filter(is_meant);
            sent.extend(recipients.map(|to| (user_id, to.clone(), message.clone())));
        }
    }
    for (user_id, device_id, _) in &sent {
        check_place(context, user_id, device_id)?;
    }
    for (user_id, device_id, message) in sent {
        let position = context.state.stream.advance();
        let to_device = &mut context.state.to_device;
        to_device.add(user_id, &device_id, position, message);
        context.state.stream.concerns(user_id, &sender);
    }
    let made = String::new();
    context
        .state
        .transactions
        .add((&sender, &device_id), scope, send.txn_id, made);
    Ok(Empty {})
}

fn content_of(content: &RawJson) -> Result<Value, ErrorResponse> {
    if content.as_bytes().len() > LARGEST {
        return Err(too_large("a message is larger than 64 KiB"));
    }
    let content = content.deserialize::<Value>().ok();
    let content = content.filter(Value::is_object);
    content.ok_or_else(|| bad_json("the content of a message is an object"))
}

/// Whether a device has a place for one more message.
fn check_place(
    context: &RequestContext<'_>,
    user_id: &UserId,
    device_id: &DeviceId,
) -> Result<(), ErrorResponse> {
    if context.state.to_device.len(user_id, device_id) < MOST_WAITING {
        return Ok(());
    }
    let message = format!("too many messages wait for {device_id} of {user_id}");
    Err(ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::ResourceLimitExceeded,
        &message,
    ))
}
