use std::fmt;
use std::future::poll_fn;
use std::pin::pin;

use hardline_transport_options::Proxy;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{Request, StatusCode, Uri};
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};

use crate::fault::BoxError;

/// Asks an HTTP proxy for a tunnel to the server of this URL. Any success opens it, however long its head is.
pub(crate) async fn open<S>(stream: S, uri: &Uri, proxy: &Proxy) -> Result<S, BoxError>
where
    S: Read + Write + Send + Unpin + 'static,
{
    let host = uri.host().unwrap_or_default();
    let place = format!("{host}:{}", uri.port_u16().unwrap_or(443));
    let mut request = Request::connect(&place)
        .header(HOST, &place)
        .body(String::new())?;
    if let Some(authorization) = proxy.authorization() {
        request
            .headers_mut()
            .insert(PROXY_AUTHORIZATION, authorization);
    }

    let (mut sender, mut connection) = http1::handshake(stream).await?;
    let mut answer = pin!(sender.send_request(request));
    let mut has_ended = false;
    let answer = poll_fn(|cx| {
        // It moves the bytes, and ends when the tunnel is open or nothing can become of it.
        has_ended = has_ended || connection.poll_without_shutdown(cx).is_ready();
        answer.as_mut().poll(cx)
    })
    .await?;
    if !answer.status().is_success() {
        return Err(TunnelRefused(answer.status()).into());
    }
    if !has_ended {
        poll_fn(|cx| connection.poll_without_shutdown(cx)).await?;
    }
    let parts = connection.into_parts();
    if parts.read_buf.is_empty() {
        Ok(parts.io)
    } else {
        // In TLS the client speaks first.
        Err("it sent something of its own through the tunnel".into())
    }
}

#[derive(Debug)]
struct TunnelRefused(StatusCode);

impl fmt::Display for TunnelRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            f.write_str("it wants a user and a password, or others (407)")
        } else {
            write!(f, "it opened no tunnel to the server ({})", self.0)
        }
    }
}

impl std::error::Error for TunnelRefused {}
