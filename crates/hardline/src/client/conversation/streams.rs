use std::task::{Context, Poll};

use http::request;

use crate::client::{Bodies, StreamingExchange, StreamingTransport};
use crate::flow::{BodyDirection, Input, ReceiveBody, RequestId};
use crate::wire::{Failure, FailureClass};

/// The exchanges of a conversation whose bodies stream, over a transport that can do that.
pub(super) trait Streams<T> {
    /// What the program gave.
    fn bodies(&mut self) -> &mut Bodies;

    /// Sends a request, or says why that cannot be.
    fn send(
        &mut self,
        transport: &T,
        id: RequestId,
        head: request::Parts,
        direction: BodyDirection,
    ) -> Result<(), Failure>;

    /// Says where the body of a response goes.
    fn receive(&mut self, id: RequestId, body: ReceiveBody);

    /// Drops an exchange.
    fn cancel(&mut self, id: RequestId);

    /// What happened in one of them.
    fn poll(&mut self, context: &mut Context<'_>) -> Option<Input>;

    /// How many are under way.
    fn len(&self) -> usize;

    /// Drops all of them.
    fn clear(&mut self);
}

/// Those that are under way.
pub(super) struct UnderWay<E> {
    bodies: Bodies,
    exchanges: Vec<(RequestId, E)>,
}

impl<E> UnderWay<E> {
    pub(super) fn new() -> Self {
        Self {
            bodies: Bodies::default(),
            exchanges: Vec::new(),
        }
    }
}

impl<T: StreamingTransport> Streams<T> for UnderWay<T::Exchange> {
    fn bodies(&mut self) -> &mut Bodies {
        &mut self.bodies
    }

    fn send(
        &mut self,
        transport: &T,
        id: RequestId,
        head: request::Parts,
        direction: BodyDirection,
    ) -> Result<(), Failure> {
        match direction {
            BodyDirection::Upload { .. } if self.bodies.source.is_none() => {
                return Err(without("source"));
            }
            BodyDirection::Download if self.bodies.sink.is_none() => {
                return Err(without("sink"));
            }
            _ => {}
        }
        let exchange = transport.send_streaming(head, direction, self.bodies.clone());
        self.exchanges.push((id, exchange));
        Ok(())
    }

    fn receive(&mut self, id: RequestId, body: ReceiveBody) {
        if body == ReceiveBody::Discard {
            return Streams::<T>::cancel(self, id);
        }
        let found = self.exchanges.iter_mut().find(|(other, _)| *other == id);
        if let Some((_, exchange)) = found {
            exchange.receive(body);
        }
    }

    fn cancel(&mut self, id: RequestId) {
        self.exchanges.retain(|(other, _)| *other != id);
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Option<Input> {
        for index in 0..self.exchanges.len() {
            let (id, exchange) = &mut self.exchanges[index];
            let Poll::Ready(streamed) = exchange.poll_next(context) else {
                continue;
            };
            let id = *id;
            if streamed.is_last() {
                drop(self.exchanges.swap_remove(index));
            }
            return Some(streamed.into_input(id));
        }
        None
    }

    fn len(&self) -> usize {
        self.exchanges.len()
    }

    fn clear(&mut self) {
        self.exchanges.clear();
    }
}

/// The failure of a request for which the program gave no body, or nothing to put one into.
pub(super) fn without(what: &str) -> Failure {
    let why = format!("its body streams: give the conversation a {what} (`with_{what}`)");
    Failure::new(FailureClass::Unsendable, why)
}

#[cfg(test)]
mod tests;
