use std::fmt;
use std::io;
use std::task::{Context, Poll, ready};

use hardline::client::BodySink;
use sha2::{Digest, Sha256};

/// A sink that computes the SHA-256 of what goes into another one, for
/// [`BodyEnd::sha256`](hardline::flow::BodyEnd::sha256).
///
/// ```
/// use hardline::client::MemorySink;
/// use hardline_transport_options::streaming::Sha256Sink;
///
/// let sink = Sha256Sink::new(MemorySink::new(1024));
/// # drop(sink);
/// ```
pub struct Sha256Sink<S> {
    sink: S,
    sha256: Sha256,
    /// How much of the body it is of; `None` if it began elsewhere than the body.
    hashed: Option<u64>,
}

impl<S: BodySink> Sha256Sink<S> {
    /// Hashes what goes into this sink. Of a body that is resumed there is a hash only if its beginning went through
    /// this, too.
    pub fn new(sink: S) -> Self {
        Self {
            sink,
            sha256: Sha256::new(),
            hashed: Some(0),
        }
    }
}

impl<S: BodySink> BodySink for Sha256Sink<S> {
    fn poll_begin(&mut self, context: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        ready!(self.sink.poll_begin(context, at))?;
        if at == 0 {
            self.sha256 = Sha256::new();
            self.hashed = Some(0);
        } else {
            self.hashed.take_if(|hashed| *hashed != at);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = ready!(self.sink.poll_write(context, bytes))?;
        if let (Some(hashed), Some(bytes)) = (&mut self.hashed, bytes.get(..taken)) {
            self.sha256.update(bytes);
            *hashed += taken as u64;
        }
        Poll::Ready(Ok(taken))
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.sink.poll_end(context)
    }

    fn sha256(&mut self) -> Option<[u8; 32]> {
        self.hashed.map(|_| self.sha256.clone().finalize().into())
    }
}

impl<S: fmt::Debug> fmt::Debug for Sha256Sink<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sha256Sink").field(&self.sink).finish()
    }
}
