use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use hardline::client::BodyReader;

/// A body that is a [`Stream`] of bytes. Give it small pieces: each is in memory as a whole.
///
/// ```
/// use bytes::Bytes;
/// use futures_core::Stream;
/// use hardline::client::{BodySource, Once};
/// use hardline_transport_options::streaming::StreamBody;
///
/// fn source(pieces: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> impl BodySource {
///     Once::new(StreamBody::new(pieces, None))
/// }
/// ```
pub struct StreamBody<S> {
    stream: Pin<Box<S>>,
    length: Option<u64>,
}

impl<S: Stream<Item = io::Result<Bytes>>> StreamBody<S> {
    /// The body that this stream has, of this length if that is known.
    pub fn new(stream: S, length: impl Into<Option<u64>>) -> Self {
        Self {
            stream: Box::pin(stream),
            length: length.into(),
        }
    }
}

impl<S: Stream<Item = io::Result<Bytes>>> BodyReader for StreamBody<S> {
    fn poll_length(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        Poll::Ready(Ok(self.length))
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        self.stream
            .as_mut()
            .poll_next(context)
            .map(Option::transpose)
    }
}

impl<S> fmt::Debug for StreamBody<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBody")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
