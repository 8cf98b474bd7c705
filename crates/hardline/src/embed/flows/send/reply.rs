use hardline_derive::Wire;

use super::event::reason_text;
use crate::embed::forms::error::EmbedError;
use crate::embed::forms::json;
use crate::embed::forms::read::{names, read};
use crate::embed::forms::shared::hex;
use crate::embed::forms::typed::TypedForm;
use crate::embed::json_flow::NOTHING;
use crate::flow::{
    Discarded, Edited, OutgoingEvent, QueuedEvent, QueuedState, SendQueue, SendQueueError,
};
use crate::json::{JsonObject, RawJson};
use crate::types::{DeviceId, EventId, RoomId, Timestamp, TransactionId};

/// What is said to `send_queue`.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SendReplyForm {
    /// What is said.
    #[serde(rename = "type")]
    pub reply_type: String,
    /// The room to send to.
    pub room_id: Option<RoomId>,
    /// The type of the event.
    pub event_type: Option<String>,
    /// What it says. Without one, it keeps its place until `provide` gives it.
    pub content: Option<RawJson>,
    /// The event to redact.
    pub redacts: Option<EventId>,
    /// Why.
    pub reason: Option<String>,
    /// 16 random bytes as 32 hexadecimal digits, other ones for each event, edit or redaction: its transaction ID is made of
    /// them.
    pub entropy: Option<String>,
    /// The transaction ID of the event that is meant.
    pub txn_id: Option<TransactionId>,
    /// The device that is logged in.
    pub device_id: Option<DeviceId>,
    /// The revision that was saved.
    pub revision: Option<u64>,
}

/// An event that is in a queue.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct QueuedEventForm {
    /// Its room.
    pub room_id: RoomId,
    /// Its transaction ID.
    pub txn_id: TransactionId,
    /// Its type.
    pub event_type: String,
    /// What it says.
    pub content: Option<RawJson>,
    /// `awaiting_content`, `queued`, `in_flight`, `stuck` or `may_have_been_sent`.
    pub state: String,
    /// Why nobody knows whether it was sent.
    pub reason: Option<String>,
    /// The server's code for why it is stuck.
    pub errcode: Option<String>,
    /// The HTTP status of that.
    pub status: Option<u16>,
    /// The same for people.
    pub message: Option<String>,
}

pub(super) const REPLIES: &[TypedForm] = &[
    TypedForm::new("enqueue", &["room_id", "event_type", "entropy"]).or(&["content"]),
    TypedForm::new("redact", &["room_id", "redacts", "entropy"]).or(&["reason"]),
    TypedForm::new("provide", &["txn_id", "content"]),
    TypedForm::new("edit", &["txn_id", "content", "entropy"]),
    TypedForm::new("discard", &["txn_id", "entropy"]),
    TypedForm::new("retry", &["txn_id"]),
    TypedForm::new("resend", &["txn_id"]),
    TypedForm::new("saved", &["revision"]),
    TypedForm::new("new_device", &["device_id"]),
    TypedForm::new("nudge", &[]),
    TypedForm::new("entries", &[]),
    TypedForm::new("close", &[]),
];

impl SendReplyForm {
    pub(super) fn parse(text: &str) -> Result<Self, EmbedError> {
        let form: Self = read("the reply", text)?;
        let given = names(text);
        let given = given.iter().map(String::as_str);
        TypedForm::check(REPLIES, "the reply", &form.reply_type, given)?;
        Ok(form)
    }

