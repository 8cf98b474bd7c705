use std::time::Duration;

use bytes::Bytes;
use hardline::flow::{BodyDirection, BodyEnd, Input, ReceiveBody, RequestId};
use hardline::wire::{Failure, FailureClass};
use http::{Request, Response, request};
use sha2::{Digest, Sha256};

use super::faults::NetworkFault;
use super::streams::{Awaited, BodyPart};
use super::{Arrival, Simulation};

impl Simulation<'_> {
    /// Sets what the program's source has, for the requests whose bodies stream.
    pub fn set_source(&mut self, source: impl Into<Bytes>) {
        self.streams.source = source.into();
    }

    /// What the program's sink holds.
    pub fn sink(&self) -> &[u8] {
        &self.streams.sink
    }

    /// Sends a request of the flow whose body streams, or whose response's does.
    pub fn send_streaming(
        &mut self,
        id: RequestId,
        head: request::Parts,
        direction: BodyDirection,
    ) {
        let body = match direction {
            BodyDirection::Upload { at } => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                self.streams
                    .source
                    .slice(at.min(self.streams.source.len())..)
            }
            BodyDirection::Download => {
                self.streams.responses.insert(id, Awaited::Head);
                Bytes::new()
            }
        };
        self.send(id, Request::from_parts(head, body.into()));
    }

    /// Puts the body of a response where the flow says.
    pub fn receive(&mut self, id: RequestId, to: ReceiveBody) {
        let awaited = self.streams.responses.insert(id, Awaited::Nothing);
        let Some(Awaited::Body(response, fault)) = awaited else {
            return;
        };
        let is_cut = fault == NetworkFault::Truncated;
        match to {
            ReceiveBody::ToSink { at } => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                if at > self.streams.sink.len() {
                    return self.fails(id, Duration::ZERO, FailureClass::Unsendable);
                }
                self.streams.sink.truncate(at);
                let mut rest = response.into_body();
                let mut after = Duration::ZERO;
                for is_first in [true, false] {
                    let half = rest.split_to(rest.len().div_ceil(2));
                    after += Duration::from_millis(self.rng.within(5..500));
                    if is_cut && !is_first {
                        return self.fails(id, after, FailureClass::Interrupted);
                    }
                    self.arrive(after, Arrival::Body(id, BodyPart::Some(half)));
                }
                self.arrive(after, Arrival::Body(id, BodyPart::Some(rest)));
                self.arrive(after, Arrival::Body(id, BodyPart::End));
            }
            ReceiveBody::Whole { cap } if response.body().len() as u64 > cap => {
                self.fails(id, Duration::ZERO, FailureClass::TooLarge);
            }
            ReceiveBody::Whole { .. } => {
                let response = response.map(|body| match is_cut {
                    true => body.slice(..body.len() / 2),
                    false => body,
                });
                self.arrive(
                    Duration::ZERO,
                    Arrival::Input(Input::Response(id, response)),
                );
            }
            ReceiveBody::Discard => {}
        }
    }

    fn fails(&mut self, id: RequestId, after: Duration, class: FailureClass) {
        let failure = Failure::new(class, "it is simulated");
        self.arrive(after, Arrival::Input(Input::Failed(id, failure)));
    }

    /// The head of a response arrives; its body follows when the flow says where to.
    pub(super) fn head_arrives(
        &mut self,
        id: RequestId,
        after: Duration,
        fault: NetworkFault,
        response: Response<Bytes>,
    ) {
        let (head, body) = response.into_parts();
        let response = Response::from_parts(head.clone(), body);
        self.streams
            .responses
            .insert(id, Awaited::Body(response, fault));
        self.arrive(after, Arrival::Input(Input::Head(id, head)));
    }

    /// More of a body arrives at the sink.
    pub(super) fn body_arrived(&mut self, id: RequestId, part: BodyPart) -> Input {
        let sink = &mut self.streams.sink;
        match part {
            BodyPart::Some(part) => {
                sink.extend_from_slice(&part);
                Input::Progress(id, sink.len() as u64)
            }
            BodyPart::End => {
                let (bytes, sha256) = (sink.len() as u64, Some(Sha256::digest(&*sink).into()));
                Input::BodyEnded(id, BodyEnd { bytes, sha256 })
            }
        }
    }

    /// Nothing of this body goes into the sink any more.
    pub(super) fn forget_body(&mut self, id: RequestId) {
        self.streams.responses.remove(&id);
        let is_of_body =
            |arrival: &Arrival| matches!(arrival, Arrival::Body(body, _) if *body == id);
        self.under_way.retain(|_, arrival| !is_of_body(arrival));
    }
}
