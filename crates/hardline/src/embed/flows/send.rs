mod event;
mod reply;
pub(super) mod send_queue;

pub use event::SendEventForm;
pub use reply::{QueuedEventForm, SendReplyForm};
pub use send_queue::SendQueueArguments;
