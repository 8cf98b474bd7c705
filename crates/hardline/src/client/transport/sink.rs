use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;

/// Where the body of a response goes. It is begun for each attempt: at 0, or where the last attempt stopped.
///
/// A [`MemorySink`] is one, and so is a [`WriteSink`]. The transports have ready ones for files and asynchronous
/// writers.
pub trait BodySink {
    /// Goes to this offset, and cuts off what is behind it. It may come at any time: an attempt that failed does not end.
    ///
    /// # Errors
    /// If it cannot go there.
    fn poll_begin(&mut self, context: &mut Context<'_>, at: u64) -> Poll<io::Result<()>>;

    /// Takes some of these bytes, and returns how many; 0 is a failure.
    ///
    /// # Errors
    /// If it cannot take them. [`FileTooLarge`](io::ErrorKind::FileTooLarge) says that they are too many, which is
    /// [`TooLarge`](crate::wire::FailureClass::TooLarge); any other is
    /// [`Unsendable`](crate::wire::FailureClass::Unsendable), since the body would not fit next time either.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// The body is complete.
    ///
    /// # Errors
    /// If what was taken cannot be kept.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// The SHA-256 of the whole body, if it was computed on the way. It is asked for when the body is complete.
    fn sha256(&mut self) -> Option<[u8; 32]> {
        None
    }
}

/// A sink in memory, with a cap. Clones share what is in it.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// use hardline::client::{BodySink, MemorySink};
///
/// let sink = MemorySink::new(5);
/// let mut context = Context::from_waker(Waker::noop());
/// // The transport does this.
/// assert!(matches!(sink.clone().poll_write(&mut context, b"hello"), Poll::Ready(Ok(5))));
/// assert!(matches!(sink.clone().poll_write(&mut context, b"!"), Poll::Ready(Err(_))));
/// assert_eq!(sink.take(), "hello");
/// ```
#[derive(Clone)]
pub struct MemorySink {
    cap: usize,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl MemorySink {
    /// A sink that takes at most so many bytes.
    pub fn new(cap: usize) -> Self {
        Self {
            cap,
            bytes: Arc::default(),
        }
    }

    /// Takes out what is in it.
    pub fn take(&self) -> Bytes {
        std::mem::take(&mut *self.lock()).into()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BodySink for MemorySink {
    fn poll_begin(&mut self, _: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        let mut bytes = self.lock();
        match usize::try_from(at) {
            Ok(at) if at <= bytes.len() => {
                bytes.truncate(at);
                Poll::Ready(Ok(()))
            }
            _ => Poll::Ready(Err(hole())),
        }
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut taken = self.lock();
        if bytes.len() > self.cap.saturating_sub(taken.len()) {
            let why = format!("more than {} bytes", self.cap);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::FileTooLarge, why)));
        }
        taken.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for MemorySink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySink")
            .field("cap", &self.cap)
            .field("taken", &self.lock().len())
            .finish()
    }
}

/// A sink that is a [`Write`], such as a pipe. It cannot go back, so that an attempt which begins the body anew fails when
/// something was written already. Writing blocks, so it is for a [`BlockingClient`](crate::client::BlockingClient).
///
/// ```
/// let sink = hardline::client::WriteSink::new(std::io::stdout());
/// # drop(sink);
/// ```
#[derive(Debug)]
pub struct WriteSink<W> {
    write: W,
    written: u64,
}

impl<W: Write> WriteSink<W> {
    /// A sink that writes there.
    pub fn new(write: W) -> Self {
        Self { write, written: 0 }
    }
}

impl<W: Write> BodySink for WriteSink<W> {
    fn poll_begin(&mut self, _: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        Poll::Ready(if at == self.written {
            Ok(())
        } else {
            Err(no_way_back())
        })
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = loop {
            match self.write.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => break written?,
            }
        };
        self.written += written as u64;
        Poll::Ready(Ok(written))
    }

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.write.flush())
    }
}

fn hole() -> io::Error {
    let why = "the sink holds less of the body than the server leaves out";
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

/// The error of a sink that cannot begin anew.
fn no_way_back() -> io::Error {
    let why = "the sink cannot go back: give one that can, such as a file";
    io::Error::new(io::ErrorKind::Unsupported, why)
}

/// The [`BodySink`] of a conversation, as transports get it. Clones share it.
#[derive(Clone)]
pub struct Sink(Arc<Mutex<dyn BodySink + Send>>);

impl Sink {
    /// A sink that can be shared.
    pub fn new(sink: impl BodySink + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(sink)))
    }

    fn lock(&self) -> MutexGuard<'_, dyn BodySink + Send + 'static> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BodySink for Sink {
    fn poll_begin(&mut self, context: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        self.lock().poll_begin(context, at)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.lock().poll_write(context, bytes)
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().poll_end(context)
    }

    fn sha256(&mut self) -> Option<[u8; 32]> {
        self.lock().sha256()
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}
