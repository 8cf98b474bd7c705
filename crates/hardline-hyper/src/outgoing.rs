use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};

/// A body that may be sent more than once, and whether any part of a request with it may have been sent.
#[derive(Debug)]
pub(crate) struct Kept {
    body: Vec<u8>,
    went_out: AtomicBool,
}

impl Kept {
    pub(crate) fn new(body: Vec<u8>) -> Arc<Self> {
        Arc::new(Self {
            body,
            went_out: AtomicBool::new(false),
        })
    }

    pub(crate) fn went_out(&self) -> bool {
        self.went_out.load(Ordering::Relaxed)
    }

    fn note(&self) {
        self.went_out.store(true, Ordering::Relaxed);
    }
}

/// The body of a request, as one frame. It notes when a connection takes it: hyper keeps a body as it is while the
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
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Rest>, Infallible>>> {
        self.kept.note();
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        self.is_taken = true;
        let kept = Arc::clone(&self.kept);
        Poll::Ready(Some(Ok(Frame::data(Rest { kept, from: 0 }))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_taken || self.kept.body.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let length = if self.is_taken {
            0
        } else {
            self.kept.body.len()
        };
        // A usize fits into a u64.
        SizeHint::with_exact(length as u64)
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
        self.kept.body.len() - self.from
    }

    fn chunk(&self) -> &[u8] {
        &self.kept.body[self.from..]
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
