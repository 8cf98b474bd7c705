use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use hardline::client::Transport;
use hardline::wire::{Failure, FailureClass};
use hardline_tracing::ExchangeSpan;
use hardline_transport_options::{
    Proxies, RequestLimits, TransportOptions, announced_length, decompress,
};
use http::header::{
    CONTENT_LENGTH, HOST, HeaderName, HeaderValue, PROXY_AUTHORIZATION, TRANSFER_ENCODING,
};
use http::request::Parts;
use http::uri::Authority;
use http::{Extensions, HeaderMap, Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::capture_connection;
use tokio::time::{Instant, Sleep};

use crate::body::{self, Limits};
use crate::clients::Clients;
use crate::connect::mark_used;
use crate::origin::{Origins, Turn};
use crate::outgoing::{Kept, Outgoing};
use crate::resends::Resends;

/// The future of a [`HyperTransport`]'s exchange.
pub type HyperFuture = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>> + Send>>;

/// A [`Transport`] over hyper, with rustls for TLS. Clones share one pool of connections.
///
/// A request without a [`RequestMeta`](hardline::wire::RequestMeta) counts as repeatable if it is a GET.
///
/// ```no_run
/// use hardline::client::Transport;
/// use hardline_hyper::HyperTransport;
///
/// # async fn versions() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = HyperTransport::new()?;
/// let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new())?;
/// let response = transport.send(request).await?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HyperTransport(Arc<Inner>);

impl HyperTransport {
    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }
}

impl Transport for HyperTransport {
    type Future = HyperFuture;

    fn send(&self, request: Request<Vec<u8>>) -> HyperFuture {
        let span = ExchangeSpan::of(&request);
        let inner = Arc::clone(&self.0);
        // Taken apart here, so that the future does not hold it twice.
        let (mut head, body) = request.into_parts();
        Box::pin(span.instrument(async move { inner.exchange(&mut head, body).await }))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport")
            .field("read_idle_timeout", &self.0.options.read_idle_timeout)
            .field("timeout", &self.0.options.timeout)
            .field("max_response_bytes", &self.0.options.max_response_bytes)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    pub(crate) clients: Clients,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) origins: Arc<Origins>,
    pub(crate) options: Arc<TransportOptions>,
    /// Those of requests that do not have them.
    pub(crate) headers: HeaderMap,
}

impl Inner {
    async fn exchange(&self, head: &mut Parts, body: Vec<u8>) -> Result<Response<Bytes>, Failure> {
        check(&head.uri)?;
        self.complete(head, body.len());
        let limits = RequestLimits::of(head, &self.options);
        // The extensions stay here: they are between the core and this transport.
        head.extensions = Extensions::new();

        let deadline = Instant::now() + limits.timeout;
        let mut timer = pin!(tokio::time::sleep_until(deadline));
        let mut turn = self.turn(&head.uri, timer.as_mut()).await?;
        let response = self
            .answer(head, body, limits.may_resend, &mut turn, timer.as_mut())
            .await?;
        let bytes = limits.in_memory();
        self.read(&head.uri, response, bytes, deadline, timer).await
    }

    /// Reads a response into memory, of which no more than so many bytes come.
    pub(crate) async fn read(
        &self,
        uri: &Uri,
        response: Response<Incoming>,
        bytes: usize,
        deadline: Instant,
        timer: Pin<&mut Sleep>,
    ) -> Result<Response<Bytes>, Failure> {
        let (mut answer, body) = response.into_parts();
        let limits = Limits {
            bytes,
            announced: announced_length(&answer)?,
            idle: self.options.read_idle_timeout,
            deadline,
        };
        let body = body::read(body, limits, timer).await;
        let body = body.inspect_err(|failure| self.leave(uri, failure))?;
        let body = if self.options.decompresses {
            decompress(&mut answer, body, bytes)?
        } else {
            body
        };
        // What hyper leaves there is about this connection, not about the response.
        answer.extensions = Extensions::new();
        Ok(Response::from_parts(answer, body))
    }

    /// Leaves a connection that did not answer in time.
    pub(crate) fn leave(&self, uri: &Uri, failure: &Failure) {
        if failure.class() == FailureClass::TimedOutAfterSend {
            self.clients.renew(uri);
        }
    }

