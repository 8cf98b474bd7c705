//! What happens in a room, in words.

use std::collections::BTreeMap;

use hardline::events::{
    EventContent, MessageType, RawEvent, Reaction, RoomEncrypted, RoomEncryption, RoomMember,
    RoomMessage, RoomName, RoomRedaction, RoomTombstone, RoomTopic, Sticker,
};
use hardline::types::{Membership, Timestamp, UserId};
use jiff::tz::TimeZone;

/// What is known of a room while it is shown.
pub(crate) struct Timeline {
    /// What the members are called who have a name.
    names: BTreeMap<String, String>,
    time_zone: TimeZone,
}

impl Timeline {
    pub(crate) fn new(time_zone: TimeZone) -> Self {
        Self {
            names: BTreeMap::new(),
            time_zone,
        }
    }

    /// Takes up who is called what, from state.
    pub(crate) fn learn(&mut self, event: &RawEvent) {
        let Some(user) = event.state_key() else {
            return;
        };
        let Ok(member) = event.content_as::<RoomMember>() else {
            return;
        };
        match member.displayname() {
            Some(name) => self.names.insert(user, name.to_owned()),
            None => self.names.remove(&user),
        };
    }

    /// The lines of an event; none if it is nothing to show. The text is what others wrote.
    pub(crate) fn lines(&self, event: &RawEvent, now: Timestamp) -> Vec<String> {
        let Some(said) = self.said(event) else {
            return Vec::new();
        };
        let at = event.origin_server_ts().unwrap_or(now);
        let time = time(at, now, &self.time_zone);
        let mut lines = said.lines();
        let first = lines.next().unwrap_or_default();
        // Whoever writes several lines must not be able to write what looks like another's message.
        let others = lines.map(|line| format!("        {line}"));
        std::iter::once(format!("[{time}] {first}"))
            .chain(others)
            .collect()
    }

    /// `name: text`, or what the sender did.
    fn said(&self, event: &RawEvent) -> Option<String> {
        let event_type = event.event_type()?;
        let name = self.name(&event.sender()?);
        Some(match event_type.as_str() {
            RoomMessage::TYPE => message(&name, event),
            RoomEncrypted::TYPE => {
                format!("{name}: (an encrypted message, which this command cannot read)")
            }
            Sticker::TYPE => {
                let sticker: Sticker = event.content_as().ok()?;
                format!("* {name} sent a sticker: {}", sticker.body?)
            }
            Reaction::TYPE => {
                let reaction: Reaction = event.content_as().ok()?;
                let (_, key) = reaction.relates_to.as_ref()?.annotation()?;
                format!("* {name} reacted with {key}")
            }
            RoomRedaction::TYPE => format!("* {name} removed a message"),
            RoomMember::TYPE => self.membership(&name, event)?,
            RoomName::TYPE => {
                let content: RoomName = event.content_as().ok()?;
                match content.name() {
                    Some(room) => format!("* {name} called the room \"{room}\""),
                    None => format!("* {name} took away the room's name"),
                }
            }
            RoomTopic::TYPE => {
                let topic: RoomTopic = event.content_as().ok()?;
                let topic = topic.plain().unwrap_or_default();
                format!("* {name} set the topic: {topic}")
            }
            RoomEncryption::TYPE => format!("* {name} turned on encryption"),
            RoomTombstone::TYPE => format!("* {name} replaced the room by another"),
            _ => return None,
        })
    }

    fn membership(&self, name: &str, event: &RawEvent) -> Option<String> {
        let member: RoomMember = event.content_as().ok()?;
        let user = UserId::parse(event.state_key()?).ok()?;
        let before = event.unsigned_data().prev_content;
        let before = before.and_then(|before| before.deserialize::<RoomMember>().ok());
        let was = before.map(|before| before.membership);
        let is_own = event.sender()? == user;
        let whom = self.name(&user);
        Some(match member.membership {
            Membership::Join if was == Some(Membership::Join) => return None,
            Membership::Join => format!("* {whom} joined"),
            Membership::Invite => format!("* {name} invited {whom}"),
            Membership::Knock => format!("* {whom} asks to be let in"),
            Membership::Leave if is_own && was == Some(Membership::Invite) => {
                format!("* {whom} declined the invitation")
            }
            Membership::Leave if is_own => format!("* {whom} left"),
            Membership::Leave if was == Some(Membership::Ban) => {
                format!("* {name} unbanned {whom}")
            }
            Membership::Leave => format!("* {name} removed {whom}"),
            Membership::Ban => format!("* {name} banned {whom}"),
            _ => return None,
        })
    }

