mod exchange;
mod raw;
mod roots;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_lite::AsyncReadExt;
use hardline::client::Transport;
use hardline::wire::{Operation, RequestMeta};
use hardline_hyper::HyperTransport;
use hardline_isahc::IsahcTransport;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use isahc::HttpClient;
use isahc::config::{Configurable, RedirectPolicy};
use isahc::tls::{TlsConfig, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::runtime::Runtime;

use exchange::{Exchange, Outcome};
use roots::roots;

use crate::measure::{Block, Load};
use crate::server::Server;

/// The configuration of a backend. It is created inside the runtime.
pub(crate) type Open = fn(Load, &Server, &Runtime) -> Result<Exchange, Box<dyn Error>>;

/// The backends; each one that is built on another comes after it.
pub(crate) const BACKENDS: [(&str, Open); 6] = [
    ("raw-hyper", raw::open),
    ("hyper-util", hyper_util),
    ("hardline-hyper", hardline_hyper),
    ("reqwest", reqwest),
    ("isahc", isahc),
    ("hardline-isahc", hardline_isahc),
];

/// A repeatable request, for which isahc may reuse connections; see the table in the documentation of `hardline-isahc`.
static OPERATION: Operation =
    Operation::post("requestToken", "/_matrix/client/v3/requestToken").repeatable();

/// The same extensions as the core's requests have.
const BODY: &str = r#"{"client_secret":"6c34ad0f6c34ad0f","country":"GB","phone_number":"07700900001","send_attempt":1}"#;

/// A library that sends requests, under one load.
pub(crate) struct Backend {
    runtime: Runtime,
    exchange: Exchange,
    at_once: usize,
    request: Request<Vec<u8>>,
    name: &'static str,
}

impl Backend {
    pub(crate) fn new(
        name: &'static str,
        load: Load,
        server: &Server,
        open: Open,
    ) -> Result<Self, Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let scheme = if load.is_tls() { "https" } else { "http" };
        let url = format!(
            "{scheme}://{}{}",
            server.addr(load.is_tls()),
            OPERATION.path
        );
        let mut request = Request::post(url).body(BODY.into())?;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Set here, so that no library sends more than another.
        headers.insert(USER_AGENT, HeaderValue::from_static("transport_cost"));
        headers.insert(
            AUTHORIZATION,
            HeaderValue::from_static("Bearer syt_YWxpY2U_nSrbTqkPhoXYzXhCQIZi_2Wd0Ck"),
        );
        request
            .extensions_mut()
            .insert(RequestMeta::new(&OPERATION, Duration::from_secs(30)));
        let exchange = open(load, server, &runtime)?;
        let backend = Self {
            runtime,
            exchange,
            at_once: load.at_once(),
            request,
            name,
        };
        // So that clients with a pool have a connection to share.
        backend.one_after_the_other(1)?;
        Ok(backend)
    }

    /// Sends this many requests.
    pub(crate) fn block(&self, exchanges: usize) -> Result<Block, Box<dyn Error>> {
        let (block, done) = Block::of(|| match self.at_once {
            1 => self.one_after_the_other(exchanges),
            _ => self.at_once(exchanges),
        });
        done.map(|()| block)
    }

    fn one_after_the_other(&self, exchanges: usize) -> Result<(), Box<dyn Error>> {
        self.runtime.block_on(async {
            for _ in 0..exchanges {
                let answer = (self.exchange)(self.request.clone()).await;
                self.check(answer)?;
            }
            Ok(())
        })
    }

    fn at_once(&self, exchanges: usize) -> Result<(), Box<dyn Error>> {
        self.runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..self.at_once {
                let (exchange, request) = (Arc::clone(&self.exchange), self.request.clone());
                let share = exchanges / self.at_once;
                tasks.spawn(async move {
                    let mut last = Ok(Bytes::new());
                    for _ in 0..share {
                        last = exchange(request.clone()).await;
                        if last.is_err() {
                            break;
                        }
                    }
                    last
                });
            }
            while let Some(done) = tasks.join_next().await {
                self.check(done?)?;
            }
            Ok(())
        })
    }

    fn check(&self, answer: Outcome) -> Result<(), Box<dyn Error>> {
        match answer {
            Ok(body) if body.starts_with(b"{\"access_token\"") => Ok(()),
            Ok(_) => Err(format!("{}: another answer", self.name).into()),
            Err(error) => Err(format!("{}: {error}", self.name).into()),
        }
    }
}

/// hyper-util's client, set up like in `hardline-hyper`: with pings that detect dead HTTP/2 connections.
fn hyper_util(_: Load, server: &Server, _: &Runtime) -> Result<Exchange, Box<dyn Error>> {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(roots(server)?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(http);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(10))
        .build(connector);
    Ok(Arc::new(move |request| {
        let exchange = client.request(request.map(Full::from));
        Box::pin(async move { Ok(exchange.await?.into_body().collect().await?.to_bytes()) })
    }))
}

fn hardline_hyper(_: Load, server: &Server, _: &Runtime) -> Result<Exchange, Box<dyn Error>> {
    let authority = server.authority.as_str();
    let transport = HyperTransport::builder()
        .add_root_certificate(authority)
        .build()?;
    Ok(Arc::new(move |request| {
        let exchange = transport.send(request);
        Box::pin(async move { Ok(exchange.await?.into_body()) })
    }))
}

fn reqwest(_: Load, server: &Server, _: &Runtime) -> Result<Exchange, Box<dyn Error>> {
    let mut tls = roots(server)?;
    // The others add it themselves.
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    Ok(Arc::new(move |request| {
        let client = client.clone();
        Box::pin(async move { Ok(client.execute(request.try_into()?).await?.bytes().await?) })
    }))
}

/// isahc, set up like in `hardline-isahc`: if a custom authority is trusted, so are the system's, and curl reads the
/// whole list for each request.
fn isahc(_: Load, server: &Server, _: &Runtime) -> Result<Exchange, Box<dyn Error>> {
    let authority = CertificateDer::from_pem_slice(server.authority.as_bytes())?;
    let system = rustls_native_certs::load_native_certs().certs;
    let usable = system
        .into_iter()
        .filter(|certificate| RootCertStore::empty().add(certificate.clone()).is_ok());
    let roots = usable
        .chain([authority])
        .fold(TrustStore::builder(), |roots, certificate| {
            roots.certificate_from_der(certificate)
        })
        .build();
    let client = HttpClient::builder()
        .tls_config(TlsConfig::builder().trust_store(roots).build())
        .redirect_policy(RedirectPolicy::None)
        .automatic_decompression(false)
        .expect_continue(false)
        .tcp_nodelay()
        .proxy(None)
        .timeout(Duration::from_secs(30))
        .build()?;
    Ok(Arc::new(move |request| {
        let client = client.clone();
        Box::pin(async move {
            let mut response = client.send_async(request).await?;
            let mut body = Vec::new();
            response.body_mut().read_to_end(&mut body).await?;
            Ok(body.into())
        })
    }))
}

fn hardline_isahc(_: Load, server: &Server, _: &Runtime) -> Result<Exchange, Box<dyn Error>> {
    let authority = server.authority.as_str();
    let transport = IsahcTransport::builder()
        .add_root_certificate(authority)
        .build()?;
    Ok(Arc::new(move |request| {
        let exchange = transport.send(request);
        Box::pin(async move { Ok(exchange.await?.into_body()) })
    }))
}
