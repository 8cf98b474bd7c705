use std::fmt;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use hardline_transport_options::TransportOptions;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use tower_service::Service;

use crate::fault::{BoxError, BoxFuture};
use crate::plain::Plain;

/// Opens plain connections: to the host of a URL, to the address that the program has set for it, or to a Unix socket.
#[derive(Clone)]
pub(crate) struct Dial {
    tcp: HttpConnector<Resolver>,
    /// Of proxies there are none: they are where the resolver says.
    options: Option<Arc<TransportOptions>>,
}

impl Dial {
    pub(crate) fn new(options: Arc<TransportOptions>) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(options.tcp_keepalive);
        tcp.set_keepalive_interval(options.tcp_keepalive);
        // Divides the time among a name's addresses, so that a dead one does not use up all of it.
        tcp.set_connect_timeout(Some(options.connect_timeout));
        Self {
            tcp,
            options: Some(options),
        }
    }

    /// The same for proxies, which are where the resolver says.
    pub(crate) fn to_proxies(&self) -> Self {
        Self {
            tcp: self.tcp.clone(),
            options: None,
        }
    }

    fn place(&self, uri: Uri) -> Uri {
        let Some(place) = self.options.as_ref().and_then(|it| it.place_of(&uri)) else {
            return uri;
        };
        let there = Uri::builder()
            .scheme(uri.scheme_str().unwrap_or("http"))
            .authority(place.to_string())
            .path_and_query("/");
        there.build().unwrap_or(uri)
    }
}

impl Service<Uri> for Dial {
    type Response = Plain;
    type Error = BoxError;
    type Future = BoxFuture<Plain>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> BoxFuture<Plain> {
        #[cfg(unix)]
        if let Some(path) = self.options.as_ref().and_then(|it| it.unix_socket.clone()) {
            return Box::pin(async move {
                let stream = tokio::net::UnixStream::connect(path).await?;
                Ok(Plain::Unix(hyper_util::rt::TokioIo::new(stream)))
            });
        }
        let connecting = self.tcp.call(self.place(uri));
        Box::pin(async move { Ok(Plain::Tcp(connecting.await?)) })
    }
}

/// The system's resolver, with failures of a type of their own.
#[derive(Clone)]
struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = Unresolved;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<GaiAddrs, Unresolved>> + Send>>;

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
