use std::io::{Error, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hardline::wire::{Failure, FailureClass, RequestMeta};
use http::{Method, Request, Response, StatusCode};

/// The time and size limits of an exchange.
#[derive(Clone, Debug)]
pub struct Limits {
    /// To connect.
    pub connect: Duration,
    /// Between two parts of a response.
    pub read_idle: Duration,
    /// In total, unless the request's `RequestMeta` sets a shorter one.
    pub total: Duration,
    /// The largest body, in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read_idle: Duration::from_secs(60),
            total: Duration::from_secs(60),
            body: 16 * 1024 * 1024,
        }
    }
}

/// The maximum size of a response head, in bytes.
const MAX_HEAD: usize = 256 * 1024;

/// Sends a request over its own connection and reads the response.
///
/// # Errors
/// What went wrong, as far as a bare socket can tell.
pub fn exchange(request: &Request<Vec<u8>>, limits: &Limits) -> Result<Response<Bytes>, Failure> {
    let dispatch = request.extensions().get::<RequestMeta>();
    let total = dispatch.map_or(limits.total, |dispatch| dispatch.timeout.min(limits.total));
    let deadline = Instant::now() + total;

    let mut connection = connect(request, limits.connect.min(total))?;
    connection
        .write_all(&head_and_body(request))
        .map_err(|error| Failure::new(FailureClass::Interrupted, error))?;

    let mut answer = Vec::new();
    let mut has_ended = false;
    loop {
        drop_hints(&mut answer);
        match parse(&answer, request.method(), has_ended, limits.body)? {
            Some(response) => return Ok(response),
            None if has_ended => return Err(interrupted("the answer is cut short")),
            None => {}
        }
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            let why = format!("no response within {} ms", total.as_millis());
            return Err(Failure::new(FailureClass::TimedOutAfterSend, why));
        }
        let patience = if has_body_begun(&answer) {
            limits.read_idle.min(remaining)
        } else {
            remaining
        };
        has_ended = read_some(&mut connection, &mut answer, patience)?;
    }
}

fn connect(request: &Request<Vec<u8>>, limit: Duration) -> Result<TcpStream, Failure> {
    let uri = request.uri();
    let (Some("http"), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(Failure::new(
            FailureClass::Unsendable,
            "plain HTTP only, and an absolute URL",
        ));
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut addresses = (host, uri.port_u16().unwrap_or(80))
        .to_socket_addrs()
        .map_err(|error| Failure::new(FailureClass::Dns, error))?;
    let Some(address) = addresses.next() else {
        return Err(Failure::new(FailureClass::Dns, "the name has no address"));
    };
    let limit = limit.max(Duration::from_millis(1));
    TcpStream::connect_timeout(&address, limit).map_err(|error| {
        let class = match error.kind() {
            ErrorKind::ConnectionRefused => FailureClass::Refused,
            ErrorKind::TimedOut => FailureClass::TimedOutBeforeSend,
            _ => FailureClass::Connect,
        };
        Failure::new(class, error)
    })
}

fn head_and_body(request: &Request<Vec<u8>>) -> Vec<u8> {
    let uri = request.uri();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let mut text = format!(
        "{} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.method(),
        request.body().len()
    )
    .into_bytes();
    for (name, value) in request.headers() {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(request.body());
    text
}

/// True at the end of the server's data.
fn read_some(
    connection: &mut TcpStream,
    into: &mut Vec<u8>,
    patience: Duration,
) -> Result<bool, Failure> {
    let mut buffer = [0; 16 * 1024];
    let read = connection
        .set_read_timeout(Some(patience.max(Duration::from_millis(1))))
        .and_then(|()| connection.read(&mut buffer));
    match read {
        Ok(length) => {
            into.extend_from_slice(&buffer[..length]);
            Ok(length == 0)
        }
        Err(error) => {
            let class = match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => FailureClass::TimedOutAfterSend,
                _ => FailureClass::Interrupted,
            };
            Err(Failure::new(class, error))
        }
    }
}

fn has_body_begun(answer: &[u8]) -> bool {
    answer.windows(4).any(|four| four == b"\r\n\r\n")
}

/// Drops 1xx responses, which only announce another one.
fn drop_hints(answer: &mut Vec<u8>) {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut headers);
        let length = match head.parse(answer) {
            Ok(httparse::Status::Complete(length)) => length,
            _ => return,
        };
        if !matches!(head.code, Some(100..=199)) {
            return;
        }
        answer.drain(..length);
    }
}

/// The response, if it is complete.
fn parse(
    answer: &[u8],
    method: &Method,
    has_ended: bool,
    cap: usize,
) -> Result<Option<Response<Bytes>>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(answer).map_err(|error| match error {
        httparse::Error::TooManyHeaders => Failure::new(FailureClass::TooLarge, error),
        error => malformed(error),
    })?;
    let httparse::Status::Complete(length) = parsed else {
        return if answer.len() > MAX_HEAD {
            Err(Failure::new(FailureClass::TooLarge, "a head without end"))
        } else {
            Ok(None)
        };
    };
    let mut response = Response::builder().status(head.code.unwrap_or_default());
    for header in head.headers.iter() {
        response = response.header(header.name, header.value);
    }
    let mut response = response.body(Bytes::new()).map_err(malformed)?;
    let body = match framing(&response, method)? {
        Framing::None => Some(Vec::new()),
        Framing::Length(declared) if declared > cap => return Err(too_large(cap)),
        Framing::Length(declared) => answer.get(length..length + declared).map(<[u8]>::to_vec),
        Framing::Chunked => dechunk(&answer[length..], cap)?,
        Framing::ToTheEnd if answer.len() - length > cap => return Err(too_large(cap)),
        Framing::ToTheEnd => has_ended.then(|| answer[length..].to_vec()),
    };
    Ok(body.map(|body| {
        *response.body_mut() = body.into();
        response
    }))
}

/// Where the body of a response ends.
enum Framing {
    None,
    Length(usize),
    Chunked,
    ToTheEnd,
}

fn framing(response: &Response<Bytes>, method: &Method) -> Result<Framing, Failure> {
    let has_none = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    );
    if has_none || *method == Method::HEAD {
        return Ok(Framing::None);
    }
    let is_chunked = response
        .headers()
        .get("transfer-encoding")
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"chunked"));
    if is_chunked {
        return Ok(Framing::Chunked);
    }
    let mut lengths = response.headers().get_all("content-length").iter();
    let Some(length) = lengths.next() else {
        return Ok(Framing::ToTheEnd);
    };
    if lengths.any(|other| other != length) {
        return Err(malformed("two lengths"));
    }
    let length = length.to_str().map_err(malformed)?;
    Ok(Framing::Length(length.trim().parse().map_err(malformed)?))
}

fn dechunk(mut rest: &[u8], cap: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut body = Vec::new();
    loop {
        let parsed = httparse::parse_chunk_size(rest).map_err(|_| malformed("not a chunk"))?;
        let httparse::Status::Complete((begin, size)) = parsed else {
            return Ok(None);
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size > cap - body.len() {
            return Err(too_large(cap));
        }
        let end = begin + size;
        let (Some(chunk), Some(after)) = (rest.get(begin..end), rest.get(end + 2..)) else {
            return Ok(None);
        };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(chunk);
        rest = after;
    }
}

fn interrupted(why: &str) -> Failure {
    Failure::new(FailureClass::Interrupted, Error::other(why))
}

fn too_large(cap: usize) -> Failure {
    Failure::new(FailureClass::TooLarge, format!("more than {cap} bytes"))
}

fn malformed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::new(FailureClass::Malformed, error)
}
