//! What transports share that stream bodies: the library moves bytes, and this says what becomes of them.

mod exchange;
mod fault;
mod handoff;
mod outgoing;
mod place;
mod port;
mod receiving;
mod reopened;
mod sha256;
mod stream_body;

pub use exchange::{Finished, StreamedExchange};
pub use handoff::{OutgoingPart, OutgoingParts};
pub use outgoing::{OutgoingBody, Pump};
pub use place::{begin_of_stream, check_length};
pub use port::Port;
pub use receiving::ReceivedBody;
pub use reopened::{PollWrite, Reopened};
pub use sha256::Sha256Sink;
pub use stream_body::StreamBody;

/// A future of anything, with its type erased.
pub type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
