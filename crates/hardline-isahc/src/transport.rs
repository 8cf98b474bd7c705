use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_io::Timer;
use bytes::Bytes;
use futures_lite::{AsyncRead, AsyncReadExt};
use hardline::client::Transport;
use hardline::wire::{Failure, FailureClass};
use hardline_tracing::ExchangeSpan;
use hardline_transport_options::{
    Proxies, Proxy, RequestLimits, TransportOptions, announced_length, decompress,
};
use http::header::{CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING};
use http::request::{self, Parts};
use http::{Extensions, HeaderMap, Method, Request, Response, StatusCode, Uri, Version, response};
use isahc::auth::{Authentication, Credentials};
use isahc::config::{Configurable, VersionNegotiation};
use isahc::net::Dialer;
use isahc::{AsyncBody, HttpClient};

use crate::certificate_files::CertificateFiles;
use crate::known_http2::KnownHttp2;
use crate::{failure, sendable};

/// The most that is reserved because a server announces it, so that an announcement alone costs no more.
const MAX_RESERVED: usize = 1024 * 1024;

/// The future of an [`IsahcTransport`]'s exchange.
pub type IsahcFuture = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>> + Send>>;

/// A [`Transport`] over isahc, for any executor. Clones share their connections.
///
/// A request without a [`RequestMeta`](hardline::wire::RequestMeta) counts as repeatable if it is a GET.
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

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
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
            .field("read_idle_timeout", &self.0.options.read_idle_timeout)
            .field("timeout", &self.0.options.timeout)
            .field("max_response_bytes", &self.0.options.max_response_bytes)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    /// Keeps its connections, which are those of origins that speak HTTP/2; curl sends again if one turns out to be dead.
    pub(crate) keeping: Renewable,
    /// Opens a connection for each request, so that curl sends nothing again.
    pub(crate) once: HttpClient,
    pub(crate) known_http2: KnownHttp2,
    pub(crate) proxies: Proxies,
    pub(crate) options: TransportOptions,
    /// Those of requests that do not have them.
    pub(crate) headers: HeaderMap,
    /// curl reads it for each connection.
    pub(crate) _certificate: Option<CertificateFiles>,
}

impl Inner {
    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        let (mut head, body) = request.into_parts();
        sendable::check(&head)?;
        self.complete(&mut head, body.len());
        let limits = RequestLimits::of(&head, &self.options);
        let (may_resend, limit) = (limits.may_resend, limits.timeout);
        // The extensions stay here: they are between the core and this transport.
        head.extensions = Extensions::new();
        let proxy = self.proxies.of(&head.uri);
        let proxy = proxy.map_err(|unusable| Failure::new(FailureClass::Proxy, unusable))?;

