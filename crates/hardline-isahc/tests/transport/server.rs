//! A server on the loopback interface that does, connection by connection, what a test tells it to.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Serves until the test ends. `serve` is called for each connection, on a thread of its own, with its number.
pub(crate) fn start(serve: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for (number, connection) in listener.incoming().enumerate() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(number, connection.unwrap()));
        }
    });
    port
}

/// Answers each request of each connection with these bytes, and then closes where `close` says so.
pub(crate) fn answering(answer: impl Into<Vec<u8>>, close: bool) -> u16 {
    let answer = answer.into();
    start(move |_, mut connection| {
        while read_request(&mut connection).is_some() {
            // A client that has read enough may be gone.
            let _ = connection.write_all(&answer);
            if close {
                return;
            }
        }
    })
}

/// Answers 200 to the first request of each connection and hangs up on the second without an answer. What comes
/// back tells of each request: the number of its connection.
pub(crate) fn killing_reused_connections() -> (u16, Receiver<usize>) {
    let (sender, requests) = channel();
    let port = start(move |number, mut connection| {
        if read_request(&mut connection).is_some() {
            sender.send(number).unwrap();
            connection.write_all(OK).unwrap();
        }
        if read_request(&mut connection).is_some() {
            sender.send(number).unwrap();
        }
    });
    (port, requests)
}

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// A server with a certificate that it signed itself, and the certificate as PEM.
pub(crate) fn with_tls() -> (u16, String) {
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let own = rcgen::generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let port = start(move |_, connection| {
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(session, connection);
        while read_request(&mut stream).is_some() {
            stream.write_all(OK).unwrap();
        }
    });
    (port, own.cert.pem())
}

/// Reads one request to its end; `None` where the client has hung up.
pub(crate) fn read_request(connection: &mut impl Read) -> Option<Received> {
    let mut text = Vec::new();
    let end_of_head = loop {
        if let Some(at) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        read_some(connection, &mut text)?;
    };
    let mut received = Received {
        head: String::from_utf8(text[..end_of_head].to_vec()).unwrap(),
        body: text.split_off(end_of_head),
    };
    let length = received
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while received.body.len() < length {
        read_some(connection, &mut received.body)?;
    }
    Some(received)
}

/// A request as the server saw it.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
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
