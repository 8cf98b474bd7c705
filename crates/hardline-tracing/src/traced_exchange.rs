use std::task::{Context, Poll, ready};

use hardline::client::{BlockingExchange, Streamed, StreamingExchange};
use hardline::flow::{BodyDirection, ReceiveBody};
use http::StatusCode;

use crate::ExchangeSpan;

/// An exchange whose body streams, in its span; made by [`ExchangeSpan::stream`].
#[derive(Debug)]
#[must_use = "nothing is sent until it is polled"]
pub struct TracedExchange<E> {
    // First, so that a cancelled exchange is dropped before its span closes.
    exchange: E,
    span: ExchangeSpan,
    direction: BodyDirection,
    status: Option<StatusCode>,
    /// Where the body begins.
    from: u64,
    passed: u64,
}

impl ExchangeSpan {
    /// Runs an exchange whose body streams in the span, and records how it ends.
    ///
    /// ```
    /// use hardline::client::StreamingExchange;
    /// use hardline::flow::BodyDirection;
    /// use hardline_tracing::{ExchangeSpan, TracedExchange};
    ///
    /// fn traced<E: StreamingExchange>(head: &http::request::Parts, exchange: E) -> TracedExchange<E> {
    ///     ExchangeSpan::of_head(head).stream(exchange, BodyDirection::Download)
    /// }
    /// ```
    pub fn stream<E>(self, exchange: E, direction: BodyDirection) -> TracedExchange<E> {
        let from = match direction {
            BodyDirection::Upload { at } => at,
            BodyDirection::Download => 0,
        };
        TracedExchange {
            exchange,
            span: self,
            direction,
            status: None,
            from,
            passed: from,
        }
    }
}

impl<E> TracedExchange<E> {
    /// How much of the body that streams moved.
    fn moved(&self) -> u64 {
        self.passed.saturating_sub(self.from)
    }

    fn goes(&mut self, body: ReceiveBody) {
        if let ReceiveBody::ToSink { at } = body {
            self.from = at;
        }
    }

    fn record(&mut self, streamed: &Streamed) {
        let is_upload = self.direction != BodyDirection::Download;
        if streamed.is_last() {
            self.span.sent(if is_upload { self.moved() } else { 0 });
        }
        match streamed {
            Streamed::Head(head) => self.status = Some(head.status),
            Streamed::Progress(bytes) => self.passed = *bytes,
            Streamed::Response(response) => {
                // A usize fits into a u64.
                let received = response.body().len() as u64;
                self.span.answered(response.status(), received);
            }
            Streamed::BodyEnded(end) => {
                self.passed = end.bytes;
                let status = self.status.unwrap_or_default();
                self.span.answered(status, self.moved());
            }
            Streamed::Failed(failure) => self.span.failed(failure),
        }
    }
}

impl<E: StreamingExchange> StreamingExchange for TracedExchange<E> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Streamed> {
        self.span.begin();
        let streamed = {
            let _entered = self.span.span().enter();
            ready!(self.exchange.poll_next(context))
        };
        self.record(&streamed);
        Poll::Ready(streamed)
    }

    fn receive(&mut self, body: ReceiveBody) {
        self.goes(body);
        self.exchange.receive(body);
    }
}

impl<E: BlockingExchange> BlockingExchange for TracedExchange<E> {
    fn next(&mut self) -> Streamed {
        self.span.begin();
        let streamed = {
            let _entered = self.span.span().enter();
            self.exchange.next()
        };
        self.record(&streamed);
        streamed
    }

    fn receive(&mut self, body: ReceiveBody) {
        self.goes(body);
        self.exchange.receive(body);
    }
}
