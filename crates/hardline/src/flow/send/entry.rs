use bytes::Bytes;
use hardline_derive::Persist;
use http::{Request, Response};

#[cfg(feature = "unstable")]
use super::delay::{Delay, DelayId, Wanted};
use super::edit_content::related;
use super::queued_event::{EventRefusal, Uncertainty};
use crate::client_api::room_events::{RedactEvent, SendMessage};
#[cfg(feature = "unstable")]
use crate::client_api::unstable::msc4140::SendDelayedEvent;
use crate::flow::Callable;
use crate::json::RawJson;
use crate::types::{EventId, RoomId, Timestamp, TransactionId};
use crate::wire::{Credentials, EncodeError, Endpoint, Error, Operation, Target};

/// An event in the queue.
#[derive(Debug, Persist)]
pub(super) struct Entry {
    /// Its ID for good: no entry ever gets another one.
    pub(super) txn_id: TransactionId,
    /// Its place among all entries, by when they were queued.
    pub(super) order: u64,
    pub(super) what: What,
    pub(super) status: Status,
    /// The revision of the queue that has it as it is: it is sent only once that is saved.
    pub(super) revision: u64,
    /// Requests may leave for it as soon as this is saved. Who loads that save cannot know whether they did; if they did,
    /// the server is sure to remember its transaction ID until then.
    pub(super) armed_until: Option<Timestamp>,
    pub(super) marks: Marks,
}

/// What requests for an entry may have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Persist)]
pub(super) struct Marks {
    /// A request for it has left, so that it stays as it is.
    pub(super) has_left: bool,
    /// Nobody knows what became of a request for it. The server is sure to remember its transaction ID until then.
    pub(super) remembered_until: Option<Timestamp>,
}

/// What is sent.
#[derive(Clone, Debug, Persist)]
pub(super) enum What {
    Event {
        event_type: String,
        content: Option<RawJson>,
    },
    #[cfg(feature = "unstable")]
    Delayed {
        event_type: String,
        content: Option<RawJson>,
        delay: Delay,
        /// What the program wants done with it once it is scheduled.
        wanted: Option<Wanted>,
    },
    Edit {
        of: Reference,
        event_type: String,
        /// All of the edit but its relation.
        content: RawJson,
        /// What the edited event says then.
        new: RawJson,
    },
    Redaction {
        of: Reference,
        reason: Option<String>,
    },
}

/// Which event an edit or a redaction is about.
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
pub(super) enum Reference {
    /// One that is in the queue before it.
    Entry(TransactionId),
    /// One that is in the room.
    Event(EventId),
}

#[derive(Debug, Persist)]
pub(super) enum Status {
    /// It is sent in its turn.
    Ready,
    /// The server would refuse it again.
    Stuck(EventRefusal),
    /// It may be in the room or not.
    Uncertain(Uncertainty),
}

