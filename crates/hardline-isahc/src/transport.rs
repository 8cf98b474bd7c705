use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_io::Timer;
use bytes::Bytes;
use futures_lite::{AsyncRead, AsyncReadExt};
use hardline::client::Transport;
use hardline::wire::{Failure, FailureClass, RequestMeta, is_loopback};
use hardline_tracing::ExchangeSpan;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING, USER_AGENT};
use http::request::{self, Parts};
use http::{Extensions, Method, Request, Response, StatusCode, Uri, Version, response};
use isahc::config::{Configurable, VersionNegotiation};
use isahc::{AsyncBody, HttpClient};

use crate::failure;

/// The most that is reserved because a server announces it, so that an announcement alone costs no more.
const MAX_RESERVED: usize = 1024 * 1024;

/// The future of an [`IsahcTransport`]'s exchange.
pub type IsahcFuture = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>> + Send>>;

/// A [`Transport`] over isahc, for any executor. Clones share their connections.
///
/// A request without a [`RequestMeta`] counts as repeatable if it is a GET.
///
/// ```no_run
/// use hardline::client::Transport;
/// use hardline_isahc::IsahcTransport;
///
/// # async fn versions() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = IsahcTransport::new()?;
/// let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new())?;
/// let response = transport.send(request).await?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct IsahcTransport(Arc<Inner>);

impl IsahcTransport {
    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Transport for IsahcTransport {
    type Future = IsahcFuture;

    fn send(&self, request: Request<Vec<u8>>) -> IsahcFuture {
        let span = ExchangeSpan::of(&request);
        let inner = Arc::clone(&self.0);
        Box::pin(span.instrument(async move { inner.exchange(request).await }))
    }
}

impl fmt::Debug for IsahcTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IsahcTransport")
            .field("read_idle_timeout", &self.0.read_idle_timeout)
            .field("timeout", &self.0.timeout)
            .field("max_response_bytes", &self.0.max_response_bytes)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    /// Reuses connections; curl resends if one turns out to be dead.
    pub(crate) resending: HttpClient,
    /// Opens a connection for each request, so that curl resends nothing.
    pub(crate) sending_once: HttpClient,
    /// Proxies from the environment are for remote hosts.
    pub(crate) spare_this_machine: bool,
    pub(crate) read_idle_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) user_agent: HeaderValue,
}

impl Inner {
    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        let (mut head, body) = request.into_parts();
        check(&head)?;
        self.complete(&mut head);
        let meta = head.extensions.get::<RequestMeta>();
        let may_resend = meta.map_or(head.method == Method::GET, |it| it.repeatable);
        let limit = meta.map_or(self.timeout, |it| it.timeout.min(self.timeout));
        // The extensions stay here: they are between the core and this transport.
        head.extensions = Extensions::new();

        let method = head.method.clone();
        let response = if may_resend {
            self.resend(head, body, limit).await?
        } else {
            self.send_once(head, body, limit).await?
        };

        let (mut answer, body) = response.into_parts();
        let declared = body.len();
        let body = self.read(body).await?;
        if method != Method::HEAD && is_cut_short(&answer, declared, body.len()) {
            return Err(Failure::new(
                FailureClass::Interrupted,
                "the response is cut short",
            ));
        }
        // What isahc leaves there panics if it is cloned.
        answer.extensions.clear();
        Ok(Response::from_parts(answer, body))
    }

    /// curl itself sends a request again if a reused connection ends without a response, but not if it is reset, which
    /// happens to some requests if a server closes many connections at once. curl does not say whether the connection
    /// was a reused one. The second attempt has a connection of its own, in the version that the server prefers: a
    /// server that broke off HTTP/2 need not speak anything else.
    async fn resend(
        &self,
        head: Parts,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<Response<AsyncBody>, Failure> {
        let start = Instant::now();
        let request = assemble(head.clone(), body.clone(), self.options(&head.uri, limit))?;
        let first = match self.resending.send_async(request).await {
            Err(error) if failure::is_broken_connection(&error) => failure::of_request(error),
            outcome => return outcome.map_err(failure::of_request),
        };
        let rest = limit.saturating_sub(start.elapsed());
        let options = self.options(&head.uri, rest);
        let options = options.version_negotiation(VersionNegotiation::latest_compatible());
        let outcome = self.sending_once.send_async(assemble(head, body, options)?);
        match outcome.await.map_err(failure::of_request) {
            // The first attempt may have arrived nevertheless.
            Err(again) if again.class().never_sent() => Err(first),
            outcome => outcome,
        }
    }

    async fn send_once(
        &self,
        head: Parts,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<Response<AsyncBody>, Failure> {
        let options = self.options(&head.uri, limit);
        let request = assemble(head, body, options)?;
        let outcome = self.sending_once.send_async(request).await;
        outcome.map_err(failure::of_request)
    }

    fn options(&self, uri: &Uri, limit: Duration) -> request::Builder {
        // To curl, 0 means "no limit"; it counts in milliseconds.
        let options = Request::builder().timeout(limit.max(Duration::from_millis(1)));
        if self.spare_this_machine && is_loopback(uri) {
            options.proxy(None)
        } else {
            options
        }
    }

    /// Sets the headers that depend on the body and on this transport.
    fn complete(&self, head: &mut Parts) {
        // curl sets them, since it knows the body. Few requests have one, and looking is cheaper than removing what is
        // not there.
        let is_framed = |name: &HeaderName| name == TRANSFER_ENCODING || name == CONTENT_LENGTH;
        if head.headers.keys().any(is_framed) {
            head.headers.remove(TRANSFER_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
        }
        if !head.headers.keys().any(|name| name == USER_AGENT) {
            head.headers.insert(USER_AGENT, self.user_agent.clone());
        }
    }

    async fn read(&self, body: AsyncBody) -> Result<Bytes, Failure> {
        let cap = self.max_response_bytes;
        let declared = usize::try_from(body.len().unwrap_or(0)).unwrap_or(usize::MAX);
        if declared > cap {
            return Err(too_large(cap));
        }
        let mut read = Vec::with_capacity(declared.min(MAX_RESERVED));
        let one_too_many = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
        let body = Impatient {
            body,
            limit: self.read_idle_timeout,
            timer: Timer::never(),
            is_waiting: false,
        };
        body.take(one_too_many)
            .read_to_end(&mut read)
            .await
            .map_err(failure::of_body)?;
        if read.len() > cap {
            return Err(too_large(cap));
        }
        Ok(read.into())
    }
}

/// A body that must not pause for longer than its limit. curl's own limit would also end long polls.
struct Impatient {
    body: AsyncBody,
    limit: Duration,
    timer: Timer,
    is_waiting: bool,
}

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(read) = Pin::new(&mut self.body).poll_read(cx, buffer) {
            self.is_waiting = false;
            return Poll::Ready(read);
        }
        if !self.is_waiting {
            self.is_waiting = true;
            let limit = self.limit;
            self.timer.set_after(limit);
        }
        let timed_out = |_| {
            Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the response stopped halfway",
            ))
        };
        Pin::new(&mut self.timer).poll(cx).map(timed_out)
    }
}

