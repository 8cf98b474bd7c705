//! A server on the loopback interface that does what a test tells it to, connection by connection.

mod http2;
mod server;
mod tls;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use socket2::SockRef;

pub use http2::H2;
pub use server::{Server, start};
pub use tls::{Authority, Certificate, Session, start_tls};

/// A homeserver's response to `GET /_matrix/client/versions`, good enough for other operations too.
pub const OK: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}";

/// Responds to each request of each connection with these bytes, and then closes the connection if `close` says so.
pub fn answering(answer: impl Into<Vec<u8>>, close: bool) -> Server {
    let answer = answer.into();
    start(move |_, mut connection| {
        while read_request(&mut connection).is_some() {
            // A client that has read enough may have hung up.
            let _ = connection.write_all(&answer);
            if close {
                return;
            }
        }
    })
}

/// Responds to each request correctly, and reports it.
pub fn recording() -> (Server, Receiver<Received>) {
    let (sender, requests) = channel();
    let server = start(move |_, mut connection| {
        while let Some(request) = read_request(&mut connection) {
            let _ = sender.send(request);
            let _ = connection.write_all(OK);
        }
    });
    (server, requests)
}

/// Responds with 200 to the first request of each connection and hangs up on the second. The receiver gets the
/// connection's number for each request.
pub fn killing_reused_connections() -> (Server, Receiver<usize>) {
    let (sender, requests) = channel();
    let server = start(move |number, mut connection| {
        if read_request(&mut connection).is_some() {
            let _ = sender.send(number);
            let _ = connection.write_all(OK);
        }
        if read_request(&mut connection).is_some() {
            let _ = sender.send(number);
        }
    });
    (server, requests)
}

/// Reads everything and never responds.
pub fn silent() -> Server {
    start(|_, mut connection| while read_request(&mut connection).is_some() {})
}

/// A port where nobody listens, and nobody else will until the program ends.
pub fn refusing() -> u16 {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
    let socket = socket.expect("a socket can be made");
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&anywhere.into()).expect("a port is free");
    let address = socket.local_addr().expect("it is bound").as_socket();
    // It keeps the port.
    std::mem::forget(socket);
    address.expect("it is an address").port()
}

/// A port with a full connection queue: connections are neither refused nor accepted. This lasts as long as the
/// returned value.
pub fn black_hole() -> (u16, Vec<TcpStream>, TcpListener) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
    let socket = socket.expect("a socket can be made");
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&anywhere.into()).expect("a port is free");
    socket.listen(1).expect("a port can be listened at");
    let listener = TcpListener::from(socket);
    let port = port_of(&listener);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(50)).ok();
    let queue = std::iter::from_fn(connect).take(1024).collect();
    (port, queue, listener)
}

/// Ends a connection with a reset instead of a clean close.
pub fn reset(connection: TcpStream) {
    let lingered = SockRef::from(&connection).set_linger(Some(Duration::ZERO));
    lingered.expect("a socket can be told to");
}

/// Waits until data has arrived, and leaves it unread: closing then sends a reset.
pub fn wait_without_reading(connection: &TcpStream) {
    let _ = connection.peek(&mut [0]);
}

/// Reads one complete request; `None` if the client has hung up.
pub fn read_request(connection: &mut impl Read) -> Option<Received> {
    let mut text = Vec::new();
    let end_of_head = loop {
        if let Some(at) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        read_some(connection, &mut text)?;
    };
    let body = text.split_off(end_of_head);
    let head = String::from_utf8(text).expect("no client sends anything else");
    let mut received = Received { head, body };
    let length = received.header("content-length").map_or(0, |length| {
        length.parse().expect("a client knows its lengths")
    });
    while received.body.len() < length {
        read_some(connection, &mut received.body)?;
    }
    Some(received)
}

/// A request as the server received it.
#[derive(Debug)]
pub struct Received {
    /// The request line and the header fields.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

fn read_some(connection: &mut impl Read, into: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 4096];
    match connection.read(&mut buffer) {
        Ok(0) => None,
        Ok(length) => {
            into.extend_from_slice(&buffer[..length]);
            Some(())
        }
        Err(error) if error.kind() == ErrorKind::Interrupted => Some(()),
        Err(_) => None,
    }
}

fn port_of(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("it is bound").port()
}
