use crate::flow::{RetryScheduled, Uncertainty};
use crate::types::{EventId, RoomId, TransactionId};
use crate::wire::Error;

/// What a [`SendQueue`](crate::flow::SendQueue) tells the program.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendEvent {
    /// An event is in the room. A program that crashes before it has saved the queue may be told so again.
    Sent {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the local echo.
        txn_id: TransactionId,
        /// The ID of the event.
        event_id: EventId,
    },
    /// A redaction is in the room.
    Redacted {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the redaction.
        txn_id: TransactionId,
        /// The ID of the redaction itself, if the server said it.
        event_id: Option<EventId>,
    },
    /// The server has an event that it sends after a delay.
    Scheduled {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the event, by which it is cancelled or sent.
        txn_id: TransactionId,
    },
    /// The delay of an event is over, as far as the queue knows: it was sent, or cancelled.
    DelayEnded {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the event.
        txn_id: TransactionId,
    },
    /// The server refused an event and would refuse it again: [edit](crate::flow::SendQueue::edit),
    /// [retry](crate::flow::SendQueue::retry) or [discard](crate::flow::SendQueue::discard) it. Other rooms go on.
    Stuck {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the event.
        txn_id: TransactionId,
        /// Why. `M_TOO_LARGE` and `M_FORBIDDEN` are the most likely codes; a proxy may refuse with the status alone.
        error: Error,
    },
    /// Nobody knows whether an event is in the room: [resend](crate::flow::SendQueue::resend) or
    /// [discard](crate::flow::SendQueue::discard) it.
    MayHaveBeenSent {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the event.
        txn_id: TransactionId,
        /// Why.
        reason: Uncertainty,
    },
    /// The server has trouble with a room; the queue tries again by itself, and other rooms go on.
    RetryScheduled {
        /// The room.
        room_id: RoomId,
        /// The transaction ID of the event.
        txn_id: TransactionId,
        /// Why, and until when.
        retry: RetryScheduled,
    },
    /// The server limits the rate of requests: nothing is sent to any room until then.
    Limited(RetryScheduled),
    /// The server cannot be reached. The queue tries again by itself, and tells it once:
    /// [`nudge`](crate::flow::SendQueue::nudge) it when there is a network again.
    Offline(RetryScheduled),
    /// The server can be reached again.
    Online,
    /// The session is over. Nothing is sent until somebody has logged in:
    /// [`new_device`](crate::flow::SendQueue::new_device).
    LoggedOut(Error),
    /// The queue has changed: save it, then confirm this [revision](crate::flow::SendQueue::saved). Some requests wait
    /// for that.
    Changed {
        /// The revision.
        revision: u64,
    },
}
