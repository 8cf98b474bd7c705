use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_lite::AsyncRead;
use hardline_transport_options::streaming::{OutgoingPart, OutgoingParts};
use isahc::AsyncBody;

/// Whether curl has begun to send a body.
#[derive(Clone, Debug, Default)]
pub(crate) struct WentOut(Arc<AtomicBool>);

impl WentOut {
    pub(crate) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A body of this length, if it is known, whose parts come one by one, as curl takes them.
pub(crate) fn streaming(length: Option<u64>, parts: OutgoingParts) -> (AsyncBody, WentOut) {
    let went_out = WentOut::default();
    let outgoing = Outgoing {
        parts,
        chunk: Bytes::new(),
        is_over: false,
        went_out: went_out.clone(),
    };
    let body = match length {
        Some(length) => AsyncBody::from_reader_sized(outgoing, length),
        None => AsyncBody::from_reader(outgoing),
    };
    (body, went_out)
}

struct Outgoing {
    parts: OutgoingParts,
    chunk: Bytes,
    is_over: bool,
    went_out: WentOut,
}

impl AsyncRead for Outgoing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.went_out.0.store(true, Ordering::Relaxed);
        while self.chunk.is_empty() && !self.is_over {
            match ready!(self.parts.poll_next(cx)) {
                Some(OutgoingPart::Chunk(chunk)) => self.chunk = chunk,
                Some(OutgoingPart::End) => self.is_over = true,
                None => {
                    let why = "the body of the request was given up";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, why)));
                }
            }
        }
        let length = self.chunk.len().min(buffer.len());
        if let Some(buffer) = buffer.get_mut(..length) {
            self.chunk.copy_to_slice(buffer);
        }
        Poll::Ready(Ok(length))
    }
}
