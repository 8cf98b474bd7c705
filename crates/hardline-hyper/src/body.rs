use std::future::poll_fn;
use std::pin::{Pin, pin};
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

/// How much of a body is read, and for how long.
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
    let size = body.size_hint();
    let end = limits.announced.filter(|_| size.exact().is_none());
    let end = end.map(|end| usize::try_from(end).unwrap_or(usize::MAX));
    let declared = usize::try_from(size.lower()).unwrap_or(usize::MAX);
    let declared = end.unwrap_or(declared);
    if declared > limits.bytes {
        return Err(too_large(limits.bytes));
    }
    let mut body = pin!(body);
    let mut read = BytesMut::with_capacity(declared.min(MAX_RESERVED));
    loop {
        if let Some(end) = end
            && read.len() >= end
        {
            read.truncate(end);
            return Ok(read.freeze());
        }
        // Set only if a frame is not there yet: on a fast connection most are.
        let mut is_set = false;
        let frame = poll_fn(|cx| {
            if let Poll::Ready(frame) = body.as_mut().poll_frame(cx) {
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
            Ok(None) if end.is_some() => {
                let why = "the response is cut short";
                return Err(Failure::new(FailureClass::Interrupted, why));
            }
            Ok(None) => return Ok(read.freeze()),
            Ok(Some(Ok(frame))) => {
                // Trailers are not part of the response.
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                if data.len() > limits.bytes - read.len() {
                    return Err(too_large(limits.bytes));
                }
                read.extend_from_slice(&data);
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

fn too_large(cap: usize) -> Failure {
    Failure::new(FailureClass::TooLarge, format!("more than {cap} bytes"))
}
