use std::fmt;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

use bytes::Bytes;

use hardline::client::{BodyReader, Source};
use hardline::flow::BodyDirection;
use hardline::wire::Failure;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;

use super::fault::{missing, of_source};
use super::handoff::{Giver, handoff};
use super::{BoxFuture, OutgoingPart, OutgoingParts, Port};

/// A larger chunk is passed on in pieces.
const CHUNK: usize = 64 * 1024;

/// The body of a request that is being read from the program's source; made by [`Port::open`].
pub struct OutgoingBody {
    port: Port,
    reader: Box<dyn BodyReader + Send>,
    length: Option<u64>,
    /// How much the reader gave.
    read: u64,
    /// The part of the last chunk that was not passed on.
    rest: Bytes,
    is_over: bool,
}

impl Port {
    /// Opens the source, at the offset that the flow wants, for a request with these headers. If they have a
    /// `Content-Length`, it is that of the body.
    ///
    /// # Errors
    /// [`Unsendable`](hardline::wire::FailureClass::Unsendable) if that is not possible.
    pub async fn open(&self, headers: &HeaderMap) -> Result<OutgoingBody, Failure> {
        let at = match self.direction() {
            BodyDirection::Upload { at } => at,
            BodyDirection::Download => 0,
        };
        let source = self.bodies.source.as_ref();
        let source = source.ok_or_else(|| missing("source"))?;
        OutgoingBody::open(self.clone(), source, at, headers).await
    }
}

impl OutgoingBody {
    pub(super) async fn open(
        port: Port,
        source: &Source,
        at: u64,
        headers: &HeaderMap,
    ) -> Result<Self, Failure> {
        let mut reader = source.open(at).map_err(of_source)?;
        port.begins_at(at);
        port.set_waits_for_program(true);
        let length = poll_fn(|context| reader.poll_length(context)).await;
        port.set_waits_for_program(false);
        let length = length.map_err(of_source)?;
        let said = headers.get(CONTENT_LENGTH);
        let said = said.and_then(|said| said.to_str().ok()?.parse().ok());
        if let (Some(length), Some(said)) = (length, said)
            && length != said
        {
            let why = format!("it has {length} bytes, and the request says {said}");
            return Err(of_source(io::Error::new(io::ErrorKind::InvalidData, why)));
        }
        Ok(Self {
            length: length.or(said),
            port,
            reader,
            read: 0,
            rest: Bytes::new(),
            is_over: false,
        })
    }

    /// How long it is, from the offset on, if the source knows, or the request says so.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next bytes, 64 KiB at most; `None` at the end.
    ///
    /// The last of a body that is longer than its source said is never returned, so that no server takes the beginning of
    /// such a body for the whole.
    ///
    /// # Errors
    /// [`Unsendable`](hardline::wire::FailureClass::Unsendable) if the source fails, or if it ends before its length or
    /// not there.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        if self.rest.is_empty() {
            self.rest = self.read().await?;
            if self.length == Some(self.read) && !self.is_over && !self.read().await?.is_empty() {
                return Err(self.has_another_length());
            }
        }
        let chunk = self.rest.split_to(self.rest.len().min(CHUNK));
        Ok((!chunk.is_empty()).then_some(chunk))
    }

    /// Hands it over to a library that takes the body as parts. The pump is polled beside the library's future.
    pub fn hand_over(self) -> (Pump, OutgoingParts) {
        let (giver, parts) = handoff();
        let pump = Pump {
            pumping: Some(Box::pin(pump(self, giver))),
        };
        (pump, parts)
    }

    /// The next bytes of the source; none at the end.
    async fn read(&mut self) -> Result<Bytes, Failure> {
        while !self.is_over {
            self.port.set_waits_for_program(true);
            let chunk = poll_fn(|context| self.reader.poll_chunk(context)).await;
            self.port.set_waits_for_program(false);
            let Some(chunk) = chunk.map_err(of_source)? else {
                self.is_over = true;
                break;
            };
            self.read += chunk.len() as u64;
            if self.length.is_some_and(|length| self.read > length) {
                return Err(self.has_another_length());
            }
            if !chunk.is_empty() {
                return Ok(chunk);
            }
        }
        if self.length.is_some_and(|length| self.read < length) {
            return Err(self.has_another_length());
        }
        Ok(Bytes::new())
    }

    fn has_another_length(&self) -> Failure {
        let said = self.length.unwrap_or_default();
        let why = if self.read > said {
            format!("it has more than the {said} bytes that it said")
        } else {
            format!("it has {} bytes, not the {said} that it said", self.read)
        };
        of_source(io::Error::new(io::ErrorKind::InvalidData, why))
    }
}

impl fmt::Debug for OutgoingBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingBody")
            .field("length", &self.length)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

/// What moves a body from its source to the library that sends it.
///
/// It holds the body open until it is dropped, even if it is no longer polled: otherwise the library would give up the
/// request, and the response with it.
pub struct Pump {
    pumping: Option<BoxFuture<Result<(), Failure>>>,
}

impl Pump {
    /// Goes on, if there is anything left to do. It wakes the context when there is more.
    ///
    /// # Errors
    /// Those of [`OutgoingBody::next`]. The exchange is then dropped.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Result<(), Failure> {
        if let Some(pumping) = &mut self.pumping
            && let Poll::Ready(done) = pumping.as_mut().poll(context)
        {
            self.pumping = None;
            return done;
        }
        Ok(())
    }
}

impl fmt::Debug for Pump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pump")
    }
}

async fn pump(mut body: OutgoingBody, giver: Giver) -> Result<(), Failure> {
    let port = body.port.clone();
    let mut passed = port.count_passed();
    loop {
        let next = body.next().await?;
        // Once there is room, what came before has been taken.
        if !poll_fn(|context| giver.poll_room(context)).await {
            // The connection is broken, or the server wants no more.
            return Ok(());
        }
        port.passed(passed).await;
        let Some(chunk) = next else {
            giver.give(OutgoingPart::End);
            return Ok(());
        };
        passed += chunk.len() as u64;
        giver.give(OutgoingPart::Chunk(chunk));
    }
}