    /// What a member is called: with their ID too, where another one is called the same.
    fn name(&self, user: &UserId) -> String {
        let Some(name) = self.names.get(user.as_str()) else {
            return user.to_string();
        };
        // A line break would begin what looks like another message.
        let name = name.replace(['\n', '\r'], " ");
        let called = self.names.values().filter(|other| **other == name);
        if called.count() > 1 {
            format!("{name} ({user})")
        } else {
            name
        }
    }
}

fn message(name: &str, event: &RawEvent) -> String {
    let Ok(message) = event.content_as::<RoomMessage>() else {
        return format!("{name}: (a message that cannot be read)");
    };
    let edited = message.new_content.as_ref();
    let edited = edited.and_then(|new| new.deserialize::<RoomMessage>().ok());
    let is_edit = (message.relates_to.as_ref()).is_some_and(|relation| relation.edited().is_some());
    let (message, mark) = match edited {
        Some(edited) if is_edit => (edited, " (edited)"),
        _ => (message, ""),
    };
    let Some(msgtype) = &message.msgtype else {
        return format!("{name}: (a message that was removed)");
    };
    let kind = match msgtype {
        MessageType::Image => "a picture",
        MessageType::Audio => "a sound",
        MessageType::Video => "a film",
        MessageType::File => "a file",
        MessageType::Emote => {
            let body = message.body_without_fallback().unwrap_or_default();
            return format!("* {name} {body}{mark}");
        }
        _ => {
            let body = message.body_without_fallback().unwrap_or_default();
            return format!("{name}{mark}: {body}");
        }
    };
    let file_name = message.file_name().unwrap_or("without a name");
    let place = match (&message.url, &message.file) {
        (Some(url), _) => format!(" ({url})"),
        (None, Some(_)) => " (encrypted)".to_owned(),
        (None, None) => String::new(),
    };
    let caption = message.caption().map(|caption| format!("\n{caption}"));
    let caption = caption.unwrap_or_default();
    format!("* {name} sent {kind}: {file_name}{place}{mark}{caption}")
}

