use std::fmt;
use std::future::poll_fn;
use std::io;

use hardline::client::{BodySink, Sink};
use hardline::flow::BodyEnd;
use hardline::wire::{Failure, FailureClass};

use super::Port;
use super::fault::{missing, of_sink};

/// The body of a response that is being put into the program's sink; made by [`Port::begin`].
pub struct ReceivedBody {
    port: Port,
    sink: Sink,
    /// With what was there before.
    written: u64,
    cap: Option<u64>,
}

impl Port {
    /// Begins to put a body into the sink, at this offset, of which no more than the cap comes.
    ///
    /// # Errors
    /// [`Unsendable`](hardline::wire::FailureClass::Unsendable) if that is not possible.
    pub async fn begin(&self, at: u64, cap: Option<u64>) -> Result<ReceivedBody, Failure> {
        let sink = self.bodies.sink.clone();
        let sink = sink.ok_or_else(|| missing("sink"))?;
        ReceivedBody::begin(self.clone(), sink, at, cap).await
    }
}

impl ReceivedBody {
    pub(super) async fn begin(
        port: Port,
        mut sink: Sink,
        at: u64,
        cap: Option<u64>,
    ) -> Result<Self, Failure> {
        port.set_waits_for_program(true);
        let begun = poll_fn(|context| sink.poll_begin(context, at)).await;
        port.set_waits_for_program(false);
        begun.map_err(of_sink)?;
        port.begins_at(at);
        Ok(Self {
            port,
            sink,
            written: at,
            cap,
        })
    }

    /// Puts more of the body into the sink, and waits for as long as the sink does.
    ///
    /// # Errors
    /// [`TooLarge`](FailureClass::TooLarge) if that were more than the cap, and
    /// [`Unsendable`](FailureClass::Unsendable) if the sink fails.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        let after = self.written.saturating_add(bytes.len() as u64);
        if let Some(cap) = self.cap.filter(|cap| after > *cap) {
            let why = format!("more than {cap} bytes");
            return Err(Failure::new(FailureClass::TooLarge, why));
        }
        while !bytes.is_empty() {
            self.port.set_waits_for_program(true);
            let taken = poll_fn(|context| self.sink.poll_write(context, bytes)).await;
            self.port.set_waits_for_program(false);
            let taken = taken.map_err(of_sink)?;
            if taken == 0 {
                return Err(of_sink(io::ErrorKind::WriteZero.into()));
            }
            bytes = bytes.get(taken..).unwrap_or_default();
            self.written += taken as u64;
            self.port.passed(self.written).await;
        }
        Ok(())
    }

    /// The body is complete.
    ///
    /// # Errors
    /// [`Unsendable`](FailureClass::Unsendable) if the sink fails.
    pub async fn end(mut self) -> Result<BodyEnd, Failure> {
        self.port.set_waits_for_program(true);
        let ended = poll_fn(|context| self.sink.poll_end(context)).await;
        ended.map_err(of_sink)?;
        Ok(BodyEnd {
            bytes: self.written,
            sha256: self.sink.sha256(),
        })
    }
}

impl fmt::Debug for ReceivedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedBody")
            .field("written", &self.written)
            .field("cap", &self.cap)
            .finish_non_exhaustive()
    }
}
