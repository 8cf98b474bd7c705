//! What moves bytes and time: the traits that a transport and a clock implement, and the one loop over them.

mod clock;
mod transport;

pub use clock::Clock;
pub use transport::{
    Blocking, BlockingTransport, BoxTransport, Transport, TransportFn, transport_fn,
};
