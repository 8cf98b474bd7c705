mod body;
mod failure;
mod outgoing;
mod response;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hardline::client::{Clock, Transport};
use hardline::wire::{Failure, FailureClass, RequestMeta};
use http::{Method, Request, Response};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::BrowserClock;
use crate::global::fetch;
use failure::failure;

/// A [`Transport`] over the browser's `fetch`. [The crate](crate#what-fetch-hides) has the table of what that hides.
///
/// Its futures are not `Send`, as nothing of JavaScript is; run them with `wasm_bindgen_futures::spawn_local`.
#[derive(Clone)]
pub struct FetchTransport {
    timeout: Duration,
    max_response_bytes: usize,
}

/// How long an exchange may take by default.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The most bytes of a body by default.
const MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

impl FetchTransport {
    /// A transport whose exchanges take 10 minutes at most, and whose responses have 256 MiB at most.
    pub fn new() -> Self {
        Self {
            timeout: TIMEOUT,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }

    /// Limits how long an exchange may take. The core's limit for a request counts too: the shorter one ends it.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits the bytes of a response's body, as it is when the browser has decoded it. A request's own limit
    /// ([`RequestMeta::max_response_bytes`]) counts in place of this one.
    #[must_use]
    pub fn with_max_response_bytes(mut self, max_response_bytes: usize) -> Self {
        self.max_response_bytes = max_response_bytes;
        self
    }

    fn limits(&self, request: &Request<Vec<u8>>) -> (Duration, usize) {
        let meta = request.extensions().get::<RequestMeta>();
        let timeout = meta.map_or(self.timeout, |meta| meta.timeout.min(self.timeout));
        let cap = meta.and_then(|meta| meta.max_response_bytes);
        let own = |cap| usize::try_from(cap).unwrap_or(usize::MAX);
        (timeout, cap.map_or(self.max_response_bytes, own))
    }
}

impl Default for FetchTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FetchTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchTransport")
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish()
    }
}

/// The future of a [`FetchTransport`]'s exchange. Dropping it aborts the request.
pub type FetchFuture = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>>>>;

impl Transport for FetchTransport {
    type Future = FetchFuture;

    fn send(&self, request: Request<Vec<u8>>) -> FetchFuture {
        let (timeout, cap) = self.limits(&request);
        Box::pin(async move {
            let deadline = BrowserClock.now() + timeout;
            let mut sleep = pin!(BrowserClock.sleep_until(deadline));
            let mut exchange = pin!(exchange(request, cap));
            poll_fn(|context| {
                if let Poll::Ready(response) = exchange.as_mut().poll(context) {
                    return Poll::Ready(response);
                }
                let late = || {
                    Err(Failure::new(
                        FailureClass::TimedOutAfterSend,
                        "the time is over",
                    ))
                };
                sleep.as_mut().poll(context).map(|()| late())
            })
            .await
        })
    }
}

async fn exchange(request: Request<Vec<u8>>, cap: usize) -> Result<Response<Bytes>, Failure> {
    let abort = Abort::new()?;
    let is_head = request.method() == Method::HEAD;
    let request = outgoing::request(request, &abort.0.signal())?;
    let fetched = JsFuture::from(fetch(&request)).await;
    let fetched = fetched.map_err(|error| failure(FailureClass::NetworkError, &error))?;
    let fetched: web_sys::Response = fetched.unchecked_into();
    let mut response = response::head(&fetched)?;
    let body = body::read(&fetched, response.headers(), cap).await?;
    response::settle_length(&mut response, is_head, body.len());
    Ok(response.map(|()| body))
}

/// Aborts its request when it is dropped. To one that is over that means nothing.
struct Abort(AbortController);

impl Abort {
    fn new() -> Result<Self, Failure> {
        let controller = AbortController::new();
        let controller = controller.map_err(|error| failure(FailureClass::Unsendable, &error))?;
        Ok(Self(controller))
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}
