use hardline_derive::Wire;

use crate::embed::forms::error::ErrorForm;
use crate::embed::forms::typed::TypedForm;
use crate::flow::{RetryScheduled, SendEvent, Uncertainty};
use crate::types::{EventId, RoomId, Timestamp, TransactionId};

/// What `send_queue` tells.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct SendEventForm {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The room.
    pub room_id: Option<RoomId>,
    /// The transaction ID of the event.
    pub txn_id: Option<TransactionId>,
    /// The ID of the event in the room.
    pub event_id: Option<EventId>,
    /// What went wrong.
    pub error: Option<ErrorForm>,
    /// Why nobody knows whether it was sent: `new_device` or `forgotten`.
    pub reason: Option<String>,
    /// When the next attempt is made.
    pub until_ms: Option<Timestamp>,
    /// What to save and to confirm.
    pub revision: Option<u64>,
}

pub(super) const EVENTS: &[TypedForm] = &[
    TypedForm::new("sent", &["room_id", "txn_id", "event_id"]),
    TypedForm::new("redacted", &["room_id", "txn_id"]).or(&["event_id"]),
    TypedForm::new("scheduled", &["room_id", "txn_id"]),
    TypedForm::new("delay_ended", &["room_id", "txn_id"]),
    TypedForm::new("stuck", &["room_id", "txn_id", "error"]),
    TypedForm::new("may_have_been_sent", &["room_id", "txn_id", "reason"]),
    TypedForm::new("waiting", &["room_id", "txn_id", "error", "until_ms"]),
    TypedForm::new("limited", &["error", "until_ms"]),
    TypedForm::new("offline", &["error", "until_ms"]),
    TypedForm::new("online", &[]),
    TypedForm::new("logged_out", &["error"]),
    TypedForm::new("changed", &["revision"]),
];

impl SendEventForm {
    fn new(event_type: &str) -> Self {
        Self {
            event_type: event_type.to_owned(),
            ..Self::default()
        }
    }

    fn about(event_type: &str, room_id: RoomId, txn_id: TransactionId) -> Self {
        Self {
            room_id: Some(room_id),
            txn_id: Some(txn_id),
            ..Self::new(event_type)
        }
    }

    fn waiting(self, now: Timestamp, scheduled: &RetryScheduled) -> Self {
        Self {
            error: Some(ErrorForm::of_error(now, &scheduled.error)),
            until_ms: Some(scheduled.until),
            ..self
        }
    }

    /// An event of a queue, at this time.
    pub(super) fn of(now: Timestamp, event: SendEvent) -> Self {
        match event {
            SendEvent::Sent {
                room_id,
                txn_id,
                event_id,
            } => Self {
                event_id: Some(event_id),
                ..Self::about("sent", room_id, txn_id)
            },
            SendEvent::Redacted {
                room_id,
                txn_id,
                event_id,
            } => Self {
                event_id,
                ..Self::about("redacted", room_id, txn_id)
            },
            SendEvent::Scheduled { room_id, txn_id } => Self::about("scheduled", room_id, txn_id),
            SendEvent::DelayEnded { room_id, txn_id } => {
                Self::about("delay_ended", room_id, txn_id)
            }
            SendEvent::Stuck {
                room_id,
                txn_id,
                error,
            } => Self {
                error: Some(ErrorForm::of_error(now, &error)),
                ..Self::about("stuck", room_id, txn_id)
            },
            SendEvent::MayHaveBeenSent {
                room_id,
                txn_id,
                reason,
            } => Self {
                reason: Some(reason_text(reason).to_owned()),
                ..Self::about("may_have_been_sent", room_id, txn_id)
            },
            SendEvent::RetryScheduled {
                room_id,
                txn_id,
                retry,
            } => Self::about("waiting", room_id, txn_id).waiting(now, &retry),
            SendEvent::Limited(retry) => Self::new("limited").waiting(now, &retry),
            SendEvent::Offline(retry) => Self::new("offline").waiting(now, &retry),
            SendEvent::Online => Self::new("online"),
            SendEvent::LoggedOut(error) => Self {
                error: Some(ErrorForm::of_error(now, &error)),
                ..Self::new("logged_out")
            },
            SendEvent::Changed { revision } => Self {
                revision: Some(revision),
                ..Self::new("changed")
            },
        }
    }
}

pub(super) fn reason_text(reason: Uncertainty) -> &'static str {
    match reason {
        Uncertainty::NewDevice => "new_device",
        Uncertainty::Forgotten => "forgotten",
    }
}
