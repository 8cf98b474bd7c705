//! Any of the transports behind one type, so that the commands are written once.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hardline::client::{Bodies, Streamed, StreamingExchange, StreamingTransport, Transport};
use hardline::flow::{BodyDirection, ReceiveBody};
use hardline::wire::Failure;
use http::{Request, Response, request};

type BoxFuture = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>> + Send>>;

/// A transport of any type.
#[derive(Clone)]
pub(crate) struct AnyTransport(Arc<dyn Carries + Send + Sync>);

/// An exchange of any transport whose body streams.
pub(crate) struct AnyExchange(Box<dyn StreamingExchange + Send>);

trait Carries {
    fn send_whole(&self, request: Request<Vec<u8>>) -> BoxFuture;

    fn send_stream(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> AnyExchange;
}

impl AnyTransport {
    pub(crate) fn new<T>(transport: T) -> Self
    where
        T: StreamingTransport<Future: Send + 'static, Exchange: Send + 'static>
            + Send
            + Sync
            + 'static,
    {
        Self(Arc::new(transport))
    }
}

impl<T> Carries for T
where
    T: StreamingTransport<Future: Send + 'static, Exchange: Send + 'static>,
{
    fn send_whole(&self, request: Request<Vec<u8>>) -> BoxFuture {
        Box::pin(self.send(request))
    }

    fn send_stream(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> AnyExchange {
        AnyExchange(Box::new(self.send_streaming(head, direction, bodies)))
    }
}

impl Transport for AnyTransport {
    type Future = BoxFuture;

    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture {
        self.0.send_whole(request)
    }
}

impl StreamingTransport for AnyTransport {
    type Exchange = AnyExchange;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> AnyExchange {
        self.0.send_stream(head, direction, bodies)
    }
}

impl StreamingExchange for AnyExchange {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Streamed> {
        self.0.poll_next(context)
    }

    fn receive(&mut self, body: ReceiveBody) {
        self.0.receive(body);
    }
}
