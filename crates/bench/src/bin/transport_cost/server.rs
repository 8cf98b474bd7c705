use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Like the response to a login.
const ANSWER: &str = r#"{"access_token":"syt_YWxpY2U_nSrbTqkPhoXYzXhCQIZi_2Wd0Ck","device_id":"QBUAZIFURK","home_server":"example.org","user_id":"@alice:example.org","well_known":{"m.homeserver":{"base_url":"https://matrix.example.org"}}}"#;

/// The server, as a separate process. It ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    plain: SocketAddr,
    tls: SocketAddr,
    /// The authority of its certificate, in PEM.
    pub(crate) authority: String,
}

impl Server {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = process
            .stdout
            .take()
            .ok_or("the server's output is piped")?;
        let mut lines = BufReader::new(told).lines();
        let mut line = || {
            lines
                .next()
                .ok_or("the server did not start")?
                .map_err(Box::<dyn Error>::from)
        };
        let (plain, tls) = (line()?.parse()?, line()?.parse()?);
        let mut authority = String::new();
        while !authority.ends_with("-----END CERTIFICATE-----\n") {
            authority.push_str(&line()?);
            authority.push('\n');
        }
        Ok(Self {
            process,
            plain,
            tls,
            authority,
        })
    }

    pub(crate) fn addr(&self, is_tls: bool) -> SocketAddr {
        if is_tls { self.tls } else { self.plain }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until it is killed or its standard input ends.
pub(crate) fn serve() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let plain = TcpListener::bind("127.0.0.1:0").await?;
        let tls = TcpListener::bind("127.0.0.1:0").await?;
        let (acceptor, authority) = acceptor()?;
        let mut out = std::io::stdout();
        write!(
            out,
            "{}\n{}\n{authority}",
            plain.local_addr()?,
            tls.local_addr()?
        )?;
        out.flush()?;
        std::thread::spawn(|| {
            // Nothing is ever written there: it ends together with the parent process.
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            std::process::exit(0);
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = tls.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if stream.set_nodelay(true).is_ok()
                        && let Ok(stream) = acceptor.accept(stream).await
                    {
                        connection(stream).await;
                    }
                });
            }
        });
        loop {
            let (stream, _) = plain.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(connection(stream));
        }
    })
}

async fn connection(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
    let server = auto::Builder::new(TokioExecutor::new());
    // A client that disconnects is not an error.
    let _ = server
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await;
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // Reads the whole request, as a homeserver would.
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::from(ANSWER));
    let json = http::HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, json);
    Ok(response)
}

fn acceptor() -> Result<(TlsAcceptor, String), Box<dyn Error>> {
    let mut params = CertificateParams::new([])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let certificate =
        CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &authority)?;
    let secret = PrivateKeyDer::try_from(key.serialize_der())?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok((
        TlsAcceptor::from(Arc::new(config)),
        authority.pem().replace("\r\n", "\n"),
    ))
}
