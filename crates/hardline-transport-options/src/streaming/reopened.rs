use std::fmt;
use std::io;
use std::task::{Context, Poll, ready};

use hardline::client::BodySink;

use super::BoxFuture;

/// What can be written to.
pub trait PollWrite {
    /// As [`BodySink::poll_write`].
    ///
    /// # Errors
    /// As [`BodySink::poll_write`].
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Waits until all that was taken is written.
    ///
    /// # Errors
    /// If it cannot be.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// A sink that is opened for each attempt, such as a file.
pub struct Reopened<W> {
    open: Open<W>,
    state: State<W>,
}

type Open<W> = Box<dyn FnMut(Option<W>, u64) -> BoxFuture<io::Result<W>> + Send>;

enum State<W> {
    Closed,
    Opening(u64, BoxFuture<io::Result<W>>),
    Open(W),
}

impl<W> Reopened<W> {
    /// A sink that is opened by this function, at an offset, and cut off there. It is given what was open before, of which
    /// not all need be written.
    pub fn new(
        open: impl FnMut(Option<W>, u64) -> BoxFuture<io::Result<W>> + Send + 'static,
    ) -> Self {
        Self {
            open: Box::new(open),
            state: State::Closed,
        }
    }

    fn opened(&mut self) -> io::Result<&mut W> {
        match &mut self.state {
            State::Open(open) => Ok(open),
            State::Closed | State::Opening(..) => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl<W: PollWrite> BodySink for Reopened<W> {
    fn poll_begin(&mut self, context: &mut Context<'_>, at: u64) -> Poll<io::Result<()>> {
        loop {
            let before = match &mut self.state {
                State::Opening(opening_at, opening) => {
                    let opened = ready!(opening.as_mut().poll(context));
                    let is_this = *opening_at == at;
                    self.state = State::Closed;
                    match opened {
                        Ok(open) if is_this => {
                            self.state = State::Open(open);
                            return Poll::Ready(Ok(()));
                        }
                        Err(error) if is_this => return Poll::Ready(Err(error)),
                        // It was for an attempt that is over.
                        opened => opened.ok(),
                    }
                }
                state => match std::mem::replace(state, State::Closed) {
                    State::Open(open) => Some(open),
                    _ => None,
                },
            };
            self.state = State::Opening(at, (self.open)(before, at));
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.opened()?.poll_write(context, bytes)
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.opened()?.poll_flush(context))?;
        self.state = State::Closed;
        Poll::Ready(Ok(()))
    }
}

impl<W> fmt::Debug for Reopened<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reopened")
    }
}
