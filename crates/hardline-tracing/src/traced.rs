use bytes::Bytes;
use hardline::client::{
    BlockingStreamingTransport, BlockingTransport, Bodies, StreamingTransport, Transport,
};
use hardline::flow::BodyDirection;
use hardline::wire::Failure;
use http::{Request, Response, request};

use crate::{ExchangeSpan, Instrumented, TracedExchange};

/// A transport with a span for each exchange. A [`BlockingTransport`] stays one, and one that streams does.
///
/// The transports of `hardline-hyper`, `hardline-isahc` and `hardline-tower` have spans already.
///
/// ```
/// use hardline::client::{Transport, transport_fn};
/// use hardline_tracing::Traced;
///
/// let transport = Traced(transport_fn(|_| async { Ok(http::Response::new("{}".into())) }));
/// let request = http::Request::get("https://example.org/_matrix/client/versions").body(Vec::new())?;
/// let response = futures_lite::future::block_on(transport.send(request))?;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Traced<T>(pub T);

impl<T: Transport> Transport for Traced<T> {
    type Future = Instrumented<T::Future>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        let span = ExchangeSpan::of(&request);
        span.instrument(self.0.send(request))
    }
}

impl<T: BlockingTransport> BlockingTransport for Traced<T> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        let mut span = ExchangeSpan::of(&request);
        span.begin();
        let result = {
            let _entered = span.span().enter();
            self.0.send(request)
        };
        span.end(&result);
        result
    }
}

impl<T: StreamingTransport> StreamingTransport for Traced<T> {
    type Exchange = TracedExchange<T::Exchange>;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange {
        let span = ExchangeSpan::of_head(&head);
        span.stream(self.0.send_streaming(head, direction, bodies), direction)
    }
}

impl<T: BlockingStreamingTransport> BlockingStreamingTransport for Traced<T> {
    type Exchange = TracedExchange<T::Exchange>;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange {
        let span = ExchangeSpan::of_head(&head);
        span.stream(self.0.send_streaming(head, direction, bodies), direction)
    }
}