/// To curl a truncated head looks complete. The body is then shorter than announced; or nothing was announced, and
/// nothing came. That could also be an empty body, but no Matrix server sends one, and a response that may have been
/// "no" must not become "done".
fn is_cut_short(answer: &response::Parts, declared: Option<u64>, length: usize) -> bool {
    let has_none = matches!(
        answer.status,
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    );
    let is_framed = answer.version > Version::HTTP_11
        || answer.headers.contains_key(CONTENT_LENGTH)
        || answer.headers.contains_key(TRANSFER_ENCODING);
    match declared {
        _ if has_none => false,
        _ if !is_framed => length == 0 && answer.status.is_success(),
        Some(declared) => u64::try_from(length).is_ok_and(|length| length < declared),
        None => false,
    }
}

/// The error shows nothing of the request, which may contain a secret.
fn check(head: &Parts) -> Result<(), Failure> {
    check_uri(&head.uri)?;
    // isahc panics on such values.
    if head.headers.values().any(|value| value.to_str().is_err()) {
        return Err(unsendable("a header is not visible ascii"));
    }
    Ok(())
}

/// curl supports many protocols, and `file:` would return a local file with a status of 200.
fn check_uri(uri: &Uri) -> Result<(), Failure> {
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(()),
        Some("http" | "https") => Err(unsendable("the url has no host")),
        Some(_) => Err(unsendable("only http and https are supported")),
        None => Err(unsendable("the url is not absolute")),
    }
}

fn unsendable(reason: &'static str) -> Failure {
    Failure::new(FailureClass::Unsendable, reason)
}

fn too_large(cap: usize) -> Failure {
    Failure::new(FailureClass::TooLarge, format!("more than {cap} bytes"))
}

fn assemble(
    head: Parts,
    body: Vec<u8>,
    options: request::Builder,
) -> Result<Request<AsyncBody>, Failure> {
    let has_body_by_nature = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
    let body = if body.is_empty() && !has_body_by_nature {
        AsyncBody::empty()
    } else {
        // An empty body, unlike no body, is announced with a length of 0.
        AsyncBody::from(body)
    };
    let mut request = options
        .body(body)
        .map_err(|error| Failure::new(FailureClass::Unsendable, error))?;
    *request.method_mut() = head.method;
    *request.uri_mut() = head.uri;
    *request.headers_mut() = head.headers;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_urls_over_http_are_sendable() {
        for (uri, sendable) in [
            ("http://127.0.0.1/", true),
            ("https://matrix.org/_matrix/client/versions", true),
            ("HTTPS://matrix.org/", true),
            ("ftp://matrix.org/", false),
            ("/_matrix/client/versions", false),
            ("matrix.org:443", false),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(check_uri(&uri).is_ok(), sendable, "{uri}");
        }
    }

    #[test]
    fn debug_output_holds_no_more_than_the_limits() {
        let transport = IsahcTransport::builder()
            .user_agent("secret")
            .build()
            .unwrap();
        assert_eq!(
            format!("{transport:?}"),
            "IsahcTransport { read_idle_timeout: 60s, timeout: 300s, max_response_bytes: 268435456, .. }"
        );
    }
}