    /// Sets the headers that depend on the body and on this transport.
    pub(crate) fn complete(&self, head: &mut Parts, length: usize) {
        // Few requests have one, and looking is cheaper than removing what is not there.
        let is_framed = |name: &HeaderName| name == TRANSFER_ENCODING || name == CONTENT_LENGTH;
        if head.headers.keys().any(is_framed) {
            head.headers.remove(TRANSFER_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
        }
        let has_body_by_nature = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
        if length == 0 && has_body_by_nature {
            // hyper leaves it out if it is 0, and some servers then respond 411.
            head.headers.insert(CONTENT_LENGTH, length.into());
        }
        for (name, value) in &self.headers {
            if !head.headers.keys().any(|other| other == name) {
                head.headers.insert(name, value.clone());
            }
        }
        if !head.headers.keys().any(|name| name == HOST)
            && let Some(host) = host(&head.uri)
        {
            head.headers.insert(HOST, host);
        }
        // Over TLS the proxy gets it with the request for the tunnel, and cannot see this request.
        if let Ok(Some(proxy)) = self.proxies.of(&head.uri)
            && proxy.reads(&head.uri)
            && let Some(authorization) = proxy.authorization()
        {
            head.headers.insert(PROXY_AUTHORIZATION, authorization);
        }
    }

    /// Waits for this exchange's turn, if there is anything to wait for.
    pub(crate) async fn turn(
        &self,
        uri: &Uri,
        mut timer: Pin<&mut Sleep>,
    ) -> Result<Turn, Failure> {
        let Some(origin) = self.origins.of(uri) else {
            return Ok(Turn::default());
        };
        let mut turn = pin!(origin.turn());
        poll_fn(|cx| {
            if let Poll::Ready(turn) = turn.as_mut().poll(cx) {
                return Poll::Ready(Ok(turn));
            }
            timer.as_mut().poll(cx).map(|()| {
                Err(Failure::new(
                    FailureClass::TimedOutBeforeSend,
                    "other exchanges with the server did not end in time",
                ))
            })
        })
        .await
    }

    /// Sends the request and waits for the head of the response.
    pub(crate) async fn answer(
        &self,
        head: &Parts,
        body: Vec<u8>,
        may_resend: bool,
        turn: &mut Turn,
        mut timer: Pin<&mut Sleep>,
    ) -> Result<Response<Incoming>, Failure> {
        let mut resends = Resends::new(may_resend);
        let kept = Kept::new(body);
        loop {
            let mut request = Request::from_parts(head.clone(), Outgoing::new(Arc::clone(&kept)));
            // It costs more than anything else here, and is needed only if others wait for this exchange.
            let connection = turn
                .ahead
                .is_some()
                .then(|| capture_connection(&mut request));
            let own = self.clients.own(&head.uri);
            let client = own.as_ref().unwrap_or(&self.clients.common);
            let mut exchange = client.request(request);
            let outcome = poll_fn(|cx| {
                if let Poll::Ready(outcome) = Pin::new(&mut exchange).poll(cx) {
                    return Poll::Ready(Some(outcome));
                }
                if let Some(connection) = &connection
                    && connection.connection_metadata().is_some()
                {
                    turn.ahead = None;
                }
                timer.as_mut().poll(cx).map(|()| None)
            })
            .await;
            turn.ahead = None;

            let error = match outcome {
                Some(Ok(response)) => {
                    mark_used(&response);
                    return self.unless_it_is_none(&head.uri, response);
                }
                Some(Err(error)) => error,
                None => return Err(self.timed_out(&head.uri, &kept)),
            };
            resends.after(&self.clients, &head.uri, error)?;
        }
    }

    /// The failure of an exchange without a response in time.
    pub(crate) fn timed_out(&self, uri: &Uri, kept: &Kept) -> Failure {
        if kept.went_out() {
            self.clients.renew(uri);
            Failure::new(FailureClass::TimedOutAfterSend, "no response")
        } else {
            Failure::new(FailureClass::TimedOutBeforeSend, "no connection")
        }
    }

    /// The response, unless it is the proxy's own, which answers in the server's stead if it wants a password, or it
    /// is the beginning of another protocol.
    pub(crate) fn unless_it_is_none(
        &self,
        uri: &Uri,
        response: Response<Incoming>,
    ) -> Result<Response<Incoming>, Failure> {
        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && let Ok(Some(proxy)) = self.proxies.of(uri)
            && proxy.reads(uri)
        {
            let why = format!("{proxy}: it wants a user and a password, or others (407)");
            return Err(Failure::new(FailureClass::Proxy, why));
        }
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let why = "the server speaks another protocol from here on, which nobody asked for";
            return Err(Failure::new(FailureClass::Malformed, why));
        }
        Ok(response)
    }
}

/// The error shows nothing of the URL, which may contain a secret.
pub(crate) fn check(uri: &Uri) -> Result<(), Failure> {
    match uri.scheme_str() {
        Some("http" | "https") if uri.authority().is_some_and(has_host) => Ok(()),
        Some("http" | "https") => Err(unsendable("the url has no host")),
        Some(_) => Err(unsendable("only http and https are supported")),
        None => Err(unsendable("the url is not absolute")),
    }
}

/// The `Host` that hyper would set, if it is the authority as it stands, to spare hyper the formatting. Over HTTP/2
/// there must be none, and of an authority with a user or the default port only a part is sent.
fn host(uri: &Uri) -> Option<HeaderValue> {
    let authority = uri.authority()?.as_str();
    let is_all_sent =
        uri.scheme_str() == Some("http") && !authority.contains('@') && !authority.ends_with(":80");
    let host = || HeaderValue::from_str(authority).ok();
    is_all_sent.then(host).flatten()
}

/// The same as a non-empty [`Authority::host`], but faster.
fn has_host(authority: &Authority) -> bool {
    let text = authority.as_str().as_bytes();
    let host = text
        .iter()
        .rposition(|byte| *byte == b'@')
        .map_or(0, |at| at + 1);
    !matches!(text.get(host), None | Some(b':'))
}

fn unsendable(reason: &'static str) -> Failure {
    Failure::new(FailureClass::Unsendable, reason)
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
            ("http://user:password@[::1]:8008/", true),
            ("http://:8008/", false),
            ("http://user@:8008/", false),
            ("ftp://matrix.org/", false),
            ("/_matrix/client/versions", false),
            ("matrix.org:443", false),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(check(&uri).is_ok(), sendable, "{uri}");
        }
    }

    #[test]
    fn debug_output_holds_no_more_than_the_limits() {
        let transport = HyperTransport::builder()
            .user_agent("secret")
            .build()
            .unwrap();
        assert_eq!(
            format!("{transport:?}"),
            "HyperTransport { read_idle_timeout: 60s, timeout: 600s, max_response_bytes: 268435456, .. }"
        );
    }
}