        let (method, uri) = (head.method.clone(), head.uri.clone());
        let is_kept = may_resend && self.known_http2.has(&uri);
        let outcome = if is_kept {
            self.resend(head, body, limit, proxy).await
        } else {
            let options = self.options(&uri, proxy).timeout(in_milliseconds(limit));
            let body = whole(body);
            self.send_once(head, body, options, proxy, may_resend).await
        };
        let response = outcome.inspect_err(|failure| self.leave(is_kept, failure))?;
        if may_resend {
            self.known_http2
                .learn(&uri, response.version() == Version::HTTP_2);
        }
        unless_it_is_the_proxys(&response, &uri, proxy)?;
        let response = self.read(&method, response, limits.in_memory()).await;
        response.inspect_err(|failure| self.leave(is_kept, failure))
    }

    /// Reads a response into memory, of which no more than so many bytes come.
    pub(crate) async fn read(
        &self,
        method: &Method,
        response: Response<AsyncBody>,
        cap: usize,
    ) -> Result<Response<Bytes>, Failure> {
        let (mut answer, body) = response.into_parts();
        let announced = announced_length(&answer)?.filter(|_| *method != Method::HEAD);
        let declared = body.len();
        let body = self.read_body(body, announced, cap).await?;
        if *method != Method::HEAD && is_cut_short(&answer, declared, body.len() as u64) {
            return Err(cut_short());
        }
        let body = if self.options.decompresses {
            decompress(&mut answer, body, cap)?
        } else {
            body
        };
        // What isahc leaves there panics if it is cloned.
        answer.extensions.clear();
        Ok(Response::from_parts(answer, body))
    }

    /// curl keeps a connection with HTTP/2 although a request on it was not answered in time.
    fn leave(&self, is_kept: bool, failure: &Failure) {
        if is_kept && failure.class() == FailureClass::TimedOutAfterSend {
            self.keeping.renew();
        }
    }

    /// curl itself sends a request again if a kept connection ends without a response, but not if it breaks off HTTP/2.
    /// The second attempt has a connection of its own, in the version that the server prefers: a server that broke off
    /// HTTP/2 need not speak anything else.
    async fn resend(
        &self,
        head: Parts,
        body: Vec<u8>,
        limit: Duration,
        proxy: Option<&Proxy>,
    ) -> Result<Response<AsyncBody>, Failure> {
        let start = Instant::now();
        let options = || self.options(&head.uri, proxy);
        let first = options().timeout(in_milliseconds(limit));
        let request = assemble(head.clone(), whole(body.clone()), first)?;
        let kept = self.keeping.current();
        let first = match kept.send_async(request).await {
            Err(error) if failure::broke_off_http2(&error) => failure::of_request(error, proxy),
            outcome => return outcome.map_err(|error| failure::of_request(error, proxy)),
        };
        let rest = limit.saturating_sub(start.elapsed());
        let second = options().timeout(in_milliseconds(rest));
        let body = whole(body);
        match self.send_once(head, body, second, proxy, true).await {
            // The first attempt may have arrived nevertheless.
            Err(again) if again.class().never_sent() => Err(first),
            outcome => outcome,
        }
    }

    /// What may not be repeated is sent over HTTP/1.1: curl sends a request with HTTP/2 again by itself if the server
    /// refuses its stream.
    pub(crate) async fn send_once(
        &self,
        head: Parts,
        body: AsyncBody,
        options: request::Builder,
        proxy: Option<&Proxy>,
        may_resend: bool,
    ) -> Result<Response<AsyncBody>, Failure> {
        let options = options.version_negotiation(if may_resend {
            VersionNegotiation::latest_compatible()
        } else {
            VersionNegotiation::http11()
        });
        let request = assemble(head, body, options)?;
        let outcome = self.once.send_async(request).await;
        outcome.map_err(|error| failure::of_request(error, proxy))
    }

    /// What a request needs besides its limit.
    pub(crate) fn options(&self, uri: &Uri, proxy: Option<&Proxy>) -> request::Builder {
        let mut options = Request::builder().proxy(proxy.map(|proxy| proxy.uri().clone()));
        if let Some((user, password)) = proxy.and_then(Proxy::credentials) {
            options = options
                .proxy_authentication(Authentication::basic())
                .proxy_credentials(Credentials::new(user, password));
        }
        #[cfg(unix)]
        if let Some(path) = &self.options.unix_socket {
            return options.dial(Dialer::unix_socket(path));
        }
        match self.options.place_of(uri).filter(|_| proxy.is_none()) {
            Some(place) => options.dial(Dialer::ip_socket(place)),
            None => options,
        }
    }

    /// Sets the headers that depend on the body and on this transport.
    pub(crate) fn complete(&self, head: &mut Parts, length: usize) {
        // curl sets them, since it knows the body. Few requests have one, and looking is cheaper than removing what is
        // not there.
        let is_framed = |name: &HeaderName| name == TRANSFER_ENCODING || name == CONTENT_LENGTH;
        if head.headers.keys().any(is_framed) {
            head.headers.remove(TRANSFER_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
        }
        let has_body_by_nature = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
        if length == 0 && has_body_by_nature {
            // curl would also announce a form if it knew of an empty body.
            head.headers.insert(CONTENT_LENGTH, length.into());
        }
        for (name, value) in &self.headers {
            if !head.headers.contains_key(name) {
                head.headers.insert(name, value.clone());
            }
        }
    }

    /// Reads a body to its end, which is where its length says, however the connection ends after it.
    async fn read_body(
        &self,
        body: AsyncBody,
        announced: Option<u64>,
        cap: usize,
    ) -> Result<Bytes, Failure> {
        let declared = announced.or(body.len()).unwrap_or(0);
        let declared = usize::try_from(declared).unwrap_or(usize::MAX);
        if declared > cap {
            return Err(too_large(cap));
        }
        let mut read = Vec::with_capacity(declared.min(MAX_RESERVED));
        let one_too_many = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
        let body = Impatient::new(body, self.options.read_idle_timeout);
        body.take(announced.unwrap_or(one_too_many))
            .read_to_end(&mut read)
            .await
            .map_err(failure::of_body)?;
        if read.len() > cap {
            return Err(too_large(cap));
        }
        Ok(read.into())
    }
}

