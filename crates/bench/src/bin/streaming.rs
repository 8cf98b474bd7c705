//! What a body that streams costs: 2 GB each way through each adapter, to and from a server in this process that keeps
//! nothing of it.
//!
//! ```sh
//! cargo run --release -p hardline-bench --bin streaming
//! ```
//!
//! Each row has the throughput and the largest resident memory of the process while it ran, server included; the memory
//! is read from `/proc`. It fails if a row takes 64 MB or more. `streaming GIGABYTES` moves another amount.

use std::error::Error;
use std::fs;
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::thread;
use std::time::{Duration, Instant};

use futures_lite::future::block_on;
use hardline::client::{
    Blocking, Bodies, ReadBody, Sink, Source, Streamed, StreamingExchange, StreamingTransport,
    WriteSink,
};
use hardline::flow::{BodyDirection, ReceiveBody};
use hardline::wire::{Operation, RequestMeta};
use hardline_hyper::{HyperTransport, Sha256Sink};
use hardline_isahc::{IsahcBlocking, IsahcTransport};
use http::Request;

static UPLOAD: Operation = Operation::post("upload", "/_matrix/media/v3/upload");
static DOWNLOAD: Operation = Operation::get("download", "/_matrix/client/v1/media/download");

const GIGABYTE: u64 = 1_000_000_000;
/// The most that a row may take.
const MEMORY: u64 = 64_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Runs a future to its end.
type Run<'a> = &'a dyn Fn(Pin<Box<dyn Future<Output = Outcome<u64>> + '_>>) -> Outcome<u64>;

fn main() -> Outcome<()> {
    let gigabytes = std::env::args().nth(1).map_or(Ok(2), |it| it.parse())?;
    let bytes = GIGABYTE * gigabytes;
    let server = start(bytes)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!("{gigabytes} GB each way, over HTTP/1.1 on this machine\n");
    println!("{:<30}{:>10}{:>14}", "", "MB/s", "peak MB");
    let on_tokio: Run<'_> = &|future| runtime.block_on(future);
    let hyper = HyperTransport::new()?;
    let isahc = IsahcTransport::new()?;
    let blocking = Blocking(IsahcBlocking::new()?);
    let mut most = 0;
    most = most.max(rows("hardline-hyper", &hyper, server, bytes, on_tokio)?);
    most = most.max(rows("hardline-isahc", &isahc, server, bytes, &|it| {
        block_on(it)
    })?);
    most = most.max(rows(
        "hardline-isahc, blocking",
        &blocking,
        server,
        bytes,
        &|it| block_on(it),
    )?);
    if most >= MEMORY {
        return Err(format!("{most} bytes of memory, and the aim is less than {MEMORY}").into());
    }
    Ok(())
}

/// Prints the rows of one transport, and returns the memory of the largest.
fn rows<T: StreamingTransport>(
    name: &str,
    transport: &T,
    server: SocketAddr,
    bytes: u64,
    run: Run<'_>,
) -> Outcome<u64> {
    let mut source = Bodies::default();
    source.source = Some(Source::new(move |at| {
        let all = io::repeat(b'x').take(bytes - at);
        Ok(ReadBody::new(all, bytes - at))
    }));
    let mut sink = Bodies::default();
    sink.sink = Some(Sink::new(WriteSink::new(io::sink())));
    let mut hashed = Bodies::default();
    hashed.sink = Some(Sink::new(Sha256Sink::new(WriteSink::new(io::sink()))));
    let up = BodyDirection::Upload { at: 0 };
    let mut most = 0;
    for (what, operation, direction, bodies) in [
        ("up", &UPLOAD, up, source),
        ("down", &DOWNLOAD, BodyDirection::Download, sink),
        ("down, SHA-256", &DOWNLOAD, BodyDirection::Download, hashed),
    ] {
        // The kernel notes the largest from here on.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let begun = Instant::now();
        let moved = run(Box::pin(exchange(
            transport, server, operation, direction, bodies,
        )))?;
        if moved != bytes {
            return Err(format!("{name}, {what}: {moved} bytes of {bytes}").into());
        }
        let speed = bytes as f64 / 1e6 / begun.elapsed().as_secs_f64();
        let peak = peak();
        most = most.max(peak);
        let peak = peak as f64 / 1e6;
        println!("{:<30}{speed:>10.0}{peak:>14.1}", format!("{name}, {what}"));
    }
    Ok(most)
}

/// Moves one body, and returns how much of it has passed.
async fn exchange<T: StreamingTransport>(
    transport: &T,
    server: SocketAddr,
    operation: &'static Operation,
    direction: BodyDirection,
    bodies: Bodies,
) -> Outcome<u64> {
    let request = Request::builder()
        .method(operation.method)
        .uri(format!("http://{server}{}", operation.path))
        .extension(RequestMeta::new(operation, Duration::from_secs(30)));
    let (head, ()) = request.body(())?.into_parts();
    let mut exchange = transport.send_streaming(head, direction, bodies);
    let mut passed = 0;
    loop {
        match poll_fn(|context| exchange.poll_next(context)).await {
            Streamed::Head(_) => exchange.receive(ReceiveBody::ToSink { at: 0 }),
            Streamed::Progress(bytes) => passed = bytes,
            Streamed::Response(response) if response.status() == 200 => return Ok(passed),
            Streamed::Response(response) => return Err(response.status().to_string().into()),
            Streamed::BodyEnded(end) => return Ok(end.bytes),
            Streamed::Failed(failure) => return Err(failure.into()),
        }
    }
}

/// The largest resident memory since it was last cleared, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

/// A server on threads of its own: it throws away what comes, and sends a body of this length to whoever asks.
fn start(bytes: u64) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || serve(connection, bytes));
        }
    });
    Ok(address)
}

/// Answers the requests of a connection until its client hangs up.
fn serve(mut connection: TcpStream, bytes: u64) -> io::Result<()> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let mut head = Vec::new();
        let end = loop {
            if let Some(at) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            match connection.read(&mut buffer)? {
                0 => return Ok(()),
                read => head.extend_from_slice(&buffer[..read]),
            }
        };
        if head.starts_with(b"GET") {
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
            connection.write_all(answer.as_bytes())?;
            let mut left = bytes;
            while left > 0 {
                let length = usize::try_from(left)
                    .unwrap_or(usize::MAX)
                    .min(buffer.len());
                connection.write_all(&buffer[..length])?;
                left -= length as u64;
            }
        } else {
            let mut left = bytes - (head.len() - end) as u64;
            while left > 0 {
                match connection.read(&mut buffer)? {
                    0 => return Ok(()),
                    read => left -= read as u64,
                }
            }
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")?;
        }
    }
}
