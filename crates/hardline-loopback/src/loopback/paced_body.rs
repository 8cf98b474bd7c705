use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::faults::Pace;

/// The body of a response, which comes at once, slowly, or not as a whole.
pub(super) struct PacedBody {
    rest: Bytes,
    /// What the head says of its length, if it is not whole.
    length: u64,
    pace: Option<Pace>,
    pause: Option<Pin<Box<Sleep>>>,
}

/// How much of a body that is cut is written at once.
const CHUNK: usize = 16 * 1024;
/// How long the connection stays open after the last of it.
const LINGER: Duration = Duration::from_millis(50);

impl PacedBody {
    pub(super) fn new(mut body: Bytes, pace: Option<Pace>) -> Self {
        let length = body.len() as u64;
        if let Some(Pace::Cut { after }) = pace {
            body.truncate(after);
        }
        Self {
            rest: body,
            length,
            pace,
            pause: None,
        }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let body = &mut *self;
        if let Some(pause) = &mut body.pause {
            ready!(pause.as_mut().poll(context));
            body.pause = None;
        }
        if body.rest.is_empty() {
            let is_cut = body.length > 0;
            return Poll::Ready(is_cut.then(|| Err(io::ErrorKind::ConnectionAborted.into())));
        }
        let most = body.rest.len();
        let next = match body.pace {
            Some(Pace::Slow { bytes, pause }) => {
                body.pause = Some(Box::pin(sleep(pause)));
                body.rest.split_to(bytes.clamp(1, most))
            }
            Some(Pace::Cut { .. }) => body.rest.split_to(CHUNK.min(most)),
            None => body.rest.split_off(0),
        };
        // What was written is to arrive before the connection is closed.
        if let Some(Pace::Cut { .. }) = body.pace
            && body.rest.is_empty()
        {
            body.pause = Some(Box::pin(sleep(LINGER)));
        }
        body.length -= next.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
