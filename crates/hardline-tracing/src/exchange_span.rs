use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use hardline::wire::{Failure, RequestMeta};
use http::{Extensions, Method, Request, Response, StatusCode, request};
use tracing::Span;
use tracing::field::{Empty, display};

/// The span of one exchange. It closes when it is dropped: as `cancelled` if the exchange had no outcome.
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::Transport;
/// use hardline::wire::Failure;
/// use hardline_tracing::{ExchangeSpan, Instrumented};
/// use std::future::{Ready, ready};
///
/// struct Mine;
///
/// impl Transport for Mine {
///     type Future = Instrumented<Ready<Result<http::Response<Bytes>, Failure>>>;
///
///     fn send(&self, request: http::Request<Vec<u8>>) -> Self::Future {
///         let span = ExchangeSpan::of(&request);
///         span.instrument(ready(Ok(http::Response::new("{}".into()))))
///     }
/// }
/// ```
pub struct ExchangeSpan {
    span: Span,
    /// Set only if the span is enabled.
    begun: Option<Instant>,
    is_over: bool,
}

impl ExchangeSpan {
    /// Opens the span of the exchange that this request begins. Its parent is the current span.
    pub fn of<B: AsRef<[u8]>>(request: &Request<B>) -> Self {
        let sent = request.body().as_ref().len();
        Self::open(request.method(), request.extensions(), Some(sent))
    }

    /// Opens the span of an exchange whose body streams. [`stream`](ExchangeSpan::stream) runs it.
    pub fn of_head(head: &request::Parts) -> Self {
        Self::open(&head.method, &head.extensions, None)
    }

    fn open(method: &Method, extensions: &Extensions, sent: Option<usize>) -> Self {
        let span = tracing::info_span!(
            target: "hardline",
            "exchange",
            operation = Empty,
            method = method.as_str(),
            path = Empty,
            attempt = Empty,
            sent = sent,
            status = Empty,
            received = Empty,
            outcome = Empty,
            elapsed_ms = Empty,
        );
        let meta = extensions.get::<RequestMeta>();
        if let (false, Some(meta)) = (span.is_disabled(), meta) {
            span.record("operation", display(meta.operation.name()));
            span.record("attempt", meta.attempt);
            if !meta.operation.path.is_empty() {
                span.record("path", meta.operation.path);
            }
        }
        Self {
            span,
            begun: None,
            is_over: false,
        }
    }

    /// The span, to add children of your own.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Starts the clock at the first call.
    pub(crate) fn begin(&mut self) {
        if self.begun.is_none() && !self.span.is_disabled() {
            self.begun = Some(Instant::now());
        }
    }

    /// Records how it ended.
    pub(crate) fn end(&mut self, result: &Result<Response<Bytes>, Failure>) {
        if self.span.is_disabled() {
            return;
        }
        match result {
            Ok(response) => {
                // A usize fits into a u64.
                self.answered(response.status(), response.body().len() as u64);
            }
            Err(failure) => self.failed(failure),
        }
    }

    /// Its class alone: what a library says of a failure may hold a URL.
    pub(crate) fn failed(&mut self, failure: &Failure) {
        if !self.span.is_disabled() {
            self.close(failure.class().as_str());
        }
    }

    /// How much of a body that streams has left.
    pub(crate) fn sent(&self, bytes: u64) {
        self.span.record("sent", bytes);
    }

    pub(crate) fn answered(&mut self, status: StatusCode, received: u64) {
        if self.span.is_disabled() {
            return;
        }
        self.span.record("status", status.as_u16());
        self.span.record("received", received);
        self.close("answered");
    }

    fn close(&mut self, outcome: &str) {
        let elapsed = self.begun.map_or(0, |begun| begun.elapsed().as_millis());
        self.span.record("outcome", outcome);
        self.span
            .record("elapsed_ms", u64::try_from(elapsed).unwrap_or(u64::MAX));
        self.is_over = true;
    }
}

impl Drop for ExchangeSpan {
    fn drop(&mut self) {
        if !self.is_over && !self.span.is_disabled() {
            self.close("cancelled");
        }
    }
}

impl fmt::Debug for ExchangeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.span.fmt(f)
    }
}
