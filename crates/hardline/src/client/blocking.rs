//! The client and its conversations for programs without an executor: every method of the other two, which waits.

mod blocking_client;
mod blocking_conversation;
#[cfg(feature = "unstable")]
mod sliding_sync;
#[cfg(feature = "sync")]
mod sync_loop;

pub use blocking_client::BlockingClient;
pub use blocking_conversation::BlockingConversation;

#[cfg(test)]
mod tests;
