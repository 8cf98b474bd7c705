use super::{Sink, Source};

/// The bodies that a program gives for the requests and responses of a conversation that stream.
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::{Bodies, MemorySink, Sink, Source};
///
/// let mut bodies = Bodies::default();
/// bodies.source = Some(Source::new(Bytes::from_static(b"hello")));
/// bodies.sink = Some(Sink::new(MemorySink::new(1024)));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Bodies {
    /// Where the body of a request comes from.
    pub source: Option<Source>,
    /// Where the body of a response goes.
    pub sink: Option<Sink>,
}
