use std::fmt;

use hardline::events::{ContentError, RawEvent};
use hardline::json::RawJson;
use serde::Deserialize;
use serde_json::Value;

use super::compare::{differs, lost};
use crate::contents::Contents;
use crate::error_chain;

/// An example of an event.
#[derive(Clone, Debug, Deserialize)]
pub struct EventRow {
    /// The type of the event.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Which of several forms of the type it is.
    pub variant: Option<String>,
    /// Where the example stands.
    #[serde(default)]
    pub file: String,
    /// The event: all of it, or as much as a place has.
    pub example: Value,
}

/// `type variant file`
impl fmt::Display for EventRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variant = self.variant.as_deref().unwrap_or("-");
        write!(f, "{} {variant} {}", self.event_type, self.file)
    }
}

/// Reads the envelope of the row, and decodes its content strictly and encodes it again: nothing may be lost, changed or made
/// up.
pub(super) fn check(contents: &Contents, row: &EventRow) -> Result<(), String> {
    let text = row.example.to_string();
    let event = RawEvent::from_untrusted(&text)
        .map_err(|error| format!("it is not read as an event: {error}"))?;
    envelope(&row.example, &event)?;
    let event_type = event.event_type().unwrap_or_default();
    if event_type != row.event_type {
        return Err(format!("its type is {event_type}"));
    }
    let content = contents
        .of(&event_type)
        .ok_or("there is no content of the type")?;
    let encoded = content
        .decode_strictly(&event)
        .map_err(|error| format!("the content does not decode: {}", chain(&error)))?;
    let (again, warnings) = content
        .decode(&event)
        .map_err(|error| format!("the content does not decode leniently: {}", chain(&error)))?;
    if let Some(warning) = warnings.iter().next() {
        return Err(format!("the content has a warning: {warning}"));
    }
    if again != encoded {
        return Err("the two decodings of the content differ".to_owned());
    }
    let encoded = value(&encoded)?;
    differs(&row.example["content"], &encoded)
        .map_or(Ok(()), |why| Err(format!("of the content, {why}")))
}

/// Each member of the envelope must be read as it is there.
fn envelope(example: &Value, event: &RawEvent) -> Result<(), String> {
    let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
    let ours = [
        ("type", text(event.event_type().as_deref())),
        (
            "event_id",
            text(event.event_id().as_ref().map(AsRef::as_ref)),
        ),
        ("sender", text(event.sender().as_ref().map(AsRef::as_ref))),
        ("state_key", text(event.state_key().as_deref())),
        ("room_id", text(event.room_id().as_ref().map(AsRef::as_ref))),
        (
            "origin_server_ts",
            event.field::<Value>("origin_server_ts").unwrap_or_default(),
        ),
    ];
    for (name, ours) in ours {
        if ours != example[name] {
            return Err(format!("{name} is {ours}, not {}", example[name]));
        }
    }
    let sent = event.origin_server_ts().map(|sent| sent.as_millis());
    if sent != example["origin_server_ts"].as_u64() {
        return Err(format!("origin_server_ts is {sent:?}"));
    }
    let redacts = example["redacts"].as_str();
    let redacts = redacts.or_else(|| example["content"]["redacts"].as_str());
    if event.redacts().as_ref().map(AsRef::as_ref) != redacts {
        return Err(format!("redacts is {:?}, not {redacts:?}", event.redacts()));
    }
    let all = value(event.as_raw())?;
    lost(example, &all).map_or(Ok(()), |why| Err(format!("of the event, {why}")))
}

fn value(raw: &RawJson) -> Result<Value, String> {
    raw.deserialize()
        .map_err(|error| format!("what is encoded is not JSON: {error}"))
}

/// An error with its sources.
pub(super) fn chain(error: &ContentError) -> String {
    error_chain::levels(error).join(": ")
}
