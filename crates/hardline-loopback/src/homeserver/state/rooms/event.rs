use hardline::types::{DeviceId, EventId, Membership, Timestamp, TransactionId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A JSON object, as contents are kept.
pub(crate) type Object = Map<String, Value>;

/// An event of a room, as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) event_id: EventId,
    pub(crate) event_type: String,
    pub(crate) sender: UserId,
    pub(crate) state_key: Option<String>,
    pub(crate) content: Object,
    pub(crate) redacts: Option<EventId>,
    pub(crate) origin_server_ts: Timestamp,
    /// Its place in the stream of all changes.
    pub(crate) position: u64,
    /// The piece of state that it replaced: its place in the room.
    pub(crate) replaces: Option<usize>,
    /// The request that sent it, and the device.
    pub(crate) transaction: Option<(DeviceId, TransactionId)>,
    /// The redaction that took its content: its place in the room.
    pub(crate) redacted_by: Option<usize>,
}

impl Event {
    pub(crate) fn is_state(&self, event_type: &str, state_key: &str) -> bool {
        self.event_type == event_type && self.state_key.as_deref() == Some(state_key)
    }

    /// A member of the content that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.content.get(name)?.as_str()
    }

    /// The membership that an `m.room.member` event gives; none at all counts as having left.
    pub(crate) fn membership(&self) -> Membership {
        Membership::from(self.text("membership").unwrap_or("leave"))
    }

    /// The event that it relates to, and how.
    pub(crate) fn relation(&self) -> Option<(&str, &str)> {
        let relates_to = self.content.get("m.relates_to")?;
        let rel_type = relates_to.get("rel_type")?.as_str()?;
        Some((rel_type, relates_to.get("event_id")?.as_str()?))
    }

    /// The root of the thread that it is in.
    pub(crate) fn thread_root(&self) -> Option<&str> {
        self.relation()
            .filter(|(rel_type, _)| *rel_type == "m.thread")
            .map(|(_, root)| root)
    }
}

/// An event that is to be sent.
pub(crate) struct EventDraft {
    pub(crate) sender: UserId,
    pub(crate) event_type: String,
    pub(crate) state_key: Option<String>,
    pub(crate) content: Object,
    pub(crate) redacts: Option<EventId>,
    pub(crate) transaction: Option<(DeviceId, TransactionId)>,
}

impl EventDraft {
    pub(crate) fn message(sender: UserId, event_type: &str, content: Object) -> Self {
        Self {
            sender,
            event_type: event_type.to_owned(),
            state_key: None,
            content,
            redacts: None,
            transaction: None,
        }
    }

    pub(crate) fn state(
        sender: UserId,
        event_type: &str,
        state_key: &str,
        content: Object,
    ) -> Self {
        Self {
            state_key: Some(state_key.to_owned()),
            ..Self::message(sender, event_type, content)
        }
    }

    /// A membership of a user. `more` are the other members of the content.
    pub(crate) fn member(
        sender: UserId,
        user_id: &UserId,
        membership: &Membership,
        more: Object,
    ) -> Self {
        let mut content = more;
        content.insert("membership".to_owned(), membership.as_str().into());
        Self::state(sender, "m.room.member", user_id.as_str(), content)
    }

    /// A member of the content that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.content.get(name)?.as_str()
    }
}
