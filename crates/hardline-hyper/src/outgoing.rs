use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Whether a request, or a part of it, may have gone out.
#[derive(Clone, Debug, Default)]
pub(crate) struct WentOut(Arc<AtomicBool>);

impl WentOut {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The body of a request, as one frame. It notes when a connection takes it: hyper keeps a body as it is while the request
/// waits for a connection, asks it for its frame when the head is written, and lets go of one that has none.
#[derive(Debug)]
pub(crate) struct Outgoing {
    body: Bytes,
    went_out: WentOut,
}

impl Outgoing {
    pub(crate) fn new(body: Bytes, went_out: &WentOut) -> Self {
        Self {
            body,
            went_out: went_out.clone(),
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.went_out.set();
        let body = std::mem::take(&mut self.body);
        Poll::Ready((!body.is_empty()).then(|| Ok(Frame::data(body))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        // No machine's memory is larger than a u64.
        SizeHint::with_exact(self.body.len() as u64)
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.went_out.set();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_body_that_is_taken_is_noted() {
        let went_out = WentOut::default();
        let mut body = pin!(Outgoing::new(Bytes::from_static(b"{}"), &went_out));
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(!body.is_end_stream());
        assert!(!went_out.get());

        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) else {
            panic!("it has a frame")
        };
        assert_eq!(frame.into_data().unwrap(), "{}");
        assert!(went_out.get());
        assert!(body.is_end_stream());
        assert!(matches!(body.poll_frame(&mut context), Poll::Ready(None)));
    }

    #[test]
    fn an_empty_body_that_is_let_go_of_is_noted() {
        let went_out = WentOut::default();
        let body = Outgoing::new(Bytes::new(), &went_out);
        assert!(body.is_end_stream());
        assert!(!went_out.get());
        drop(body);
        assert!(went_out.get());
    }
}
