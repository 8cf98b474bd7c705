use hardline_derive::Persist;

use crate::json::RawJson;
use crate::types::{RoomId, TransactionId};
use crate::wire::{Error, ErrorCode};

/// An event that is in a [`SendQueue`](crate::flow::SendQueue), for the local echo.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QueuedEvent<'a> {
    /// Its room.
    pub room_id: &'a RoomId,
    /// Its transaction ID, which it keeps. A sync has it as `transaction_id` in the `unsigned` of the event.
    pub txn_id: &'a TransactionId,
    /// Its type.
    pub event_type: &'a str,
    /// What it says; for an edit, what the edited event says then. `None` for a redaction, and while it
    /// [awaits its content](QueuedState::AwaitingContent).
    pub content: Option<&'a RawJson>,
    /// Where it stands.
    pub state: QueuedState<'a>,
}

/// Where an event in a [`SendQueue`](crate::flow::SendQueue) stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueuedState<'a> {
    /// It waits for its content: [`provide`](crate::flow::SendQueue::provide).
    AwaitingContent,
    /// It is sent in its turn.
    Queued,
    /// A request for it is in flight.
    InFlight,
    /// It was refused and would be again: [`edit`](crate::flow::SendQueue::edit),
    /// [`retry`](crate::flow::SendQueue::retry) or [`discard`](crate::flow::SendQueue::discard) it.
    Stuck(&'a EventRefusal),
    /// Nobody knows whether it is in the room: [`resend`](crate::flow::SendQueue::resend) or
    /// [`discard`](crate::flow::SendQueue::discard) it.
    MayHaveBeenSent(Uncertainty),
}

/// Why a server refuses an event: what a saved queue keeps of the error.
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct EventRefusal {
    /// What went wrong, for programs, if the server said it.
    pub errcode: Option<ErrorCode>,
    /// The HTTP status. `None` if the request could not be sent.
    pub status: Option<u16>,
    /// What went wrong, for people.
    pub message: String,
}

impl EventRefusal {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            errcode: error.errcode().cloned(),
            status: error.status().map(|status| status.as_u16()),
            message: error.to_string().chars().take(MOST_CHARS).collect(),
        }
    }
}

/// How much of an error's text is kept.
const MOST_CHARS: usize = 500;

/// Why nobody knows whether an event was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub enum Uncertainty {
    /// The server did not answer before another device was logged in. Transaction IDs belong to a device, so the server
    /// would take the event for a new one.
    NewDevice,
    /// The server did not answer for longer than it is sure to remember
    /// ([`server_memory`](crate::flow::SendOptions::server_memory)).
    Forgotten,
}

/// How an event was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// No request for it had left, or the server had refused it: it is another event now.
    InPlace,
    /// It may be in the room as it was, so an edit of it is queued, with this transaction ID.
    Queued(TransactionId),
}

/// How an event was discarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discarded {
    /// It is not in the queue any more.
    FromQueue,
    /// It may be in the room, so its redaction is queued, with this transaction ID.
    ByRedaction(TransactionId),
    /// The server may have scheduled it, so it is cancelled as soon as the server says so.
    ByCancelling,
}
