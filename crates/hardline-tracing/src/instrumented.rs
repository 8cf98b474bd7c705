use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hardline::wire::Failure;
use http::Response;
use pin_project_lite::pin_project;

use crate::ExchangeSpan;

pin_project! {
    /// An exchange that runs in its span; made by [`ExchangeSpan::instrument`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Instrumented<F> {
        // First, so that a cancelled exchange is dropped before its span closes.
        #[pin]
        exchange: F,
        span: ExchangeSpan,
    }
}

impl ExchangeSpan {
    /// Runs the future of the exchange in the span, and records how it ends.
    pub fn instrument<F>(self, exchange: F) -> Instrumented<F> {
        Instrumented {
            exchange,
            span: self,
        }
    }
}

impl<F> Future for Instrumented<F>
where
    F: Future<Output = Result<Response<Bytes>, Failure>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.span.begin();
        let result = {
            let _entered = this.span.span().enter();
            ready!(this.exchange.poll(context))
        };
        this.span.end(&result);
        Poll::Ready(result)
    }
}
