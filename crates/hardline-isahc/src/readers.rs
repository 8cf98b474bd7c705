use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_lite::{AsyncRead, AsyncWrite};
use hardline::client::{BodyReader, BodySink};
use hardline_transport_options::streaming::begin_of_stream;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// A body that is an [`AsyncRead`].
///
/// ```
/// use hardline::client::{BodySource, Once};
/// use futures_lite::AsyncRead;
/// use hardline_isahc::AsyncReadBody;
///
/// fn source(pipe: impl AsyncRead + Send + Unpin + 'static) -> impl BodySource {
///     // It can be read once. A function that opens it at an offset can be read again.
///     Once::new(AsyncReadBody::new(pipe, None))
/// }
/// ```
pub struct AsyncReadBody<R> {
    read: R,
    length: Option<u64>,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> AsyncReadBody<R> {
    /// The body that comes from there, of this length if that is known. One that turns out to be longer or shorter fails
    /// the request.
    pub fn new(read: R, length: impl Into<Option<u64>>) -> Self {
        Self {
            read,
            length: length.into(),
            buffer: BytesMut::new(),
        }
    }
}

impl<R: AsyncRead + Unpin> BodyReader for AsyncReadBody<R> {
    fn poll_length(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        Poll::Ready(Ok(self.length))
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        self.buffer.resize(CHUNK, 0);
        let read = ready!(Pin::new(&mut self.read).poll_read(context, &mut self.buffer))?;
        let chunk = self.buffer.split_to(read).freeze();
        Poll::Ready(Ok((read > 0).then_some(chunk)))
    }
}

impl<R> fmt::Debug for AsyncReadBody<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncReadBody")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// A sink that is an [`AsyncWrite`], such as a pipe. It cannot go back, so that an attempt which begins the body anew fails
/// when something was written already; a [`FileSink`](crate::FileSink) can.
///
/// ```
/// let sink = hardline_isahc::AsyncWriteSink::new(futures_lite::io::sink());
/// # drop(sink);
/// ```
pub struct AsyncWriteSink<W> {
    write: W,
    written: u64,
}

impl<W: AsyncWrite + Unpin> AsyncWriteSink<W> {
    /// A sink that writes there.
    pub fn new(write: W) -> Self {
        Self { write, written: 0 }
    }
}

impl<W: AsyncWrite + Unpin> BodySink for AsyncWriteSink<W> {
    fn poll_begin(&mut self, _: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        Poll::Ready(begin_of_stream(at, self.written))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.write).poll_write(context, bytes))?;
        self.written += written as u64;
        Poll::Ready(Ok(written))
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_flush(context)
    }
}

impl<W> fmt::Debug for AsyncWriteSink<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncWriteSink")
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
