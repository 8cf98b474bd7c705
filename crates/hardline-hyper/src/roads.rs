use std::sync::Arc;
use std::task::{Context, Poll};

use hardline_transport_options::{Proxies, Proxy, ProxyKind};
use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::SocksV5;
use rustls::ClientConfig;
use tower_service::Service;

use crate::dial::Dial;
use crate::fault::{BoxError, BoxFuture, ProxyFailed};
use crate::plain::Plain;
use crate::tunnel;

/// A connection to a server, or through a proxy to it, on which TLS with the server begins.
pub(crate) type Road = MaybeHttpsStream<Plain>;

/// Opens a connection to a server, directly or through its proxy.
#[derive(Clone)]
pub(crate) struct Roads {
    direct: Dial,
    to_proxy: HttpsConnector<Dial>,
    proxies: Arc<Proxies>,
}

impl Roads {
    pub(crate) fn new(direct: Dial, to_proxies: ClientConfig, proxies: Arc<Proxies>) -> Self {
        let to_proxy = HttpsConnectorBuilder::new()
            .with_tls_config(to_proxies)
            .https_or_http()
            .enable_http1()
            .wrap_connector(direct.to_proxies());
        Self {
            direct,
            to_proxy,
            proxies,
        }
    }

    fn through(&self, proxy: &Proxy, uri: Uri) -> BoxFuture<Road> {
        let proxy = proxy.clone();
        let mut to_proxy = self.to_proxy.clone();
        if proxy.kind() == ProxyKind::Socks5 {
            let mut dial = self.direct.to_proxies();
            return Box::pin(async move {
                let stream = dial.call(proxy.uri().clone()).await;
                let stream = stream.map_err(|error| ProxyFailed::new(&proxy, error))?;
                let mut socks = SocksV5::new(proxy.uri().clone(), Given(Some(stream)));
                if let Some((user, password)) = proxy.credentials() {
                    socks = socks.with_auth(user.to_owned(), password.to_owned());
                }
                let stream = socks.call(with_port(uri)).await;
                // Its type is not public.
                let stream = stream.map_err(|error| ProxyFailed::new(&proxy, error.to_string()))?;
                Ok(MaybeHttpsStream::Http(stream))
            });
        }
        Box::pin(async move {
            let failed = |error: BoxError| ProxyFailed::new(&proxy, error);
            let stream = to_proxy.call(proxy.uri().clone()).await.map_err(failed)?;
            if proxy.reads(&uri) {
                return Ok(stream);
            }
            let stream = tunnel::open(stream, &uri, &proxy).await.map_err(failed)?;
            Ok(stream)
        })
    }
}

impl Service<Uri> for Roads {
    type Response = Road;
    type Error = BoxError;
    type Future = BoxFuture<Road>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The other one and the clones are ready whenever this one is: none of them has any state.
        self.direct.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> BoxFuture<Road> {
        match self.proxies.of(&uri) {
            Ok(None) => {
                let connecting = self.direct.call(uri);
                Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) })
            }
            Ok(Some(proxy)) => self.through(proxy, uri),
            Err(unusable) => Box::pin(async move {
                Err(ProxyFailed {
                    proxy: "a proxy of the environment cannot be used".to_owned(),
                    cause: unusable.into(),
                }
                .into())
            }),
        }
    }
}

/// A SOCKS proxy is told the port.
fn with_port(uri: Uri) -> Uri {
    let (None, Some("http"), Some(host)) = (uri.port(), uri.scheme_str(), uri.host()) else {
        return uri;
    };
    let there = Uri::builder()
        .scheme("http")
        .authority(format!("{host}:80"))
        .path_and_query("/");
    there.build().unwrap_or(uri)
}

/// A connector that has its connection already.
struct Given(Option<Plain>);

impl Service<Uri> for Given {
    type Response = Plain;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Plain, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        std::future::ready(self.0.take().ok_or_else(|| "it was taken".into()))
    }
}
