use std::fmt::Debug;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Request, Response};

use super::Violation;
use super::network::Arrival;
use super::run::Run;
use super::stream::Stream;
use crate::flow::{BodyEnd, Flow, ReceiveBody, RequestId};
use crate::wire::FailureClass;

/// The most bytes of a source that nobody gave.
const SOURCE: usize = 1 << 20;

impl<F: Flow<Event: Debug> + Debug> Run<'_, F> {
    /// The request with the body that its source has.
    pub(super) fn with_source(
        &self,
        mut request: Request<Vec<u8>>,
        stream: &Stream,
    ) -> Request<Vec<u8>> {
        if !matches!(stream, Stream::Request) {
            return request;
        }
        let length = request.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        *request.body_mut() = match &self.setup.source {
            Some(source) => source.clone(),
            None => vec![b'x'; length.unwrap_or(0).min(SOURCE)],
        };
        request
    }

    /// The flow says where the body of a response goes.
    pub(super) fn receives(&mut self, id: RequestId, to: ReceiveBody) -> Result<(), Violation> {
        self.log.push(format!("{id:?} receives {to:?}"));
        let mut in_flight = self.network.in_flight.iter_mut();
        let exchange = in_flight.find(|exchange| exchange.id == id);
        let stream = exchange.and_then(|exchange| exchange.stream.as_mut());
        let Some((response, stream)) = stream.and_then(|stream| match stream {
            Stream::Head(response) => Some((response.clone(), stream)),
            _ => None,
        }) else {
            return Err(Violation::NothingToReceive { id });
        };
        match to {
            ReceiveBody::Whole { cap } => *stream = Stream::Whole(response, cap),
            ReceiveBody::Discard => {
                self.network.in_flight.retain(|exchange| exchange.id != id);
            }
            ReceiveBody::ToSink { .. } if !response.status().is_success() => {
                let status = response.status();
                return Err(Violation::ErrorIntoSink { status });
            }
            ReceiveBody::ToSink { at } => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                if at <= self.sink.len() {
                    *stream = Stream::Body(response.into_body());
                    self.sink.truncate(at);
                } else if self.sink_was_cut {
                    self.input(&Arrival::Failed(id, FailureClass::Unsendable));
                } else {
                    return Err(Violation::SinkHole {
                        at,
                        holds: self.sink.len(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether a head has come and the flow did not say where its body goes.
    pub(super) fn unreceived(&self) -> Option<RequestId> {
        let mut in_flight = self.network.in_flight.iter();
        let is_head = |stream: &Stream| matches!(stream, Stream::Head(_));
        let head = in_flight.find(|exchange| exchange.stream.as_ref().is_some_and(is_head));
        head.map(|exchange| exchange.id)
    }

    /// The next thing that happens with a body: `None` if none streams.
    pub(super) fn go_on(&mut self, index: usize) -> Option<Arrival> {
        let exchange = &mut self.network.in_flight[index];
        let id = exchange.id;
        let stream = exchange.stream.take()?;
        let (next, arrival) = match stream {
            Stream::Request => {
                let half = exchange.request.body().len() as u64 / 2;
                (Stream::HalfSent, Arrival::Progress(id, half))
            }
            Stream::HalfSent => (Stream::HalfSent, Arrival::Response(id, self.serve(index))),
            Stream::Asked => {
                let response = self.serve(index);
                return Some(self.head_comes(index, response));
            }
            // It waits for the flow, which is at fault.
            Stream::Head(response) => (Stream::Head(response), Arrival::Timeout),
            Stream::Body(rest) => return Some(self.body_comes(index, rest)),
            Stream::Whole(response, cap) if response.body().len() as u64 > cap => {
                let failed = Arrival::Failed(id, FailureClass::TooLarge);
                (Stream::Whole(response, cap), failed)
            }
            Stream::Whole(response, cap) => {
                let arrival = Arrival::Response(id, response.clone());
                (Stream::Whole(response, cap), arrival)
            }
        };
        self.network.in_flight[index].stream = Some(next);
        Some(arrival)
    }

    /// The head of a response comes.
    pub(super) fn head_comes(&mut self, index: usize, response: Response<Bytes>) -> Arrival {
        let exchange = &mut self.network.in_flight[index];
        let head = response.clone().map(|_| ());
        exchange.stream = Some(Stream::Head(response));
        Arrival::Head(exchange.id, head)
    }

    /// Half of what is left of a body comes, or all of it.
    fn body_comes(&mut self, index: usize, mut rest: Bytes) -> Arrival {
        let exchange = &mut self.network.in_flight[index];
        let half = rest.split_to(rest.len().div_ceil(2));
        self.sink.extend_from_slice(&half);
        let bytes = self.sink.len() as u64;
        let is_end = rest.is_empty();
        exchange.stream = Some(Stream::Body(rest));
        if !is_end {
            return Arrival::Progress(exchange.id, bytes);
        }
        let sha256 = self.setup.sha256.map(|sha256| sha256(&self.sink));
        Arrival::BodyEnded(exchange.id, BodyEnd { bytes, sha256 })
    }

    /// What the sink had not written when the program was closed is lost.
    pub(super) fn cut_sink(&mut self) {
        if !self.sink.is_empty() && self.setup.choices.number(4) == 1 {
            self.sink.truncate(self.sink.len() / 2);
            self.sink_was_cut = true;
        }
    }
}
