use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Extensions, Response, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::origin::{Opened, Origins};
use crate::proxy::Proxies;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
type BoxFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// A connection to a server, or through a proxy to it, on which TLS with the server begins.
type Road = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Opens connections within a time limit, through proxies and with TLS.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<Roads>,
    limit: Duration,
    proxies: Arc<Proxies>,
    origins: Arc<Origins>,
}

impl Connector {
    pub(crate) fn new(
        tls: ClientConfig,
        limit: Duration,
        proxies: Arc<Proxies>,
        origins: Arc<Origins>,
    ) -> Self {
        let mut http = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        http.enforce_http(false);
        http.set_nodelay(true);
        // Divides the time among a name's addresses, so that a dead one does not use up all of it.
        http.set_connect_timeout(Some(limit));
        let to_proxy = HttpsConnectorBuilder::new()
            .with_tls_config(tls.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(http.clone());
        let inner = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(Roads {
                direct: http,
                to_proxy,
                proxies: Arc::clone(&proxies),
            });
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
    type Future = BoxFuture<Socket, BoxError>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let limit = self.limit;
        // A proxy reads requests over plain HTTP, and needs the whole URL.
        let is_read_by_proxy = uri.scheme_str() == Some("http") && self.proxies.of(&uri).is_some();
        let origin = self.origins.of(&uri);
        let connecting = self.inner.call(uri);
        Box::pin(async move {
            // Around all of it: the HTTP connector's own limit is for TCP alone.
            let stream = tokio::time::timeout(limit, connecting)
                .await
                .map_err(|_| ConnectTimedOut(limit))??;
            Ok(Socket {
                stream,
                is_read_by_proxy,
                used: Used::default(),
                _opened: origin.map(Opened::new),
            })
        })
    }
}

/// Opens a connection to a server or to its proxy.
#[derive(Clone)]
struct Roads {
    direct: HttpConnector<Resolver>,
    to_proxy: HttpsConnector<HttpConnector<Resolver>>,
    proxies: Arc<Proxies>,
}

impl Service<Uri> for Roads {
    type Response = Road;
    type Error = BoxError;
    type Future = BoxFuture<Road, BoxError>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The other one and the clones are ready whenever this one is: none of them has any state.
        self.direct.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Some(proxy) = self.proxies.of(&uri) else {
            let connecting = self.direct.call(uri);
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) });
        };
        if uri.scheme_str() == Some("http") {
            return self.to_proxy.call(proxy.uri().clone());
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.to_proxy.clone());
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        let opening = tunnel.call(uri);
        Box::pin(async move { Ok(opening.await?) })
    }
}

/// An open connection that knows whether it has been used.
pub(crate) struct Socket {
    stream: MaybeHttpsStream<Road>,
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
        if self.stream.connected().is_negotiated_h2() {
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
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
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
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
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

/// The system's resolver, with failures of a type of their own.
#[derive(Clone)]
struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = Unresolved;
    type Future = BoxFuture<GaiAddrs, Unresolved>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Unresolved>> {
        self.0.poll_ready(cx).map_err(Unresolved)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.0.call(name);
        Box::pin(async move { resolving.await.map_err(Unresolved) })
    }
}

/// A name that could not be resolved.
#[derive(Debug)]
pub(crate) struct Unresolved(io::Error);

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("name resolution failed")
    }
}

impl std::error::Error for Unresolved {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// There was no connection within the limit.
#[derive(Debug)]
pub(crate) struct ConnectTimedOut(Duration);

impl fmt::Display for ConnectTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection within {:?}", self.0)
    }
}

impl std::error::Error for ConnectTimedOut {}
