use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hardline_transport_options::{Proxies, Proxy};
use http::{Extensions, Response, Uri};
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection};
use rustls::ClientConfig;
use tower_service::Service;

use crate::fault::{BoxError, BoxFuture, ClientRejected, ConnectTimedOut, ProxyFailed, Unread};
use crate::origin::{Opened, Origins};
use crate::plain::Plain;
use crate::roads::{Road, Roads};

/// Opens connections within a time limit, through proxies and with TLS.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<Roads>,
    limit: Duration,
    proxies: Arc<Proxies>,
    origins: Arc<Origins>,
}

/// The versions of HTTP that a server is offered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versions {
    All,
    Http1,
}

impl Connector {
    pub(crate) fn new(
        tls: ClientConfig,
        versions: Versions,
        limit: Duration,
        roads: Roads,
        proxies: Arc<Proxies>,
        origins: Arc<Origins>,
    ) -> Self {
        let builder = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http();
        let inner = match versions {
            Versions::All => builder.enable_all_versions().wrap_connector(roads),
            Versions::Http1 => builder.enable_http1().wrap_connector(roads),
        };
        Self {
            inner,
            limit,
            proxies,
            origins,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = Socket;
    type Error = BoxError;
    type Future = BoxFuture<Socket>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let limit = self.limit;
        let proxy = self.proxies.of(&uri).ok().flatten().cloned();
        // A proxy reads requests over plain HTTP, and needs the whole URL.
        let is_read_by_proxy = proxy.as_ref().is_some_and(|proxy| proxy.reads(&uri));
        let origin = self.origins.of(&uri);
        let connecting = self.inner.call(uri);
        Box::pin(async move {
            // Around all of it: the HTTP connector's own limit is for TCP alone.
            let stream = tokio::time::timeout(limit, connecting)
                .await
                .map_err(|_| timed_out(limit, proxy.as_ref()))??;
            let is_shared = stream.connected().is_negotiated_h2();
            Ok(Socket {
                stream,
                is_shared,
                has_read: false,
                has_ever_read: false,
                broken: None,
                is_read_by_proxy,
                used: Used::default(),
                _opened: origin.map(Opened::new),
            })
        })
    }
}

fn timed_out(limit: Duration, proxy: Option<&Proxy>) -> BoxError {
    let timed_out = ConnectTimedOut(limit);
    match proxy {
        Some(proxy) => ProxyFailed::new(proxy, timed_out).into(),
        None => timed_out.into(),
    }
}

/// An open connection that knows whether it has been used.
pub(crate) struct Socket {
    stream: MaybeHttpsStream<Road>,
    /// Over HTTP/2 requests begin at any time.
    is_shared: bool,
    /// Since it was written to.
    has_read: bool,
    has_ever_read: bool,
    /// Why writing failed, until reading tells more.
    broken: Option<io::Error>,
    is_read_by_proxy: bool,
    used: Used,
    /// Counted as long as it is open.
    _opened: Option<Opened>,
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        // Without the other things the stream says of itself: hyper copies those for each response.
        let connected = Connected::new()
            .proxy(self.is_read_by_proxy)
            .extra(self.used.clone());
        if self.is_shared {
            connected.negotiated_h2()
        } else {
            connected
        }
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.has_read |= read.is_ready();
        self.has_ever_read |= matches!(read, Poll::Ready(Ok(())));
        read.map_err(named)
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(error) = self.broken.take() {
            return self.explained(cx, Poll::Ready(Err(error)));
        }
        self.begin(buf)?;
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.explained(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(error) = self.broken.take() {
            return self.explained(cx, Poll::Ready(Err(error)));
        }
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.explained(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(error) = self.broken.take() {
            return self.explained(cx, Poll::Ready(Err(error)));
        }
        self.begin(bufs.first().map_or(&[], |buf| buf))?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.explained(cx, written)
    }
}

impl Socket {
    /// Refuses to send a request after bytes that nobody has read: they would be taken for its response. hyper reads
    /// what comes while nobody asks, but a runtime that runs only while something blocks on it does not let it.
    fn begin(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_shared || !std::mem::take(&mut self.has_read) || !is_request(bytes) {
            return Ok(());
        }
        if plain(&self.stream).has_unread() {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, Unread));
        }
        Ok(())
    }

    /// A server that does not accept the client says why and hangs up. Where writing finds that out first, the reason is
    /// there to be read, or will be in a moment.
    fn explained<T>(
        &mut self,
        cx: &mut Context<'_>,
        done: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let error = match done {
            Poll::Ready(Err(error)) if !self.has_ever_read => error,
            done => return done,
        };
        let mut byte = [0];
        let mut buf = ReadBuf::new(&mut byte);
        let read = Pin::new(&mut self.stream).poll_read(cx, buf.unfilled());
        match read.map_err(named) {
            Poll::Ready(Err(reason)) if reason.kind() == CLIENT_REJECTED => {
                Poll::Ready(Err(reason))
            }
            Poll::Ready(_) => Poll::Ready(Err(error)),
            Poll::Pending => {
                self.broken = Some(error);
                Poll::Pending
            }
        }
    }
}

/// True if this begins like a request, and not like the rest of a body whose response is there already.
fn is_request(bytes: &[u8]) -> bool {
    let method = bytes.iter().position(|byte| *byte == b' ').unwrap_or(0);
    method > 0 && bytes[..method].iter().all(u8::is_ascii_uppercase)
}

/// What is below all TLS.
fn plain(stream: &MaybeHttpsStream<Road>) -> &Plain {
    let road = match stream {
        MaybeHttpsStream::Http(road) => road,
        MaybeHttpsStream::Https(tls) => tls.inner().get_ref().0.inner(),
    };
    match road {
        MaybeHttpsStream::Http(plain) => plain,
        MaybeHttpsStream::Https(tls) => tls.inner().get_ref().0.inner(),
    }
}

/// Set once a connection has carried a response. hyper says which connection an exchange used, but not whether it came
/// from the pool.
#[derive(Clone, Debug, Default)]
struct Used(Arc<AtomicBool>);

/// Marks the connection that the response came over.
pub(crate) fn mark_used<B>(response: &Response<B>) {
    if let Some(used) = response.extensions().get::<Used>() {
        used.0.store(true, Ordering::Relaxed);
    }
}

/// True if the connection has carried a response before.
pub(crate) fn was_used(connection: &Connected) -> bool {
    let mut extras = Extensions::new();
    connection.get_extras(&mut extras);
    extras
        .get::<Used>()
        .is_some_and(|used| used.0.load(Ordering::Relaxed))
}

/// A kind that reading has for nothing else, since HTTP/2 keeps the kind of an error and its text alone.
pub(crate) const CLIENT_REJECTED: io::ErrorKind = io::ErrorKind::PermissionDenied;

fn named(error: io::Error) -> io::Error {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    match cause.and_then(ClientRejected::of) {
        Some(rejected) => io::Error::new(CLIENT_REJECTED, rejected),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_told_from_a_body() {
        assert!(is_request(b"GET /_matrix/client/versions HTTP/1.1\r\n"));
        assert!(is_request(b"POST http://matrix.example/ HTTP/1.1\r\n"));
        for body in ["{\"a\": 1}", "", " GET", "binary", "Get /", "GET"] {
            assert!(!is_request(body.as_bytes()), "{body}");
        }
    }
}
