//! An attempt whose body streams: it never passes through the flow, which decides where it goes.
//!
//! ```text
//! Sent --Head of the operation's answer--> Receiving --BodyEnded--> received
//!  |  ^                                       |
//!  |  '-- retried: with a range if the -------'  failure, or no progress in time
//!  |      sink holds a part
//!  '--Head of any other response--> a whole Response
//! ```

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use http::{HeaderValue, Request, Response, StatusCode, response};

use crate::flow::{BodyDirection, BodyEnd, Input, ReceiveBody};
use crate::wire::{Error, Failure, FailureClass, Operation};

/// The most bytes of a response that is not what was asked for: an error, or the answer to an upload.
pub(super) const WHOLE: u64 = 1 << 20;

/// What came into the sink.
#[derive(Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "media will read it"))]
pub(crate) struct Received {
    /// The head of the response.
    pub(crate) head: response::Parts,
    /// The body.
    pub(crate) end: BodyEnd,
}

/// How the body of an attempt streams.
#[derive(Debug)]
pub(super) struct Streaming {
    direction: BodyDirection,
    /// How much of the body has passed, counted from its beginning.
    passed: u64,
    /// What tells the body from a newer one: without it nothing is resumed.
    etag: Option<HeaderValue>,
    /// The head of this attempt's response has come.
    has_head: bool,
    /// The head of the answer whose body is received now.
    head: Option<Box<response::Parts>>,
    /// How long the whole body is, if the server said so.
    length: Option<u64>,
    /// Where the body goes, until the transport was told.
    receive: Option<ReceiveBody>,
}

/// What an input means for a body that streams.
pub(super) enum Streamed {
    /// Nothing.
    Nothing,
    /// It is on its way: the deadline moves.
    Alive,
    /// It is complete.
    Received(Box<Received>),
    /// A whole response.
    Response(Response<Bytes>),
    /// It is of no use, and is dropped.
    Failed(Error),
}

impl Streaming {
    pub(super) fn new(direction: BodyDirection) -> Self {
        Self {
            direction,
            passed: 0,
            etag: None,
            has_head: false,
            head: None,
            length: None,
            receive: None,
        }
    }

    pub(super) fn direction(&self) -> BodyDirection {
        self.direction
    }

    /// Prepares the next attempt: it asks for the rest of what the sink holds a part of, if the server can tell whether
    /// that is still the same.
    pub(super) fn begin(&mut self, operation: &Operation, request: &mut Request<Vec<u8>>) {
        self.has_head = false;
        self.head = None;
        self.length = None;
        self.receive = None;
        let can_resume = operation.accepts(StatusCode::PARTIAL_CONTENT.as_u16());
        let range = HeaderValue::try_from(format!("bytes={}-", self.passed));
        match (&self.direction, &self.etag, range) {
            (BodyDirection::Download, Some(etag), Ok(range)) if can_resume && self.passed > 0 => {
                request.headers_mut().insert(RANGE, range);
                request.headers_mut().insert(IF_RANGE, etag.clone());
            }
            _ => self.passed = 0,
        }
    }

    /// Where the body goes, once.
    pub(super) fn take_receive(&mut self) -> Option<ReceiveBody> {
        self.receive.take()
    }

    /// Whether the transport was told where the body goes.
    #[cfg(feature = "persist")]
    pub(super) fn is_told(&self) -> bool {
        self.receive.is_none()
    }

    /// What an input about the request in flight means.
    pub(super) fn on_input(&mut self, operation: &Operation, input: Input) -> Streamed {
        match input {
            Input::Head(_, head) if !self.has_head => self.on_head(operation, head),
            Input::Progress(_, passed) if passed > self.passed => {
                self.passed = passed;
                Streamed::Alive
            }
            Input::BodyEnded(_, end) => match self.head.take() {
                Some(_) if self.length.is_some_and(|length| end.bytes < length) => {
                    self.passed = end.bytes;
                    let why = "the body ended before the length that the server gave";
                    Streamed::Failed(Failure::new(FailureClass::Interrupted, why).into())
                }
                Some(head) => Streamed::Received(Box::new(Received { head: *head, end })),
                None => Streamed::Nothing,
            },
            Input::Response(_, response) => {
                let status = response.status().as_u16();
                if self.direction == BodyDirection::Download && operation.accepts(status) {
                    let why = "the transport gave the body to the flow instead of the sink";
                    return Streamed::Failed(Failure::new(FailureClass::Unsendable, why).into());
                }
                Streamed::Response(response)
            }
            _ => Streamed::Nothing,
        }
    }

    fn on_head(&mut self, operation: &Operation, head: response::Parts) -> Streamed {
        self.has_head = true;
        let is_answer =
            self.direction == BodyDirection::Download && operation.accepts(head.status.as_u16());
        if !is_answer {
            self.receive = Some(ReceiveBody::Whole { cap: WHOLE });
            return Streamed::Alive;
        }
        let at = if head.status == StatusCode::PARTIAL_CONTENT {
            begin_of(&head)
        } else {
            Some(0)
        };
        // A part that begins elsewhere than the sink ends would leave a hole, or what an older body had there.
        let Some(at) = at.filter(|at| *at == 0 || *at == self.passed) else {
            self.passed = 0;
            let why = "the server sent another part of the body than it was asked for";
            return Streamed::Failed(Failure::new(FailureClass::Interrupted, why).into());
        };
        self.passed = at;
        self.length = whole_length(&head, at);
        let etag = head.headers.get(ETAG);
        // A weak one says that the bodies mean the same, not that they are the same.
        self.etag = etag
            .filter(|etag| etag.as_bytes().starts_with(b"\""))
            .cloned();
        self.head = Some(Box::new(head));
        self.receive = Some(ReceiveBody::ToSink { at });
        Streamed::Alive
    }
}

/// Where the part of a body begins.
fn begin_of(head: &response::Parts) -> Option<u64> {
    let range = head.headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (begin, _) = range.strip_prefix("bytes ")?.split_once('-')?;
    begin.trim().parse().ok()
}

/// The length of the whole body, of which this response is the part from `at` on. What comes out of a content encoding has
/// another one.
fn whole_length(head: &response::Parts, at: u64) -> Option<u64> {
    if head.headers.contains_key(CONTENT_ENCODING) {
        return None;
    }
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let header = |name| head.headers.get(name)?.to_str().ok();
    let total = header(CONTENT_RANGE).and_then(|range| number(range.rsplit_once('/')?.1));
    total.or_else(|| number(header(CONTENT_LENGTH)?)?.checked_add(at))
}

#[cfg(test)]
mod tests;
