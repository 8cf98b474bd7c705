use hardline::json::RawJson;
use hardline::types::{DeviceId, Membership, Timestamp, UserId};
use serde_json::{Value, json};

use super::event::{Event, Object};
use super::room::Room;

/// The state that users see of a room before they are in it.
pub(crate) const STRIPPED: [&str; 8] = [
    "m.room.create",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.join_rules",
    "m.room.canonical_alias",
    "m.room.encryption",
    "m.room.history_visibility",
];

/// Who looks at events, and when.
pub(crate) struct Viewer<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) device_id: &'a DeviceId,
    pub(crate) now: Timestamp,
}

impl Room {
    /// An event as a client sees it, with the room's ID.
    pub(crate) fn client_event(&self, event: &Event, viewer: &Viewer<'_>) -> RawJson {
        raw(&Value::Object(self.client_value(event, viewer, true)))
    }

    /// An event as it stands in a sync, which says the room already.
    pub(crate) fn sync_event(&self, event: &Event, viewer: &Viewer<'_>) -> RawJson {
        let mut value = self.client_value(event, viewer, true);
        value.remove("room_id");
        raw(&Value::Object(value))
    }

    fn client_value(&self, event: &Event, viewer: &Viewer<'_>, bundle: bool) -> Object {
        let mut value = Object::new();
        let mut set = |name: &str, member: Value| value.insert(name.to_owned(), member);
        set("type", event.event_type.as_str().into());
        set("event_id", event.event_id.as_str().into());
        set("room_id", self.room_id.as_str().into());
        set("sender", event.sender.as_str().into());
        set(
            "origin_server_ts",
            event.origin_server_ts.as_millis().into(),
        );
        set("content", Value::Object(event.content.clone()));
        if let Some(state_key) = &event.state_key {
            set("state_key", state_key.as_str().into());
        }
        if let Some(redacts) = &event.redacts {
            // It is a part of the content from version 11 on, and beside it for clients that do not know that.
            set("redacts", redacts.as_str().into());
        }
        let unsigned = self.unsigned(event, viewer, bundle);
        set("unsigned", Value::Object(unsigned));
        value
    }

    fn unsigned(&self, event: &Event, viewer: &Viewer<'_>, bundle: bool) -> Object {
        let mut unsigned = Object::new();
        let mut set = |name: &str, member: Value| unsigned.insert(name.to_owned(), member);
        let age = viewer.now - event.origin_server_ts;
        set(
            "age",
            u64::try_from(age.as_millis()).unwrap_or(u64::MAX).into(),
        );
        if let Some((device_id, txn_id)) = &event.transaction
            && (&event.sender, device_id) == (viewer.user_id, viewer.device_id)
        {
            set("transaction_id", txn_id.as_str().into());
        }
        if let Some(replaces) = event.replaces.map(|place| self.event(place)) {
            set("prev_content", Value::Object(replaces.content.clone()));
            set("replaces_state", replaces.event_id.as_str().into());
        }
        let place = self.place_of(&event.event_id);
        if let Some(place) = place {
            let membership = self.membership_at(place + 1, viewer.user_id);
            set("membership", membership.as_str().into());
        }
        if let Some(redaction) = event.redacted_by.map(|place| self.event(place)) {
            set(
                "redacted_because",
                Value::Object(self.client_value(redaction, viewer, false)),
            );
        } else if bundle {
            let bundled = self.bundled(event, viewer);
            if !bundled.is_empty() {
                set("m.relations", Value::Object(bundled));
            }
        }
        unsigned
    }

    /// What relates to an event: the newest edit, the thread, and the events that refer to it.
    fn bundled(&self, event: &Event, viewer: &Viewer<'_>) -> Object {
        let mut bundled = Object::new();
        let own = event.relation().map(|(rel_type, _)| rel_type);
        // Nothing relates to state, to an edit or to a reaction.
        if event.state_key.is_some() || matches!(own, Some("m.replace" | "m.annotation")) {
            return bundled;
        }
        if let Some(edit) = self.newest_edit(event) {
            let edit = self.client_value(edit, viewer, false);
            bundled.insert("m.replace".to_owned(), Value::Object(edit));
        }
        let references: Vec<_> = self
            .related_as(event, "m.reference")
            .map(|event| json!({"event_id": event.event_id}))
            .collect();
        if !references.is_empty() {
            bundled.insert("m.reference".to_owned(), json!({"chunk": references}));
        }
        if let Some(latest) = self.latest_in_thread(event) {
            let summary = json!({
                "latest_event": self.client_value(latest, viewer, true),
                "count": self.related_as(event, "m.thread").count(),
                "current_user_participated": self.has_participated(event, viewer.user_id),
            });
            bundled.insert("m.thread".to_owned(), summary);
        }
        bundled
    }
}

/// What a user sees of a room before joining: its face, the own membership, and who it is from.
pub(crate) fn stripped_state(room: &Room, user_id: &UserId) -> Vec<RawJson> {
    let member = room.state("m.room.member", user_id.as_str());
    let from = member.and_then(|event| room.state("m.room.member", event.sender.as_str()));
    let from = from.filter(|event| {
        event.membership() == Membership::Join
            && event.state_key.as_deref() != Some(user_id.as_str())
    });
    STRIPPED
        .iter()
        .filter_map(|event_type| room.state(event_type, ""))
        .chain(from)
        .chain(member)
        .map(stripped)
        .collect()
}

/// An event as those see it who are not in the room.
pub(crate) fn stripped(event: &Event) -> RawJson {
    raw(&json!({
        "type": event.event_type,
        "state_key": event.state_key,
        "sender": event.sender,
        "content": event.content,
    }))
}

fn raw(value: &Value) -> RawJson {
    RawJson::new(value).expect("a JSON value has a JSON form")
}
