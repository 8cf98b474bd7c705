use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::header::HOST;
use http::uri::Scheme;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::handlers::{Errand, Undelivered};

/// Sends a request of the homeserver's own to another server on this machine. Redirects are not followed.
pub(super) async fn send(errand: &Errand) -> Result<Response<Bytes>, Undelivered> {
    let address = address(errand.request.uri()).ok_or(Undelivered::Elsewhere)?;
    let exchange = exchange(address, errand);
    tokio::time::timeout(errand.time_limit, exchange)
        .await
        .unwrap_or(Err(Undelivered::TimedOut))
}

/// The address of a URL, if it is one of this machine's own: what a test asks for is to be in the test.
fn address(uri: &Uri) -> Option<SocketAddr> {
    if uri.scheme() != Some(&Scheme::HTTP) {
        return None;
    }
    let host = uri.host()?;
    let ip = if host.eq_ignore_ascii_case("localhost") {
        IpAddr::from(Ipv4Addr::LOCALHOST)
    } else {
        host.trim_matches(['[', ']']).parse().ok()?
    };
    let port = uri.port_u16().unwrap_or(80);
    ip.is_loopback().then_some(SocketAddr::new(ip, port))
}

async fn exchange(address: SocketAddr, errand: &Errand) -> Result<Response<Bytes>, Undelivered> {
    let stream = TcpStream::connect(address).await;
    let stream = TokioIo::new(stream.map_err(|_| Undelivered::Unreachable)?);
    let (mut sender, connection) = http1::handshake(stream)
        .await
        .map_err(|_| Undelivered::Unreachable)?;
    let connection = tokio::spawn(async move {
        // Its failure is the request's.
        let _ = connection.await;
    });
    let response = sender.send_request(to_send(&errand.request)).await;
    let (head, body) = response.map_err(|_| Undelivered::Unreachable)?.into_parts();
    let body = Limited::new(body, errand.limit).collect().await;
    connection.abort();
    let body = body.map_err(|error| match error.is::<hyper::Error>() {
        true => Undelivered::Unreachable,
        false => Undelivered::TooLarge,
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

/// The request as it stands on a connection: the host in a field of its own.
fn to_send(request: &Request<Vec<u8>>) -> Request<Full<Bytes>> {
    let mut sent = request.clone().map(|body| Full::new(Bytes::from(body)));
    let uri = request.uri();
    let host = uri.authority().map(|authority| authority.as_str());
    if let Some(Ok(host)) = host.map(HeaderValue::from_str) {
        sent.headers_mut().insert(HOST, host);
    }
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    if let Ok(target) = target.parse() {
        *sent.uri_mut() = target;
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked() {
        for (url, expected) in [
            ("http://127.0.0.1:8008/a", Some("127.0.0.1:8008")),
            ("http://127.9.9.9/", Some("127.9.9.9:80")),
            ("http://localhost/", Some("127.0.0.1:80")),
            ("http://[::1]:81/", Some("[::1]:81")),
            ("https://127.0.0.1/", None),
            ("http://10.0.0.1/", None),
            ("http://169.254.169.254/", None),
            ("http://example.org/", None),
            ("http://127.0.0.1.example.org/", None),
            ("http://0.0.0.0/", None),
            ("/a", None),
        ] {
            let expected = expected.map(|address| address.parse().unwrap());
            assert_eq!(address(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
