use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Response, request, response};

use super::{Blocking, BlockingTransport, Bodies, Transport};
use crate::flow::{BodyDirection, BodyEnd, Input, ReceiveBody, RequestId};
use crate::wire::Failure;

/// A transport that can move bodies which are never held in memory.
///
/// The head of the request comes from the flow, and the [`Bodies`] from the program. All that is said of
/// [`Transport`] is true here too, but for the time limit: a body may take as long as it likes, and what is limited is
/// how long nothing of it moves.
///
/// A program does not call this itself: it gives the source and the sink to
/// [`Conversation::with_source`](crate::client::Conversation::with_source) and
/// [`with_sink`](crate::client::Conversation::with_sink). An event loop of your own does:
///
/// ```
/// use std::future::poll_fn;
/// use hardline::client::{Bodies, Streamed, StreamingExchange, StreamingTransport};
/// use hardline::flow::{BodyDirection, Flow, Input, Output, RequestId};
/// use hardline::types::Timestamp;
///
/// /// Carries out [`Output::SendStreaming`].
/// async fn stream<F: Flow>(
///     transport: &impl StreamingTransport,
///     flow: &mut F,
///     (id, head, direction): (RequestId, http::request::Parts, BodyDirection),
///     bodies: Bodies,
///     now: impl Fn() -> Timestamp,
/// ) {
///     let mut exchange = transport.send_streaming(head, direction, bodies);
///     let mut is_over = false;
///     while !is_over {
///         let streamed = poll_fn(|context| exchange.poll_next(context)).await;
///         is_over = streamed.is_last();
///         flow.handle_input(now(), streamed.into_input(id));
///         if let Output::Receive(_, body) = flow.poll_output() {
///             exchange.receive(body);
///         }
///     }
/// }
/// ```
pub trait StreamingTransport: Transport {
    /// What [`send_streaming`](StreamingTransport::send_streaming) returns.
    type Exchange: StreamingExchange;

    /// Sends the request. Nothing happens before the exchange is polled.
    ///
    /// - [`BodyDirection::Upload`]: the body of the request comes from the source, opened at the offset. A source that is
    ///   missing, cannot be opened there, fails, or ends before or after its length is
    ///   [`Unsendable`](crate::wire::FailureClass::Unsendable). The response comes whole, even if the server responds
    ///   before it has the body.
    /// - [`BodyDirection::Download`]: the head of the response comes first, and nothing more is read before
    ///   [`receive`](StreamingExchange::receive) says where the body goes.
    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange;
}

/// An exchange whose body streams. Dropping it stops it, as dropping the future of a [`Transport`] does.
pub trait StreamingExchange {
    /// Waits for what happens next. After the last of it there is nothing to poll for.
    ///
    /// It is cancel-safe: dropping whatever polls it loses nothing.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Streamed>;

    /// Says where the body of the response goes, once, after its [`Head`](Streamed::Head). After
    /// [`ReceiveBody::Discard`] there is nothing to poll for.
    fn receive(&mut self, body: ReceiveBody);
}

/// What happened in a [`StreamingExchange`].
#[derive(Debug)]
pub enum Streamed {
    /// The head of the response to a download. Nothing follows before [`StreamingExchange::receive`] is called.
    Head(response::Parts),
    /// So many bytes have passed so far, counted from the beginning of the body: to the server, or into the sink. It
    /// comes several times a second at most, or each 64 KiB.
    Progress(u64),
    /// The whole response; the last that happens.
    Response(Response<Bytes>),
    /// The body is in the sink; the last that happens.
    BodyEnded(BodyEnd),
    /// There will be no response, or no more of it; the last that happens.
    Failed(Failure),
}

impl Streamed {
    /// The same for the flow that sent the request.
    ///
    /// ```
    /// use hardline::client::Streamed;
    /// use hardline::flow::{Input, RequestId};
    ///
    /// fn tell(id: RequestId, what: Streamed) -> Input {
    ///     what.into_input(id)
    /// }
    /// ```
    pub fn into_input(self, id: RequestId) -> Input {
        match self {
            Self::Head(head) => Input::Head(id, head),
            Self::Progress(bytes) => Input::Progress(id, bytes),
            Self::Response(response) => Input::Response(id, response),
            Self::BodyEnded(end) => Input::BodyEnded(id, end),
            Self::Failed(failure) => Input::Failed(id, failure),
        }
    }

    /// Whether it is the last that happens.
    pub fn is_last(&self) -> bool {
        !matches!(self, Self::Head(_) | Self::Progress(_))
    }
}

impl<T: StreamingTransport + ?Sized> StreamingTransport for &T {
    type Exchange = T::Exchange;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange {
        (**self).send_streaming(head, direction, bodies)
    }
}

impl<T: StreamingTransport + ?Sized> StreamingTransport for Arc<T> {
    type Exchange = T::Exchange;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange {
        (**self).send_streaming(head, direction, bodies)
    }
}

/// A [`BlockingTransport`] that can move bodies which are never held in memory: [`StreamingTransport`] says how.
/// [`Blocking`] makes it one.
///
/// ```
/// use hardline::client::{Blocking, BlockingStreamingTransport, StreamingTransport};
///
/// fn streams(transport: impl BlockingStreamingTransport) -> impl StreamingTransport {
///     Blocking(transport)
/// }
/// ```
pub trait BlockingStreamingTransport: BlockingTransport {
    /// What [`send_streaming`](BlockingStreamingTransport::send_streaming) returns.
    type Exchange: BlockingExchange;

    /// As [`StreamingTransport::send_streaming`].
    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange;
}

/// A [`StreamingExchange`] that blocks.
pub trait BlockingExchange {
    /// Blocks until something happens. After the last of it there is nothing to wait for.
    fn next(&mut self) -> Streamed;

    /// As [`StreamingExchange::receive`].
    fn receive(&mut self, body: ReceiveBody);
}

impl<T: BlockingStreamingTransport> StreamingTransport for Blocking<T> {
    type Exchange = Blocking<T::Exchange>;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange {
        Blocking(self.0.send_streaming(head, direction, bodies))
    }
}

impl<E: BlockingExchange> StreamingExchange for Blocking<E> {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Streamed> {
        Poll::Ready(self.0.next())
    }

    fn receive(&mut self, body: ReceiveBody) {
        self.0.receive(body);
    }
}
