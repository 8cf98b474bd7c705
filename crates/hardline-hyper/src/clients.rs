use std::sync::Arc;
use std::time::Duration;

use hardline_transport_options::{BuildError, Proxies, TransportOptions};
use http::Uri;
use hyper_util::client::legacy::{Builder, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use crate::connect::{Connector, Versions};
use crate::dial::Dial;
use crate::origin::Origins;
use crate::outgoing::Outgoing;
use crate::roads::Roads;
use crate::routes::Routes;
use crate::tls;

pub(crate) type HyperClient = Client<Connector, Outgoing>;

/// hyper's clients: the one of all origins, and those of some.
pub(crate) struct Clients {
    pub(crate) common: HyperClient,
    http1: HyperClient,
    routes: Routes<Route>,
    builder: Builder,
    connector: Connector,
}

#[derive(Clone)]
enum Route {
    /// With connections younger than the one that did not answer.
    Renewed(HyperClient),
    Http1(HyperClient),
}

/// How often an HTTP/2 connection with an exchange under way is pinged, and how long the reply may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pings {
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout: Duration,
}

impl Clients {
    pub(crate) fn new(
        options: &Arc<TransportOptions>,
        prefer_aws_lc_rs: bool,
        pings: Pings,
        proxies: &Arc<Proxies>,
        origins: &Arc<Origins>,
    ) -> Result<Self, BuildError> {
        let tls = tls::config(options, prefer_aws_lc_rs)?;
        let to_proxies = tls::to_proxies(&tls);
        let roads = Roads::new(
            Dial::new(Arc::clone(options)),
            to_proxies,
            Arc::clone(proxies),
        );
        let connector = |tls: &ClientConfig, versions| {
            Connector::new(
                tls.clone(),
                versions,
                options.connect_timeout,
                roads.clone(),
                Arc::clone(proxies),
                Arc::clone(origins),
            )
        };
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            // Without the first, idle connections stay open; without the second, a ping panics.
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(options.pool_idle_timeout)
            // As curl does.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http2_keep_alive_interval(pings.interval)
            .http2_keep_alive_timeout(pings.timeout);
        if let Some(most) = options.pool_max_idle {
            builder.pool_max_idle_per_host(most);
        }
        let all = connector(&tls, Versions::All);
        Ok(Self {
            common: builder.build(all.clone()),
            http1: builder.build(connector(&tls, Versions::Http1)),
            routes: Routes::new(),
            builder,
            connector: all,
        })
    }

    /// The client of this URL's origin, if it is not the one of all others.
    pub(crate) fn own(&self, uri: &Uri) -> Option<HyperClient> {
        let (Route::Renewed(client) | Route::Http1(client)) = self.routes.of(uri)?;
        Some(client)
    }

    /// Leaves the HTTP/2 connections of this URL's origin: one of them did not answer in time. What is under way on them
    /// goes on, and whatever comes next gets others. Over HTTP/1.1 the connection has ended with its exchange.
    pub(crate) fn renew(&self, uri: &Uri) {
        let is_shared = uri.scheme_str() == Some("https");
        if is_shared && !matches!(self.routes.of(uri), Some(Route::Http1(_))) {
            let client = self.builder.build(self.connector.clone());
            self.routes.set(uri, Route::Renewed(client));
        }
    }

    /// Uses HTTP/1.1 for this URL's origin from now on.
    pub(crate) fn use_http1(&self, uri: &Uri) {
        self.routes.set(uri, Route::Http1(self.http1.clone()));
    }
}
