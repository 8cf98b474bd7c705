use hardline::events::{ContentError, RawEvent};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::Exchange;
use super::event::chain;
use crate::contents::Contents;

/// What users were recorded to write wrong, since servers do not look at it: a type, and the member that is reported.
const WRITTEN_WRONG: [(&str, &str); 3] = [
    // Who kicks, bans or redacts may give any value as the reason.
    ("m.room.member", "/reason"),
    ("m.room.redaction", "/reason"),
    // A relation of a form that has been given up.
    ("m.room.message", "/m.relates_to"),
];

/// It goes to devices. In a room it is the `msgtype` of a message, and an event of this type there is of nobody's form.
const TO_DEVICES: &str = "m.key.verification.request";

/// Decodes the contents of all events of an exchange that succeeded, those that were sent and those that came.
pub(super) fn check(contents: &Contents, exchange: &Exchange) -> Result<(), String> {
    let is_success = matches!(exchange.status, Some(200..300));
    if !is_success {
        return Ok(());
    }
    let read = |body: Option<&String>| -> Value {
        let text = body.map(String::as_str).unwrap_or_default();
        serde_json::from_str(text).unwrap_or_default()
    };
    for body in [&exchange.request_body, &exchange.response_body] {
        let body = read(body.as_ref());
        within(contents, &body)?;
        for content in of_path(exchange, &body) {
            one(contents, &content)?;
        }
    }
    Ok(())
}

/// The events whose contents are the body, if the path says their type.
fn of_path(exchange: &Exchange, body: &Value) -> Vec<Value> {
    let path = exchange.path.split('?').next().unwrap_or_default();
    let segments: Vec<_> = path.split('/').collect();
    let after = |name: &str| {
        let at = segments.iter().position(|segment| *segment == name)?;
        let event_type = percent_decode_str(segments.get(at + 1)?)
            .decode_utf8()
            .ok()?;
        Some(event_type.into_owned())
    };
    let room_id = after("rooms");
    let event = |event_type: &String, content: &Value| {
        let mut event = json!({"type": event_type, "content": content});
        if let Some(room_id) = &room_id {
            event["room_id"] = json!(room_id);
        }
        event
    };
    if let Some(event_type) = after("sendToDevice") {
        let of_users = body["messages"].as_object().into_iter().flatten();
        let of_devices = of_users.filter_map(|(_, devices)| devices.as_object());
        return of_devices
            .flat_map(|devices| devices.values())
            .map(|content| event(&event_type, content))
            .collect();
    }
    let is_answered_with_an_id = body
        .as_object()
        .is_some_and(|members| members.len() == 1 && members.contains_key("event_id"));
    // A state event can be asked for whole.
    let is_event = body["type"].is_string() && body["content"].is_object();
    ["send", "state", "account_data"]
        .iter()
        .find_map(|name| after(name))
        .filter(|_| body.as_object().is_some_and(|members| !members.is_empty()))
        .filter(|_| !is_answered_with_an_id && !is_event)
        .map(|event_type| event(&event_type, body))
        .into_iter()
        .collect()
}

/// Decodes the contents of all events in a body: those whose type has a content must fit, unless they were redacted.
fn within(contents: &Contents, body: &Value) -> Result<(), String> {
    match body {
        Value::Object(members) => {
            if members.get("type").is_some_and(Value::is_string)
                && members.get("content").is_some_and(Value::is_object)
            {
                one(contents, body)?;
            }
            members
                .values()
                .try_for_each(|value| within(contents, value))
        }
        Value::Array(values) => values.iter().try_for_each(|value| within(contents, value)),
        _ => Ok(()),
    }
}

/// Decodes the content of an event as servers give it.
fn one(contents: &Contents, event: &Value) -> Result<(), String> {
    let redacted_by = ["redacted_because", "redacted_by"];
    let is_redacted = redacted_by
        .iter()
        .any(|name| event["unsigned"].get(name).is_some());
    let event = RawEvent::new(event).map_err(|error| format!("it is no event: {error}"))?;
    let event_type = event.event_type().unwrap_or_default();
    let Some(content) = contents.of(&event_type) else {
        return Ok(());
    };
    let is_in_room = event.event_id().is_some() || event.room_id().is_some();
    if event_type == TO_DEVICES && is_in_room {
        return Ok(());
    }
    let is_expected = |pointer: &str| WRITTEN_WRONG.contains(&(&*event_type, pointer));
    let why = match content.decode(&event) {
        Ok((_, warnings)) => warnings
            .iter()
            .find(|warning| !is_expected(&warning.pointer))
            .map(|warning| format!("the content has a warning: {warning}")),
        Err(_) if is_redacted => None,
        Err(ContentError::Unusable(warning)) if is_expected(&warning.pointer) => None,
        Err(error) => Some(format!("the content does not decode: {}", chain(&error))),
    };
    why.map_or(Ok(()), |why| {
        Err(format!("of an event of type {event_type}, {why}"))
    })
}
