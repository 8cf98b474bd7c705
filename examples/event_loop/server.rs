//! The homeserver of the example: it knows one token, and how to refresh another.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    refreshes: AtomicUsize,
    requests: AtomicUsize,
}

impl Server {
    /// How many refreshes and how many requests in all there were.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let Counts {
            refreshes,
            requests,
        } = &*self.counts;
        (
            refreshes.load(Ordering::Relaxed),
            requests.load(Ordering::Relaxed),
        )
    }
}

/// Starts it in a thread, which ends with the program.
pub(crate) fn start() -> io::Result<Server> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let counts = Arc::<Counts>::default();
    let counted = Arc::clone(&counts);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Err(error) = answer(stream, &counted) {
                eprintln!("the server lost a connection: {error}");
            }
        }
    });
    Ok(Server { address, counts })
}

fn answer(mut stream: TcpStream, counts: &Counts) -> io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut head = Vec::new();
    let (mut length, mut is_known) = (0, false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().map_err(io::Error::other)?;
        }
        is_known |= line == "authorization: bearer fresh";
        head.push(line);
    }
    io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
    counts.requests.fetch_add(1, Ordering::Relaxed);
    let (status, body) = match head.first().map(String::as_str) {
        Some("post /_matrix/client/v3/refresh http/1.1") => {
            counts.refreshes.fetch_add(1, Ordering::Relaxed);
            (
                "200 OK",
                r#"{"access_token": "fresh", "expires_in_ms": 300000}"#,
            )
        }
        Some("get /_matrix/client/v3/account/whoami http/1.1") if is_known => {
            ("200 OK", r#"{"user_id": "@alice:example.org"}"#)
        }
        _ => ("401 Unauthorized", r#"{"errcode": "M_UNKNOWN_TOKEN"}"#),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nconnection: close\r\n\r\n{body}"
    )
}