/// A client whose connections can be left for new ones.
pub(crate) struct Renewable {
    pub(crate) builder: Box<dyn Fn() -> Result<HttpClient, isahc::Error> + Send + Sync>,
    pub(crate) client: RwLock<HttpClient>,
}

impl Renewable {
    /// What is under way with it goes on when it is renewed.
    fn current(&self) -> HttpClient {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner);
        client.clone()
    }

    fn renew(&self) {
        // Where it cannot be made, the one that is there may still do for other servers.
        if let Ok(new) = (self.builder)() {
            *self.client.write().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }
}

/// A body that must not pause for longer than its limit. curl's own limit would also end long polls.
pub(crate) struct Impatient {
    body: AsyncBody,
    limit: Duration,
    timer: Timer,
    is_waiting: bool,
}

impl Impatient {
    pub(crate) fn new(body: AsyncBody, limit: Duration) -> Self {
        Self {
            body,
            limit,
            timer: Timer::never(),
            is_waiting: false,
        }
    }
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
pub(crate) fn is_cut_short(answer: &response::Parts, declared: Option<u64>, length: u64) -> bool {
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
        Some(declared) => length < declared,
        None => false,
    }
}

pub(crate) fn cut_short() -> Failure {
    Failure::new(FailureClass::Interrupted, "the response is cut short")
}

/// The error of a proxy that answers in the server's stead because it wants a password.
pub(crate) fn unless_it_is_the_proxys<B>(
    response: &Response<B>,
    uri: &Uri,
    proxy: Option<&Proxy>,
) -> Result<(), Failure> {
    if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        && let Some(proxy) = proxy.filter(|proxy| proxy.reads(uri))
    {
        let why = format!("{proxy}: it wants a user and a password, or others (407)");
        return Err(Failure::new(FailureClass::Proxy, why));
    }
    Ok(())
}

/// To curl, 0 means "no limit"; it counts in milliseconds.
pub(crate) fn in_milliseconds(limit: Duration) -> Duration {
    limit.max(Duration::from_millis(1))
}

fn too_large(cap: usize) -> Failure {
    Failure::new(FailureClass::TooLarge, format!("more than {cap} bytes"))
}

fn whole(body: Vec<u8>) -> AsyncBody {
    if body.is_empty() {
        AsyncBody::empty()
    } else {
        AsyncBody::from(body)
    }
}

fn assemble(
    head: Parts,
    body: AsyncBody,
    options: request::Builder,
) -> Result<Request<AsyncBody>, Failure> {
    let mut request = options
        .body(body)
        .map_err(|error| Failure::new(FailureClass::Unsendable, error))?;
    *request.method_mut() = head.method;
    *request.uri_mut() = without_user(head.uri)?;
    *request.headers_mut() = head.headers;
    Ok(request)
}

/// curl would make an `Authorization` of a user in the URL.
fn without_user(uri: Uri) -> Result<Uri, Failure> {
    let host = uri
        .authority()
        .and_then(|all| all.as_str().rsplit_once('@'));
    let Some((_, host)) = host else {
        return Ok(uri);
    };
    let host = host.parse();
    let mut parts = uri.into_parts();
    let none = |_| Failure::new(FailureClass::Unsendable, "the url has no host");
    parts.authority = Some(host.map_err(none)?);
    let none = |_| Failure::new(FailureClass::Unsendable, "the url is not one");
    Uri::from_parts(parts).map_err(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_holds_no_more_than_the_limits() {
        let transport = IsahcTransport::builder()
            .user_agent("secret")
            .build()
            .unwrap();
        assert_eq!(
            format!("{transport:?}"),
            "IsahcTransport { read_idle_timeout: 60s, timeout: 600s, max_response_bytes: 268435456, .. }"
        );
    }
}
