//! What moves bytes and time: the traits that a transport and a clock implement, and the one loop over them.

mod blocking;
mod client;
mod clock;
mod conversation;
mod session;
mod sleep;
mod transport;

pub use blocking::{BlockingClient, BlockingConversation};
pub use client::Client;
pub use clock::Clock;
pub use conversation::{Conversation, Next};
pub use transport::{
    Blocking, BlockingTransport, BoxTransport, Transport, TransportFn, transport_fn,
};
