//! An attempt whose body streams: it never passes through the flow, which decides where it goes.
//!
//! ```text
//! Sent --Head of the operation's answer--> Receiving --BodyEnded--> received
//!  |  ^                                       |
//!  |  '-- retried: with a range if the -------'  failure, or no progress in time
//!  |      sink holds a part
//!  '--Head of any other response--> a whole Response
//! ```

mod progress;
mod sink_part;
pub(crate) mod streamed_body;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use http::{HeaderValue, Request, Response, StatusCode, response};

use crate::flow::{BodyDirection, BodyEnd, FlowEvent, Input, MediaError, ReceiveBody};
use crate::types::Timestamp;
use crate::wire::{Error, Failure, FailureClass, Operation};
use progress::Progress;
pub(crate) use sink_part::SinkPart;

/// The most bytes of a response that is not what was asked for: an error, or the answer to an upload.
pub(super) const WHOLE: u64 = 1 << 20;

/// What came into the sink.
#[derive(Debug)]
#[cfg_attr(not(feature = "media"), allow(dead_code, reason = "what media read"))]
pub(crate) struct Received {
    /// The head of the response.
    pub(crate) head: response::Parts,
    /// The body.
    pub(crate) end: BodyEnd,
    /// Whether a part of it came with an earlier response.
    pub(crate) was_resumed: bool,
}

/// How the body of an attempt streams.
#[derive(Debug)]
pub(super) struct Streaming {
    direction: BodyDirection,
    /// How much of the body has passed, counted from its beginning.
    part: SinkPart,
    /// The most that is taken.
    cap: Option<u64>,
    /// This attempt asks for the rest of what the sink holds a part of.
    asks_for_rest: bool,
    /// Where this attempt's response began.
    began_at: u64,
    /// The head of this attempt's response has come.
    has_head: bool,
    /// The head of the answer whose body is received now.
    head: Option<Box<response::Parts>>,
    /// How long the whole body is, if anybody said so.
    length: Option<u64>,
    /// Where the body goes, until the transport was told.
    receive: Option<ReceiveBody>,
    progress: Progress,
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
    /// A request's body of this length.
    pub(super) fn upload(length: u64) -> Self {
        let length = Some(length);
        Self::new(BodyDirection::Upload { at: 0 }, SinkPart::EMPTY, length)
    }

    /// A response's body, of which the sink holds a part already. Of a larger one than the cap no more is taken.
    pub(super) fn download(part: SinkPart, cap: Option<u64>) -> Self {
        let download = Self::new(BodyDirection::Download, part, None);
        Self { cap, ..download }
    }

    fn new(direction: BodyDirection, part: SinkPart, length: Option<u64>) -> Self {
        Self {
            direction,
            part,
            cap: None,
            asks_for_rest: false,
            began_at: 0,
            has_head: false,
            head: None,
            length,
            receive: None,
            progress: Progress::default(),
        }
    }

    pub(super) fn direction(&self) -> BodyDirection {
        self.direction
    }

    /// What the sink holds of the body.
    pub(super) fn part(&self) -> &SinkPart {
        &self.part
    }

    /// Prepares the next attempt: it asks for the rest of what the sink holds a part of, if the server can tell whether
    /// that is still the same.
    pub(super) fn begin(&mut self, operation: &Operation, request: &mut Request<Vec<u8>>) {
        self.has_head = false;
        self.head = None;
        self.receive = None;
        self.asks_for_rest = false;
        self.progress = Progress::default();
        if let BodyDirection::Upload { .. } = self.direction {
            self.part = SinkPart::EMPTY;
            // Whoever streams it knows no other length.
            let length = self.length.map(HeaderValue::from);
            request
                .headers_mut()
                .extend(length.map(|length| (CONTENT_LENGTH, length)));
            return;
        }
        self.length = None;
        let can_resume = operation.accepts(StatusCode::PARTIAL_CONTENT.as_u16());
        match self.part.range() {
            Some((range, etag)) if can_resume => {
                self.asks_for_rest = true;
                request.headers_mut().insert(RANGE, range);
                request.headers_mut().insert(IF_RANGE, etag);
            }
            _ => self.part.forget(),
        }
    }

    /// What the attempt has brought is kept, and the next one goes on behind it: whether it is worth as many further
    /// attempts as the first.
    pub(super) fn take_gain(&mut self) -> bool {
        self.direction == BodyDirection::Download && self.part.take_gain()
    }

    /// The sink does not hold the part that was to be added to. Returns false if none was.
    pub(super) fn sink_is_gone(&mut self) -> bool {
        let is_resumed = self.part.bytes > 0 && (self.asks_for_rest || self.began_at > 0);
        self.part.forget();
        self.began_at = 0;
        is_resumed
    }

    /// What to tell the program about how far the body is, if it is time to.
    pub(super) fn take_progress(&mut self, now: Timestamp) -> Option<FlowEvent> {
        let is_whole = self.length.is_some_and(|length| self.part.bytes >= length);
        self.progress
            .take(now, is_whole)
            .then_some(FlowEvent::Progress {
                bytes: self.part.bytes,
                total: self.length,
            })
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
            Input::Progress(_, passed) if passed > self.part.bytes => {
                self.part.bytes = passed;
                self.progress.moved();
                match self.exceeded_by(passed) {
                    true => self.too_large(None),
                    false => Streamed::Alive,
                }
            }
            Input::BodyEnded(_, end) => match self.head.take() {
                Some(_) if self.exceeded_by(end.bytes) => self.too_large(Some(end.bytes)),
                Some(_) if self.length.is_some_and(|length| end.bytes < length) => {
                    self.part.bytes = end.bytes;
                    let why = "the body ended before the length that the server gave";
                    Streamed::Failed(Failure::new(FailureClass::Interrupted, why).into())
                }
                Some(head) => {
                    self.part.bytes = end.bytes;
                    self.length = Some(end.bytes);
                    self.progress.moved();
                    let was_resumed = self.began_at > 0;
                    let head = *head;
                    Streamed::Received(Box::new(Received {
                        head,
                        end,
                        was_resumed,
                    }))
                }
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
        if !is_answer && self.asks_for_rest && head.status == StatusCode::RANGE_NOT_SATISFIABLE {
            return self.begin_anew("the server has no such part of the body");
        }
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
        let Some(at) = at.filter(|at| *at == 0 || *at == self.part.bytes) else {
            return self
                .begin_anew("the server sent another part of the body than it was asked for");
        };
        self.part.begin(at, head.headers.get(ETAG));
        self.began_at = at;
        self.length = whole_length(&head, at);
        if let Some(length) = self.length
            && self.exceeded_by(length)
        {
            return self.too_large(Some(length));
        }
        self.head = Some(Box::new(head));
        self.receive = Some(ReceiveBody::ToSink { at });
        self.progress.moved();
        Streamed::Alive
    }

    /// What the sink holds is of no use for what the server sends.
    fn begin_anew(&mut self, why: &'static str) -> Streamed {
        self.part.forget();
        Streamed::Failed(Failure::new(FailureClass::Interrupted, why).into())
    }

    fn exceeded_by(&self, bytes: u64) -> bool {
        self.cap.is_some_and(|cap| bytes > cap)
    }

    fn too_large(&self, size: Option<u64>) -> Streamed {
        let cap = self.cap.unwrap_or(u64::MAX);
        let error = MediaError::DownloadTooLarge { size, cap };
        Streamed::Failed(Failure::new(FailureClass::TooLarge, error).into())
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
