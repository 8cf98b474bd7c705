use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use hardline_transport_options::streaming::{OutgoingPart, OutgoingParts};
use http_body::{Body, Frame, SizeHint};

/// A body that may be sent more than once, and whether any part of a request with it may have been sent.
#[derive(Debug)]
pub(crate) struct Kept {
    body: Payload,
    went_out: AtomicBool,
}

#[derive(Debug)]
enum Payload {
    Whole(Vec<u8>),
    /// A part of a body that streams.
    Chunk(Bytes),
    /// A body that streams, which is sent once.
    Streaming(Streaming),
}

#[derive(Debug)]
struct Streaming {
    length: Option<u64>,
    parts: OutgoingParts,
}

/// The body of a request was given up, so that the connection is closed or the stream reset.
#[derive(Debug)]
pub(crate) struct GivenUp;

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request was given up")
    }
}

impl std::error::Error for GivenUp {}

impl Kept {
    pub(crate) fn new(body: Vec<u8>) -> Arc<Self> {
        Self::of(Payload::Whole(body))
    }

    /// A body of this length, if it is known, whose parts come one by one, as the connection takes them.
    pub(crate) fn streaming(length: Option<u64>, parts: OutgoingParts) -> Arc<Self> {
        Self::of(Payload::Streaming(Streaming { length, parts }))
    }

    fn of(body: Payload) -> Arc<Self> {
        Arc::new(Self {
            body,
            went_out: AtomicBool::new(false),
        })
    }

    fn bytes(&self) -> &[u8] {
        match &self.body {
            Payload::Whole(bytes) => bytes,
            Payload::Chunk(bytes) => bytes,
            Payload::Streaming(_) => &[],
        }
    }

    pub(crate) fn went_out(&self) -> bool {
        self.went_out.load(Ordering::Relaxed)
    }

    fn note(&self) {
        self.went_out.store(true, Ordering::Relaxed);
    }
}

/// The body of a request, as one frame or as many. It notes when a connection takes it: hyper keeps a body as it is while the
/// request waits for a connection, polls its frame when it writes the head, and drops a body without one.
///
/// It is as small as can be, because hyper moves it about a dozen times.
#[derive(Debug)]
pub(crate) struct Outgoing {
    kept: Arc<Kept>,
    is_taken: bool,
}

impl Outgoing {
    pub(crate) fn new(kept: Arc<Kept>) -> Self {
        Self {
            kept,
            is_taken: false,
        }
    }
}

impl Body for Outgoing {
    type Data = Rest;
    type Error = GivenUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Rest>, GivenUp>>> {
        self.kept.note();
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let kept = match &self.kept.body {
            Payload::Streaming(streaming) => match ready!(streaming.parts.poll_next(cx)) {
                Some(OutgoingPart::Chunk(chunk)) => Kept::of(Payload::Chunk(chunk)),
                Some(OutgoingPart::End) => {
                    self.is_taken = true;
                    return Poll::Ready(None);
                }
                None => return Poll::Ready(Some(Err(GivenUp))),
            },
            _ => {
                let kept = Arc::clone(&self.kept);
                self.is_taken = true;
                kept
            }
        };
        Poll::Ready(Some(Ok(Frame::data(Rest { kept, from: 0 }))))
    }

    fn is_end_stream(&self) -> bool {
        let is_empty = || match &self.kept.body {
            Payload::Streaming(streaming) => streaming.length == Some(0),
            _ => self.kept.bytes().is_empty(),
        };
        self.is_taken || is_empty()
    }

    /// What is yet to come. hyper asks before it takes anything.
    fn size_hint(&self) -> SizeHint {
        if self.is_taken {
            return SizeHint::with_exact(0);
        }
        match &self.kept.body {
            Payload::Streaming(streaming) => match streaming.length {
                Some(length) => SizeHint::with_exact(length),
                None => SizeHint::new(),
            },
            // A usize fits into a u64.
            _ => SizeHint::with_exact(self.kept.bytes().len() as u64),
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.kept.note();
    }
}

/// The part of a body that is not yet written.
#[derive(Debug)]
pub(crate) struct Rest {
    kept: Arc<Kept>,
    from: usize,
}

impl Buf for Rest {
    fn remaining(&self) -> usize {
        self.kept.bytes().len() - self.from
    }

    fn chunk(&self) -> &[u8] {
        &self.kept.bytes()[self.from..]
    }

    /// Panics if there is less, as the trait requires.
    fn advance(&mut self, count: usize) {
        assert!(count <= self.remaining(), "advanced beyond the end");
        self.from += count;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_body_that_is_taken_is_noted() {
        let kept = Kept::new(b"{}".into());
        let mut body = pin!(Outgoing::new(Arc::clone(&kept)));
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(!body.is_end_stream());
        assert!(!kept.went_out());

        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) else {
            panic!("it has a frame")
        };
        let mut rest = frame.into_data().unwrap();
        assert_eq!((rest.remaining(), rest.chunk()), (2, &b"{}"[..]));
        rest.advance(1);
        assert_eq!((rest.remaining(), rest.chunk()), (1, &b"}"[..]));

        assert!(kept.went_out());
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
        assert!(matches!(body.poll_frame(&mut context), Poll::Ready(None)));
    }

    #[test]
    fn an_empty_body_that_is_let_go_of_is_noted() {
        let kept = Kept::new(Vec::new());
        let body = Outgoing::new(Arc::clone(&kept));
        assert!(body.is_end_stream());
        assert!(!kept.went_out());
        drop(body);
        assert!(kept.went_out());
    }
}