/// The time of day, with the date if it is another day's.
fn time(at: Timestamp, now: Timestamp, time_zone: &TimeZone) -> String {
    let zoned = |time: Timestamp| {
        let millis = i64::try_from(time.as_millis()).ok()?;
        let time = jiff::Timestamp::from_millisecond(millis).ok()?;
        Some(time.to_zoned_datetime(time_zone.clone()))
    };
    let (Some(at), Some(now)) = (zoned(at), zoned(now)) else {
        return "at some time".to_owned();
    };
    let format = if at.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// 24 November 2026, 12:03 UTC.
    const NOW: u64 = 1_795_521_780_000;

    fn event(event_type: &str, content: Value) -> RawEvent {
        RawEvent::new(&json!({
            "type": event_type,
            "sender": "@bob:a.org",
            "origin_server_ts": NOW,
            "content": content,
        }))
        .unwrap()
    }

    fn member(user: &str, name: &str) -> RawEvent {
        RawEvent::new(&json!({
            "type": "m.room.member",
            "state_key": user,
            "sender": user,
            "content": {"membership": "join", "displayname": name},
        }))
        .unwrap()
    }

    fn timeline() -> Timeline {
        let mut timeline = Timeline::new(TimeZone::UTC);
        timeline.learn(&member("@bob:a.org", "Bob"));
        timeline
    }

    fn lines(event: &RawEvent) -> Vec<String> {
        timeline().lines(event, Timestamp::from_millis(NOW))
    }

    #[test]
    fn each_kind_of_event_is_told_in_words() {
        let text = |content: Value| event("m.room.message", content);
        for (event, expected) in [
            (
                text(json!({"msgtype": "m.text", "body": "hello"})),
                "Bob: hello",
            ),
            (
                text(json!({"msgtype": "m.notice", "body": "hello"})),
                "Bob: hello",
            ),
            (
                text(json!({"msgtype": "m.emote", "body": "waves"})),
                "* Bob waves",
            ),
            (text(json!({})), "Bob: (a message that was removed)"),
            (
                text(json!({"msgtype": "m.image", "body": "cat.png", "url": "mxc://a.org/b"})),
                "* Bob sent a picture: cat.png (mxc://a.org/b)",
            ),
            (
                text(json!({"msgtype": "m.text", "body": "* hallo",
                    "m.new_content": {"msgtype": "m.text", "body": "hallo"},
                    "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}})),
                "Bob (edited): hallo",
            ),
            (
                event(
                    "m.room.encrypted",
                    json!({"algorithm": "m.megolm.v1.aes-sha2"}),
                ),
                "Bob: (an encrypted message, which this command cannot read)",
            ),
            (
                event(
                    "m.reaction",
                    json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "👍"}}),
                ),
                "* Bob reacted with 👍",
            ),
            (
                event("m.room.redaction", json!({})),
                "* Bob removed a message",
            ),
            (
                event("m.room.name", json!({"name": "Tea"})),
                "* Bob called the room \"Tea\"",
            ),
        ] {
            assert_eq!(lines(&event), [format!("[12:03] {expected}")]);
        }
        assert!(lines(&event("org.example.unknown", json!({}))).is_empty());
    }

    #[test]
    fn nobody_can_write_what_looks_like_the_message_of_another() {
        let content = json!({"msgtype": "m.text", "body": "hello\n[12:04] Alice: yes"});
        assert_eq!(
            lines(&event("m.room.message", content)),
            ["[12:03] Bob: hello", "        [12:04] Alice: yes"]
        );
        let mut timeline = timeline();
        timeline.learn(&member("@evil:a.org", "Bob"));
        timeline.learn(&member("@x:a.org", "x\n[12:04] Alice"));
        let name = |user: &str| timeline.name(&UserId::parse(user).unwrap());
        assert_eq!(name("@bob:a.org"), "Bob (@bob:a.org)");
        assert_eq!(name("@x:a.org"), "x [12:04] Alice");
        assert_eq!(name("@carol:a.org"), "@carol:a.org");
    }

    #[test]
    fn who_comes_and_goes_is_told() {
        let change = |sender: &str, before: &str, after: &str| {
            let event = RawEvent::new(&json!({
                "type": "m.room.member",
                "sender": sender,
                "state_key": "@bob:a.org",
                "content": {"membership": after},
                "unsigned": {"prev_content": {"membership": before}},
            }));
            timeline().said(&event.unwrap())
        };
        let bob = "@bob:a.org";
        assert_eq!(change(bob, "invite", "join").unwrap(), "* Bob joined");
        assert_eq!(change(bob, "join", "join"), None);
        assert_eq!(change(bob, "join", "leave").unwrap(), "* Bob left");
        assert_eq!(
            change("@c:a.org", "join", "leave").unwrap(),
            "* @c:a.org removed Bob"
        );
        assert_eq!(
            change("@c:a.org", "leave", "invite").unwrap(),
            "* @c:a.org invited Bob"
        );
    }

    #[test]
    fn the_time_has_a_date_if_it_is_another_days() {
        let shown = |at| {
            time(
                Timestamp::from_millis(at),
                Timestamp::from_millis(NOW),
                &TimeZone::UTC,
            )
        };
        assert_eq!(shown(NOW), "12:03");
        assert_eq!(shown(NOW - 86_400_000), "2026-11-23 12:03");
        assert_eq!(shown(u64::MAX), "at some time");
    }
}