/// An operation, and the request for it.
pub(super) type Encoded = (&'static Operation, Result<Request<Vec<u8>>, EncodeError>);

/// What the server made of an entry.
pub(super) enum Receipt {
    Sent(EventId),
    Redacted(Option<EventId>),
    #[cfg(feature = "unstable")]
    /// From this time on.
    Scheduled(DelayId, Timestamp),
}

impl Entry {
    /// Whether it is sent as soon as its turn comes.
    pub(super) fn is_sendable(&self) -> bool {
        let is_complete = match &self.what {
            What::Event { content, .. } => content.is_some(),
            #[cfg(feature = "unstable")]
            What::Delayed { content, .. } => content.is_some(),
            What::Edit { of, .. } | What::Redaction { of, .. } => {
                matches!(of, Reference::Event(_))
            }
        };
        is_complete && matches!(self.status, Status::Ready)
    }

    /// Whether it is an edit or a redaction of this entry.
    pub(super) fn is_about(&self, txn_id: &TransactionId) -> bool {
        self.what
            .reference()
            .is_some_and(|of| matches!(of, Reference::Entry(other) if other == txn_id))
    }

    /// The request for it; `None` while it is not complete.
    pub(super) fn request(&self, room_id: &RoomId, target: &Target) -> Option<Encoded> {
        let txn_id = self.txn_id.clone();
        let send = |event_type: &str, content| {
            let event_type = event_type.to_owned();
            let operation = SendMessage::new(room_id.clone(), event_type, txn_id.clone(), content);
            encode(&operation, target)
        };
        Some(match &self.what {
            What::Event {
                event_type,
                content,
            } => send(event_type, content.clone()?),
            #[cfg(feature = "unstable")]
            What::Delayed {
                event_type,
                content,
                delay,
                ..
            } => {
                let (event_type, content) = (event_type.clone(), content.clone()?);
                let room_id = room_id.clone();
                let millis = delay.millis();
                let operation = SendDelayedEvent::new(room_id, event_type, txn_id, content, millis);
                encode(&operation, target)
            }
            What::Edit {
                of: Reference::Event(event_id),
                event_type,
                content,
                ..
            } => match related(content, event_id) {
                Ok(content) => send(event_type, content),
                Err(error) => (
                    const { &SendMessage::OPERATION },
                    Err(EncodeError::Unencodable(error.to_string())),
                ),
            },
            What::Redaction {
                of: Reference::Event(event_id),
                reason,
            } => {
                let mut operation = RedactEvent::new(room_id.clone(), event_id.clone(), txn_id);
                operation.reason.clone_from(reason);
                encode(&operation, target)
            }
            What::Edit { .. } | What::Redaction { .. } => return None,
        })
    }

    /// Reads the response to its request.
    ///
    /// # Errors
    /// As [`decode`](crate::wire::decode).
    pub(super) fn receipt(
        &self,
        #[cfg_attr(not(feature = "unstable"), expect(unused_variables))] now: Timestamp,
        response: Response<Bytes>,
    ) -> Result<Receipt, Error> {
        use crate::wire::decode;
        match &self.what {
            What::Redaction { .. } => {
                decode::<RedactEvent>(response).map(|sent| Receipt::Redacted(sent.event_id))
            }
            #[cfg(feature = "unstable")]
            What::Delayed { .. } => {
                let status = response.status();
                let body = response.body().clone();
                let scheduled = decode::<SendDelayedEvent>(response)?;
                match (scheduled.delay_id, scheduled.event_id) {
                    (Some(text), _) => Ok(Receipt::Scheduled(DelayId(text), now)),
                    (None, Some(event_id)) => Ok(Receipt::Sent(event_id)),
                    // What is missing is what an event's answer has at least.
                    (None, None) => {
                        let mut response = Response::new(body);
                        *response.status_mut() = status;
                        decode::<SendMessage>(response).map(|sent| Receipt::Sent(sent.event_id))
                    }
                }
            }
            What::Event { .. } | What::Edit { .. } => {
                decode::<SendMessage>(response).map(|sent| Receipt::Sent(sent.event_id))
            }
        }
    }
}

impl What {
    /// The type of the event.
    pub(super) fn event_type(&self) -> &str {
        match self {
            Self::Event { event_type, .. } | Self::Edit { event_type, .. } => event_type,
            #[cfg(feature = "unstable")]
            Self::Delayed { event_type, .. } => event_type,
            Self::Redaction { .. } => "m.room.redaction",
        }
    }

    /// What the event says, or for an edit what the edited one says then.
    pub(super) fn content(&self) -> Option<&RawJson> {
        match self {
            Self::Event { content, .. } => content.as_ref(),
            #[cfg(feature = "unstable")]
            Self::Delayed { content, .. } => content.as_ref(),
            Self::Edit { new, .. } => Some(new),
            Self::Redaction { .. } => None,
        }
    }

    pub(super) fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Edit { of, .. } | Self::Redaction { of, .. } => Some(of),
            _ => None,
        }
    }

    pub(super) fn reference_mut(&mut self) -> Option<&mut Reference> {
        match self {
            Self::Edit { of, .. } | Self::Redaction { of, .. } => Some(of),
            _ => None,
        }
    }

    /// Whether it has yet to get its content.
    pub(super) fn awaits_content(&self) -> bool {
        self.content().is_none() && !matches!(self, Self::Redaction { .. })
    }

    /// How much memory it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        let content = |content: &RawJson| content.as_bytes().len();
        let more = match self {
            Self::Edit { content: edit, .. } => content(edit),
            Self::Redaction { reason, .. } => reason.as_ref().map_or(0, String::len),
            _ => 0,
        };
        self.event_type().len() + self.content().map_or(0, content) + more
    }
}

/// The request for an operation.
pub(super) fn encode<O: Callable>(operation: &O, target: &Target) -> Encoded {
    let request = operation.encode(None, target, &Credentials::Deferred);
    (operation.operation(), request)
}