    /// Says it, and returns the JSON of what the queue says to that.
    pub(super) fn give(self, now: Timestamp, queue: &mut SendQueue) -> Result<String, EmbedError> {
        let missing = || EmbedError::usage("the reply lacks a member");
        let txn_id = || self.txn_id.as_ref().ok_or_else(missing);
        let content = || self.content.as_ref().ok_or_else(missing);
        match self.reply_type.as_str() {
            "enqueue" | "redact" => {
                let room_id = self.room_id.clone().ok_or_else(missing)?;
                RoomId::parse(room_id.as_str()).map_err(EmbedError::usage)?;
                let event = self.event(room_id)?;
                let queued = queue.enqueue(now, event, self.entropy()?);
                let txn_id = queued.map_err(|error| EmbedError::refused(error.reason()))?;
                return Ok(said("txn_id", txn_id.as_str()));
            }
            "provide" => queue.provide(now, txn_id()?, content()?).map_err(refused)?,
            "edit" => {
                let edited = queue.edit(now, txn_id()?, content()?, self.entropy()?);
                return Ok(match edited.map_err(refused)? {
                    Edited::InPlace => NOTHING.to_owned(),
                    Edited::Queued(txn_id) => said("txn_id", txn_id.as_str()),
                });
            }
            "discard" => {
                let discarded = queue.discard(now, txn_id()?, self.entropy()?);
                return Ok(match discarded.map_err(refused)? {
                    Discarded::FromQueue => said("discarded", "from_queue"),
                    Discarded::ByRedaction(txn_id) => {
                        let said = JsonObject::new().with_text("discarded", "by_redaction");
                        json(&said.with_text("txn_id", txn_id.as_str()))
                    }
                    Discarded::ByCancelling => said("discarded", "by_cancelling"),
                });
            }
            "retry" => queue.retry(now, txn_id()?).map_err(refused)?,
            "resend" => queue.resend(now, txn_id()?).map_err(refused)?,
            "saved" => queue.saved(now, self.revision.ok_or_else(missing)?),
            "new_device" => queue.new_device(now, self.device_id.clone().ok_or_else(missing)?),
            "nudge" => queue.nudge(now),
            "entries" => {
                let entries: Vec<_> = queue.entries().map(QueuedEventForm::of).collect();
                return Ok(json(&Entries { entries }));
            }
            _ => queue.close(now),
        }
        Ok(NOTHING.to_owned())
    }

    fn event(&self, room_id: RoomId) -> Result<OutgoingEvent, EmbedError> {
        if let Some(redacts) = &self.redacts {
            let reason = self.reason.as_deref();
            return Ok(OutgoingEvent::redaction(room_id, redacts.clone(), reason));
        }
        let event_type = self.event_type.as_deref().unwrap_or_default();
        match &self.content {
            Some(content) => {
                OutgoingEvent::new(room_id, event_type, content).map_err(EmbedError::usage)
            }
            None => Ok(OutgoingEvent::awaiting_content(room_id, event_type)),
        }
    }

    fn entropy(&self) -> Result<[u8; 16], EmbedError> {
        let bytes = hex(self.entropy.as_deref().unwrap_or_default());
        bytes.ok_or_else(|| EmbedError::usage("the entropy is not 32 hexadecimal digits"))
    }
}

fn refused(error: SendQueueError) -> EmbedError {
    EmbedError::refused(&error)
}

fn said(name: &str, text: &str) -> String {
    json(&JsonObject::new().with_text(name, text))
}

#[derive(Wire, Debug)]
struct Entries {
    entries: Vec<QueuedEventForm>,
}

impl QueuedEventForm {
    fn of(event: QueuedEvent<'_>) -> Self {
        let state = match event.state {
            QueuedState::AwaitingContent => "awaiting_content",
            QueuedState::Queued => "queued",
            QueuedState::InFlight => "in_flight",
            QueuedState::Stuck(_) => "stuck",
            QueuedState::MayHaveBeenSent(_) => "may_have_been_sent",
        };
        let refusal = match event.state {
            QueuedState::Stuck(refusal) => Some(refusal),
            _ => None,
        };
        Self {
            room_id: event.room_id.clone(),
            txn_id: event.txn_id.clone(),
            event_type: event.event_type.to_owned(),
            content: event.content.cloned(),
            state: state.to_owned(),
            reason: match event.state {
                QueuedState::MayHaveBeenSent(reason) => Some(reason_text(reason).to_owned()),
                _ => None,
            },
            errcode: refusal
                .and_then(|refusal| Some(refusal.errcode.as_ref()?.as_str().to_owned())),
            status: refusal.and_then(|refusal| refusal.status),
            message: refusal.map(|refusal| refusal.message.clone()),
        }
    }
}
