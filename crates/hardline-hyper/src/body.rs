use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hardline::wire::{Failure, FailureClass};
use http_body::Body;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use crate::failure;

/// The most that is reserved because a server announces it, so that an announcement alone costs no more.
const MAX_RESERVED: usize = 1024 * 1024;

/// How much of a body is read into memory, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    /// Where it ends. hyper reads on to the end of the connection in some cases, which a server that announces a length
    /// keeps open.
    pub(crate) announced: Option<u64>,
    pub(crate) idle: Duration,
    pub(crate) deadline: Instant,
}

/// Reads a body to its end.
pub(crate) async fn read(
    body: Incoming,
    limits: Limits,
    mut timer: Pin<&mut Sleep>,
) -> Result<Bytes, Failure> {
    let mut frames = Frames::new(body, limits);
    let declared = usize::try_from(frames.declared()).unwrap_or(usize::MAX);
    if declared > limits.bytes {
        return Err(too_large(limits.bytes));
    }
    let mut read = BytesMut::with_capacity(declared.min(MAX_RESERVED));
    while let Some(data) = frames.next(timer.as_mut()).await? {
        if data.len() > limits.bytes - read.len() {
            return Err(too_large(limits.bytes));
        }
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}

/// A body that is read frame by frame.
pub(crate) struct Frames {
    body: Incoming,
    /// How much there is yet to come, where hyper does not know it.
    left: Option<u64>,
    limits: Limits,
}

impl Frames {
    pub(crate) fn new(body: Incoming, limits: Limits) -> Self {
        let is_known = body.size_hint().exact().is_some();
        Self {
            body,
            left: limits.announced.filter(|_| !is_known),
            limits,
        }
    }

    /// How much there is, as far as the server says.
    pub(crate) fn declared(&self) -> u64 {
        self.left.unwrap_or(self.body.size_hint().lower())
    }

    /// The next bytes; `None` at the end. It cannot be given up halfway.
    pub(crate) async fn next(
        &mut self,
        mut timer: Pin<&mut Sleep>,
    ) -> Result<Option<Bytes>, Failure> {
        loop {
            if self.left == Some(0) {
                return Ok(None);
            }
            // Set only if a frame is not there yet: on a fast connection most are.
            let mut is_set = false;
            let limits = self.limits;
            let body = &mut self.body;
            let frame = poll_fn(|cx| {
                if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) {
                    return Poll::Ready(Ok(frame));
                }
                if !is_set {
                    is_set = true;
                    timer
                        .as_mut()
                        .reset(limits.deadline.min(Instant::now() + limits.idle));
                }
                timer.as_mut().poll(cx).map(Err)
            });
            match frame.await {
                Ok(None) if self.left.is_some() => {
                    let why = "the response is cut short";
                    return Err(Failure::new(FailureClass::Interrupted, why));
                }
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => {
                    // Trailers are not part of the response.
                    let Ok(mut data) = frame.into_data() else {
                        continue;
                    };
                    if let Some(left) = &mut self.left {
                        data.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                        *left -= data.len() as u64;
                    }
                    return Ok(Some(data));
                }
                Ok(Some(Err(error))) => return Err(failure::of_body(error)),
                Err(()) => {
                    return Err(Failure::new(
                        FailureClass::TimedOutAfterSend,
                        "the response stopped halfway",
                    ));
                }
            }
        }
    }
}

pub(crate) fn too_large(cap: usize) -> Failure {
    Failure::new(FailureClass::TooLarge, format!("more than {cap} bytes"))
}
