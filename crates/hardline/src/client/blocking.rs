//! The client and its conversations for programs without an executor: every method of the other two, which waits.

mod blocking_client;
mod blocking_conversation;

pub use blocking_client::BlockingClient;
pub use blocking_conversation::BlockingConversation;

#[cfg(test)]
mod tests;
