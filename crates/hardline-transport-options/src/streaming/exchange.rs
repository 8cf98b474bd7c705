use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;
use hardline::client::{Bodies, Streamed, StreamingExchange};
use hardline::flow::{BodyDirection, BodyEnd, ReceiveBody};
use hardline::wire::Failure;
use http::Response;

use super::{BoxFuture, Port};

/// How an exchange ends.
#[derive(Debug)]
pub enum Finished {
    /// With a whole response.
    Response(Response<Bytes>),
    /// With a body in the sink.
    Body(BodyEnd),
}

/// A [`StreamingExchange`] that is a future. The future says through its [`Port`] what happens in between.
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::{Bodies, Source};
/// use hardline::flow::BodyDirection;
/// use hardline_transport_options::streaming::{Finished, StreamedExchange};
///
/// let mut bodies = Bodies::default();
/// bodies.source = Some(Source::new(Bytes::from_static(b"hello")));
/// let exchange = StreamedExchange::new(BodyDirection::Upload { at: 0 }, bodies, |port| async move {
///     let mut body = port.open(&http::HeaderMap::new()).await?;
///     while let Some(chunk) = body.next().await? {
///         // Send it; then:
///         port.passed(chunk.len() as u64).await;
///     }
///     Ok(Finished::Response(http::Response::new("{}".into())))
/// });
/// # drop(exchange);
/// ```
#[must_use = "nothing is sent until it is polled"]
pub struct StreamedExchange {
    port: Port,
    exchange: Option<BoxFuture<Result<Finished, Failure>>>,
    /// It is over, and this is told last.
    last: Option<Streamed>,
}

impl StreamedExchange {
    /// Makes an exchange of a future.
    pub fn new<F>(
        direction: BodyDirection,
        bodies: Bodies,
        exchange: impl FnOnce(Port) -> F,
    ) -> Self
    where
        F: Future<Output = Result<Finished, Failure>> + Send + 'static,
    {
        let port = Port::new(direction, bodies);
        let exchange = exchange(port.clone());
        Self {
            port,
            exchange: Some(Box::pin(exchange)),
            last: None,
        }
    }
}

impl StreamingExchange for StreamedExchange {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Streamed> {
        loop {
            if let Some(told) = self.port.take_told() {
                return Poll::Ready(told);
            }
            if let Some(last) = self.last.take() {
                return Poll::Ready(last);
            }
            let Some(exchange) = &mut self.exchange else {
                return Poll::Pending;
            };
            match exchange.as_mut().poll(context) {
                Poll::Ready(finished) => {
                    self.exchange = None;
                    // Whoever resumes what has failed must know how far it came.
                    self.port.tell_progress();
                    self.last = Some(match finished {
                        Ok(Finished::Response(response)) => Streamed::Response(response),
                        Ok(Finished::Body(end)) => Streamed::BodyEnded(end),
                        Err(failure) => Streamed::Failed(failure),
                    });
                }
                Poll::Pending if self.port.has_told() => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn receive(&mut self, body: ReceiveBody) {
        if body == ReceiveBody::Discard {
            self.exchange = None;
        } else {
            self.port.receive(body);
        }
    }
}

impl fmt::Debug for StreamedExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedExchange")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
