//! Sending events to rooms, in order and once each.

mod changes;
#[cfg(feature = "unstable")]
mod delay;
mod edit_content;
mod entry;
mod lane;
mod outgoing_event;
mod pace;
mod queue;
mod queued_event;
#[cfg(feature = "unstable")]
mod scheduled;
mod send_error;
mod send_event;
mod send_options;
mod send_queue;
mod verdict;

pub use outgoing_event::OutgoingEvent;
pub use queued_event::{Discarded, Edited, EventRefusal, QueuedEvent, QueuedState, Uncertainty};
pub use send_error::{EnqueueError, SendQueueError};
pub use send_event::SendEvent;
pub use send_options::SendOptions;
pub use send_queue::SendQueue;
