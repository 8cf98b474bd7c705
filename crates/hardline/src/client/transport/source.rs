use std::fmt;
use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};

/// How much of a body is read at once.
const CHUNK: usize = 64 * 1024;

/// Where the body of a request comes from. It is opened for each attempt.
///
/// [`Bytes`] are one, and so is a function that opens a body at an offset:
///
/// ```
/// use std::fs::File;
/// use std::io::{Seek, SeekFrom};
/// use hardline::client::{BlockingClient, BlockingStreamingTransport, BlockingConversation, Clock, ReadBody};
/// use hardline::flow::Flow;
///
/// fn upload<T, C: Clock, F: Flow>(client: &BlockingClient<T, C>, flow: F) -> BlockingConversation<T, C, F>
/// where
///     T: BlockingStreamingTransport<Exchange: Send + 'static>,
/// {
///     client.run(flow).with_source(|at| {
///         let mut file = File::open("picture.jpg")?;
///         let length = file.seek(SeekFrom::End(0))?;
///         file.seek(SeekFrom::Start(at))?;
///         Ok(ReadBody::new(file, length.checked_sub(at)))
///     })
/// }
/// ```
///
/// The transports have ready ones for files and asynchronous readers.
pub trait BodySource {
    /// Opens the body so that its first byte is the one at this offset.
    ///
    /// # Errors
    /// If it cannot be opened there, or not once more. The request then fails as
    /// [`Unsendable`](crate::wire::FailureClass::Unsendable).
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>>;
}

/// The body of a request that is being read.
pub trait BodyReader {
    /// How many bytes come, if that is known. It is polled before the first chunk, so that the request can say so; what
    /// takes time to open is opened here.
    ///
    /// # Errors
    /// If it cannot be opened.
    fn poll_length(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<u64>>>;

    /// The next bytes, `None` at the end. At most a few chunks are in memory at a time, so they should be small: 64 KiB
    /// are a good size.
    ///
    /// # Errors
    /// If it cannot be read on.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>>;
}

/// Bytes in memory.
impl BodySource for Bytes {
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        let at = usize::try_from(at).ok().filter(|at| *at <= self.len());
        let at = at.ok_or_else(|| {
            let why = "the body has fewer bytes than the server has already";
            io::Error::new(io::ErrorKind::InvalidInput, why)
        })?;
        Ok(Box::new(InMemory(self.slice(at..))))
    }
}

/// A function that opens a body at an offset.
impl<F, R> BodySource for F
where
    F: FnMut(u64) -> io::Result<R>,
    R: BodyReader + Send + 'static,
{
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        Ok(Box::new(self(at)?))
    }
}

/// A body that can be read once: from a pipe, for example.
///
/// Whatever is sent again (after a failure, or with another access token) fails as
/// [`Unsendable`](crate::wire::FailureClass::Unsendable).
///
/// ```
/// use hardline::client::{BodySource, Once, ReadBody};
///
/// let mut source = Once::new(ReadBody::new(std::io::stdin(), None));
/// assert!(source.open(0).is_ok());
/// assert!(source.open(0).is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Once<R>(Option<R>);

impl<R: BodyReader> Once<R> {
    /// A source of this body.
    pub fn new(body: R) -> Self {
        Self(Some(body))
    }
}

impl<R: BodyReader + Send + 'static> BodySource for Once<R> {
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        let unsupported = |why| io::Error::new(io::ErrorKind::Unsupported, why);
        if at > 0 {
            let why = "the body can be read from its beginning alone: give a source that can be opened at an offset";
            return Err(unsupported(why));
        }
        match self.0.take() {
            Some(body) => Ok(Box::new(body)),
            None => Err(unsupported(
                "the body can be read once alone: give a source that can be opened again",
            )),
        }
    }
}

/// A body that takes time to open: a future of it.
///
/// ```
/// use hardline::client::{BodyReader, BodySource, Opening};
///
/// async fn open_at(at: u64) -> std::io::Result<impl BodyReader + Send> {
///     # let _ = at;
///     # Ok(hardline::client::ReadBody::new(std::io::empty(), 0))
///     // Connect to where the body is.
/// }
///
/// let mut source = |at| Ok(Opening::new(open_at(at)));
/// assert!(BodySource::open(&mut source, 0).is_ok());
/// ```
pub struct Opening<F, R>(Open<F, R>);

enum Open<F, R> {
    Not(Pin<Box<F>>),
    Failed,
    Yes(R),
}

impl<F: Future<Output = io::Result<R>>, R: BodyReader> Opening<F, R> {
    /// The body that this future opens.
    pub fn new(opening: F) -> Self {
        Self(Open::Not(Box::pin(opening)))
    }
}

impl<F: Future<Output = io::Result<R>>, R: BodyReader> BodyReader for Opening<F, R> {
    fn poll_length(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        if let Open::Not(opening) = &mut self.0 {
            let opened = ready!(opening.as_mut().poll(context));
            self.0 = Open::Failed;
            self.0 = Open::Yes(opened?);
        }
        match &mut self.0 {
            Open::Yes(body) => body.poll_length(context),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        match &mut self.0 {
            Open::Yes(body) => body.poll_chunk(context),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

impl<F, R> fmt::Debug for Opening<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening")
    }
}

/// A body from a [`Read`]. Reading blocks, so it is for a [`BlockingClient`](crate::client::BlockingClient), and for
/// what is in memory.
#[derive(Debug)]
pub struct ReadBody<R> {
    read: R,
    length: Option<u64>,
    buffer: BytesMut,
}

impl<R: Read> ReadBody<R> {
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

impl<R: Read> BodyReader for ReadBody<R> {
    fn poll_length(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        Poll::Ready(Ok(self.length))
    }

    fn poll_chunk(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        self.buffer.resize(CHUNK, 0);
        let read = loop {
            match self.read.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        let chunk = self.buffer.split_to(read).freeze();
        Poll::Ready(Ok((read > 0).then_some(chunk)))
    }
}

/// The rest of what is in memory, without a copy.
struct InMemory(Bytes);

impl BodyReader for InMemory {
    fn poll_length(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        // A usize fits into a u64.
        Poll::Ready(Ok(Some(self.0.len() as u64)))
    }

    fn poll_chunk(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let chunk = self.0.split_to(self.0.len().min(CHUNK));
        Poll::Ready(Ok((!chunk.is_empty()).then_some(chunk)))
    }
}

/// The [`BodySource`] of a conversation, as transports get it. Clones share it.
#[derive(Clone)]
pub struct Source(Arc<Mutex<dyn BodySource + Send>>);

impl Source {
    /// A source that can be shared.
    pub fn new(source: impl BodySource + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(source)))
    }

    /// As [`BodySource::open`].
    ///
    /// # Errors
    /// As [`BodySource::open`].
    pub fn open(&self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open(at)
    }
}

impl BodySource for Source {
    fn open(&mut self, at: u64) -> io::Result<Box<dyn BodyReader + Send>> {
        Self::open(self, at)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}
