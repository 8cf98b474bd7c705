//! hyper's connections without a pool: one for each concurrent request over HTTP/1.1, one for all over HTTP/2.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Request;
use http::header::HOST;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

use super::exchange::Exchange;
use super::roots::roots;
use crate::measure::Load;
use crate::server::Server;

pub(crate) fn open(
    load: Load,
    server: &Server,
    runtime: &Runtime,
) -> Result<Exchange, Box<dyn Error>> {
    runtime.block_on(async {
        if load.is_tls() {
            multiplexed(server).await
        } else {
            one_for_each(load.at_once(), server).await
        }
    })
}

async fn connect(server: &Server, is_tls: bool) -> Result<TcpStream, Box<dyn Error>> {
    let stream = TcpStream::connect(server.addr(is_tls)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn one_for_each(at_once: usize, server: &Server) -> Result<Exchange, Box<dyn Error>> {
    let mut idle = VecDeque::new();
    for _ in 0..at_once {
        let stream = TokioIo::new(connect(server, false).await?);
        let (sender, connection) = http1::handshake::<_, Full<Bytes>>(stream).await?;
        tokio::spawn(connection);
        idle.push_back(sender);
    }
    let idle = Arc::new(Mutex::new(idle));
    Ok(Arc::new(move |request: Request<Vec<u8>>| {
        let idle = Arc::clone(&idle);
        Box::pin(async move {
            let taken = idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let mut sender = taken.ok_or("more at once than there are connections")?;
            let (mut head, body) = request.into_parts();
            // A connection sends exactly what it gets: a path and a host.
            let host = head
                .uri
                .authority()
                .map_or("", |authority| authority.as_str());
            head.headers.insert(HOST, host.try_into()?);
            head.uri = head.uri.path().parse()?;
            let request = Request::from_parts(head, Full::from(body));
            let body = sender.send_request(request).await?.into_body();
            let body = body.collect().await?.to_bytes();
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_back(sender);
            Ok(body)
        })
    }))
}

async fn multiplexed(server: &Server) -> Result<Exchange, Box<dyn Error>> {
    let mut config = roots(server)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::from(server.addr(true).ip());
    let stream = connect(server, true).await?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let (sender, connection) =
        http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(Arc::new(move |request: Request<Vec<u8>>| {
        let mut sender = sender.clone();
        Box::pin(async move {
            let body = sender
                .send_request(request.map(Full::from))
                .await?
                .into_body();
            Ok(body.collect().await?.to_bytes())
        })
    }))
}
