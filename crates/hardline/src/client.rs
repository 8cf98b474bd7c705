//! The traits that a transport and a clock implement, and the clients that run operations and flows over them.

mod async_client;
mod audience;
mod block_on;
mod blocking;
mod calls;
mod clock;
mod conversation;
#[cfg(feature = "oauth")]
mod oauth_sessions;
mod replies;
#[cfg(test)]
mod scripted;
mod sessions;
mod sleep;
mod token_manager;
mod token_store;
mod transport;
mod waiting;

pub use async_client::Client;
pub use blocking::{BlockingClient, BlockingConversation};
pub use clock::Clock;
pub use conversation::{Conversation, Next};
pub use replies::Finish;
pub use token_store::TokenStore;
pub use transport::{
    Blocking, BlockingExchange, BlockingStreamingTransport, BlockingTransport, Bodies, BodyReader,
    BodySink, BodySource, BoxTransport, MemorySink, Once, Opening, ReadBody, Sink, Source,
    Streamed, StreamingExchange, StreamingTransport, Transport, TransportFn, WriteSink,
    blocking_transport_fn, transport_fn,
};
