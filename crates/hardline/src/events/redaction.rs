use std::ops::RangeInclusive;

use crate::events::RawEvent;
use crate::json::{JsonObject, RawJson};
use crate::types::RoomVersionId;

impl RawEvent {
    /// The event as it is once it was redacted: what a room of this version needs for its rules stays, all else is gone,
    /// whatever servers added in `unsigned` too.
    ///
    /// An unknown version counts as the newest that this library knows, 12: versions follow each other in what they keep.
    ///
    /// ```
    /// use hardline::events::RawEvent;
    /// use hardline::types::RoomVersionId;
    /// use serde_json::json;
    ///
    /// let event = RawEvent::new(&json!({
    ///     "type": "m.room.member",
    ///     "event_id": "$event",
    ///     "state_key": "@alice:example.org",
    ///     "content": {"membership": "join", "displayname": "Alice"},
    ///     "unsigned": {"age": 1},
    /// }))?;
    /// let redacted = event.redacted(&RoomVersionId::parse("11").expect("it is one"))?;
    /// assert_eq!(
    ///     redacted.as_raw().as_str(),
    ///     r#"{"event_id":"$event","type":"m.room.member","state_key":"@alice:example.org","content":{"membership":"join"}}"#,
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// Specification: [redactions](https://spec.matrix.org/v1.19/client-server-api/#redactions), and for each room version as
    /// in [version 11](https://spec.matrix.org/v1.19/rooms/v11/#redactions).
    ///
    /// # Errors
    /// What stays of the event is not JSON, which happens only to an element of a raw list that was not checked.
    pub fn redacted(&self, room_version: &RoomVersionId) -> Result<Self, serde_json::Error> {
        let version = number(room_version);
        let kept = KEPT
            .iter()
            .filter(|(_, versions)| versions.contains(&version));
        let mut event = JsonObject::new();
        for (name, _) in kept {
            if let Some(value) = self.raw(name) {
                event.insert_raw((*name).to_owned(), value);
            }
        }
        if let Some(content) = event.remove("content") {
            let event_type = self.event_type().unwrap_or_default();
            let content = redacted_content(&content, &event_type, version)?;
            event.insert_raw("content".to_owned(), content);
        }
        Self::new(&event)
    }
}

fn redacted_content(
    content: &RawJson,
    event_type: &str,
    version: u8,
) -> Result<RawJson, serde_json::Error> {
    let is_object = content.as_bytes().first() == Some(&b'{');
    if is_object && event_type == "m.room.create" && version >= 11 {
        return Ok(content.clone());
    }
    let mut kept = JsonObject::new();
    let of_type = KEPT_IN_CONTENT
        .iter()
        .filter(|row| row.event_type == event_type);
    for row in of_type.filter(|row| row.versions.contains(&version)) {
        if let Some(value) = content.member(row.name) {
            kept.insert_raw(row.name.to_owned(), value);
        }
    }
    if event_type == "m.room.member" && version >= 11 {
        keep_signed(content, &mut kept)?;
    }
    RawJson::new(&kept)
}

/// Of an invitation to an address, what was signed stays. The object stays without it too, as servers do it.
fn keep_signed(content: &RawJson, kept: &mut JsonObject) -> Result<(), serde_json::Error> {
    const INVITE: &str = "third_party_invite";
    let Some(invite) = content.member(INVITE) else {
        return Ok(());
    };
    if invite.as_bytes().first() != Some(&b'{') {
        return Ok(());
    }
    let signed = invite.member("signed");
    let signed = signed.map(|signed| ("signed".to_owned(), signed));
    kept.insert(INVITE, &JsonObject::from_iter(signed))
}

/// The number of a version, or of the newest one that is known.
fn number(version: &RoomVersionId) -> u8 {
    let known = (1..NEWEST).find(|number| number.to_string() == version.as_str());
    known.unwrap_or(NEWEST)
}

const NEWEST: u8 = 12;
const ALWAYS: RangeInclusive<u8> = 1..=NEWEST;

/// The members of an event that stay, in these versions.
const KEPT: &[(&str, RangeInclusive<u8>)] = &[
    ("event_id", ALWAYS),
    ("type", ALWAYS),
    ("room_id", ALWAYS),
    ("sender", ALWAYS),
    ("state_key", ALWAYS),
    ("content", ALWAYS),
    ("hashes", ALWAYS),
    ("signatures", ALWAYS),
    ("depth", ALWAYS),
    ("prev_events", ALWAYS),
    ("prev_state", 1..=10),
    ("auth_events", ALWAYS),
    ("origin", 1..=10),
    ("origin_server_ts", ALWAYS),
    ("membership", 1..=10),
];

/// A member of a content that stays, in these versions.
struct KeptMember {
    event_type: &'static str,
    name: &'static str,
    versions: RangeInclusive<u8>,
}

const fn kept(
    event_type: &'static str,
    name: &'static str,
    versions: RangeInclusive<u8>,
) -> KeptMember {
    KeptMember {
        event_type,
        name,
        versions,
    }
}

const KEPT_IN_CONTENT: &[KeptMember] = &[
    kept("m.room.aliases", "aliases", 1..=5),
    kept("m.room.create", "creator", 1..=10),
    kept("m.room.history_visibility", "history_visibility", ALWAYS),
    kept("m.room.join_rules", "join_rule", ALWAYS),
    kept("m.room.join_rules", "allow", 8..=NEWEST),
    kept("m.room.member", "membership", ALWAYS),
    kept(
        "m.room.member",
        "join_authorised_via_users_server",
        9..=NEWEST,
    ),
    kept("m.room.power_levels", "ban", ALWAYS),
    kept("m.room.power_levels", "events", ALWAYS),
    kept("m.room.power_levels", "events_default", ALWAYS),
    kept("m.room.power_levels", "invite", 11..=NEWEST),
    kept("m.room.power_levels", "kick", ALWAYS),
    kept("m.room.power_levels", "redact", ALWAYS),
    kept("m.room.power_levels", "state_default", ALWAYS),
    kept("m.room.power_levels", "users", ALWAYS),
    kept("m.room.power_levels", "users_default", ALWAYS),
    kept("m.room.redaction", "redacts", 11..=NEWEST),
];

#[cfg(test)]
mod tests;
