use std::error::Error;
use std::fmt;

use super::outgoing_event::OutgoingEvent;
use crate::events::EventSizeError;

/// Why a [`SendQueue`](crate::flow::SendQueue) did not do what it was asked to do; nothing changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendQueueError {
    /// It holds as many events as its [options](crate::flow::SendOptions::max_entries) allow.
    TooManyEntries {
        /// How many those are.
        most: usize,
    },
    /// The contents of its events have as many bytes as its [options](crate::flow::SendOptions::max_bytes) allow.
    TooManyBytes {
        /// How many those are.
        most: usize,
    },
    /// Servers would refuse the event for its size.
    TooLarge(EventSizeError),
    /// The content is no JSON object.
    NotAnObject,
    /// The content has no JSON form.
    NotJson(serde_json::Error),
    /// An event with this transaction ID is in the queue: each needs randomness of its own.
    DuplicateTransactionId,
    /// The queue was [closed](crate::flow::SendQueue::close).
    Closed,
    /// No such event is in the queue: it was sent or discarded, or never queued.
    NotQueued,
    /// The event is not in a state in which this can be done.
    NotPossible,
    /// It may be in the room as it was, and an edit has to be encrypted: send one when the event's ID is known.
    Encrypted,
}

impl fmt::Display for SendQueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyEntries { most } => write!(
                f,
                "the queue holds {most} events already: wait until some are sent, or discard some"
            ),
            Self::TooManyBytes { most } => write!(
                f,
                "the queue may hold {most} bytes: wait until some events are sent, or discard some"
            ),
            Self::TooLarge(error) => error.fmt(f),
            Self::NotAnObject => f.write_str("the content of an event is a JSON object: send one"),
            Self::NotJson(error) => write!(f, "the content has no JSON form: {error}"),
            Self::DuplicateTransactionId => f.write_str(
                "an event with this transaction ID is in the queue: pass other random bytes for each event",
            ),
            Self::Closed => f.write_str("the queue was closed: begin another one"),
            Self::NotQueued => {
                f.write_str("the event is not in the queue: if it was sent, use its event ID")
            }
            Self::NotPossible => {
                f.write_str("the event's state does not allow that: look at its state first")
            }
            Self::Encrypted => f.write_str(
                "the event may have been sent: encrypt an edit and send it when the event's ID is known",
            ),
        }
    }
}

impl Error for SendQueueError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::TooLarge(error) => error.source(),
            Self::NotJson(error) => error.source(),
            _ => None,
        }
    }
}

/// An event was not queued. It comes back, so nothing is lost.
#[derive(Debug)]
pub struct EnqueueError(Box<(SendQueueError, OutgoingEvent)>);

impl EnqueueError {
    pub(super) fn new(reason: SendQueueError, event: OutgoingEvent) -> Self {
        Self(Box::new((reason, event)))
    }

    /// Why it was not queued.
    pub fn reason(&self) -> &SendQueueError {
        &self.0.0
    }

    /// The event.
    pub fn into_event(self) -> OutgoingEvent {
        self.0.1
    }
}

impl fmt::Display for EnqueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(f)
    }
}

impl Error for EnqueueError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason().source()
    }
}
