//! HTTP/1.1 as plain as it can be: one request for each connection, and the response ends where the connection does.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

/// The most bytes of a response.
const CAP: usize = 1 << 20;

pub(crate) struct Connection {
    stream: TcpStream,
    unsent: Vec<u8>,
    received: Vec<u8>,
}

impl Connection {
    /// Connects, and has the registry say when there is something to do.
    pub(crate) fn open(
        registry: &Registry,
        token: Token,
        request: &Request<Vec<u8>>,
    ) -> io::Result<Self> {
        let authority = request.uri().authority().map_or("", |host| host.as_str());
        // A program has names to resolve, and TLS.
        let address: SocketAddr = authority.parse().map_err(io::Error::other)?;
        let mut stream = TcpStream::connect(address)?;
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self {
            stream,
            unsent: encode(request, authority),
            received: Vec::new(),
        })
    }

    /// Sends and receives as much as there is; the response when it is complete.
    pub(crate) fn advance(&mut self) -> io::Result<Option<Response<Bytes>>> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) if is_early(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let mut buffer = [0; 4_096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return decode(&self.received).map(Some),
                Ok(read) if self.received.len() + read <= CAP => {
                    self.received.extend(&buffer[..read]);
                }
                Ok(_) => return Err(io::Error::other("the response is too large")),
                Err(error) if is_early(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether there is nothing to do yet.
fn is_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::NotConnected | ErrorKind::Interrupted
    )
}

fn encode(request: &Request<Vec<u8>>, authority: &str) -> Vec<u8> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let mut head = format!(
        "{} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.method(),
        request.body().len()
    )
    .into_bytes();
    for (name, value) in request.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    [&head[..], b"\r\n", request.body()].concat()
}

fn decode(received: &[u8]) -> io::Result<Response<Bytes>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let begin = match head.parse(received).map_err(io::Error::other)? {
        httparse::Status::Complete(begin) => begin,
        httparse::Status::Partial => return Err(ErrorKind::UnexpectedEof.into()),
    };
    let mut response = Response::builder().status(head.code.unwrap_or_default());
    for header in head.headers {
        response = response.header(header.name, header.value);
    }
    let body = Bytes::copy_from_slice(&received[begin..]);
    response.body(body).map_err(io::Error::other)
}
