//! Hardline's [`Transport`](hardline::client::Transport) over hyper and rustls, and its clock, for programs that run on
//! tokio.
//!
//! ALPN chooses between HTTP/1.1 and HTTP/2. TLS trusts what the operating system trusts. Everything has a limit, and
//! every limit has a default: see [`HyperBuilder`].
//!
//! ```
//! use hardline::client::{Clock, Transport};
//! use hardline_hyper::{HyperTransport, TokioClock};
//!
//! # fn main() -> Result<(), hardline_hyper::BuildError> {
//! let transport = HyperTransport::new()?;
//! let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new()).unwrap();
//! let exchange = transport.send(request); // nothing is sent until it is awaited
//! # drop(exchange);
//! assert!(TokioClock.now().as_millis() > 0);
//! # Ok(())
//! # }
//! ```
//!
//! | | |
//! |---|---|
//! | runtime | tokio, with its I/O and time drivers; the futures panic without it |
//! | dropping the future | stops the exchange: HTTP/1.1 closes the connection, HTTP/2 resets the stream |
//! | redirects | returned as they are |
//! | content encoding | returned as it is by default: [`HyperBuilder::decompress`] |
//! | proxies | none by default: [`HyperBuilder::proxy`], [`HyperBuilder::proxy_from_environment`]; HTTP, HTTPS and SOCKS5 |
//! | dead connections | TCP keep-alive and HTTP/2 pings find them; an HTTP/2 connection on which an exchange timed out gets no other one |
//! | resends | if a pooled connection turns out to be dead and the request may be repeated, once; if an HTTP/2 server says that it did not act on it, once for a refused stream and for one that wants HTTP/1.1, twice for a connection that the server leaves; the table below has them all |
//! | added headers | `Host` and `User-Agent` if the request has none; `Content-Length`; `Proxy-Authorization` for a proxy over plain HTTP |
//! | a cold start | the first exchange with an origin over TLS goes ahead until it has a connection, and the others wait so that they can share it over HTTP/2 |
//! | concurrent exchanges | unlimited by default: [`HyperBuilder::max_concurrent_per_origin`] |
//!
//! **Features.** `ring` (default) and `aws-lc-rs` are the cryptography of TLS; `platform-verifier` (default) and
//! `webpki-roots` are the trusted roots. If both features of a pair are enabled, the builder chooses, and the default
//! stays the default.
//!
//! **Bodies that stream.** A [`HyperTransport`] is a
//! [`StreamingTransport`](hardline::client::StreamingTransport): a conversation that uploads or downloads gets a source
//! or a sink, and no more than a few chunks of 64 KiB are in memory. A source is a [`FileSource`], `Bytes`, or a function
//! that opens an [`AsyncReadBody`] or a [`StreamBody`] at an offset; a sink is a [`FileSink`], a
//! [`MemorySink`](hardline::client::MemorySink) or an [`AsyncWriteSink`], and a [`Sha256Sink`] round one of them hashes
//! what passes.
//!
//! ```
//! use hardline::client::{Client, Clock, Next};
//! use hardline::flow::Flow;
//! use hardline_hyper::{FileSink, FileSource, HyperTransport, Sha256Sink};
//!
//! async fn upload<F: Flow>(client: &Client<HyperTransport, impl Clock>, flow: F) -> F::Outcome {
//!     let mut conversation = client.run(flow).with_source(FileSource::new("picture.jpg"));
//!     loop {
//!         if let Next::Done(outcome) = conversation.next().await {
//!             return outcome;
//!         }
//!     }
//! }
//!
//! async fn download<F: Flow>(client: &Client<HyperTransport, impl Clock>, flow: F) -> F::Outcome {
//!     let sink = Sha256Sink::new(FileSink::new("picture.jpg"));
//!     let mut conversation = client.run(flow).with_sink(sink);
//!     loop {
//!         if let Next::Done(outcome) = conversation.next().await {
//!             return outcome;
//!         }
//!     }
//! }
//! ```
//!
//! | | |
//! |---|---|
//! | the time limit | is for how long nothing moves, not for the whole; a pause of the response has the limit of other responses too |
//! | the cap | is [`max_response_bytes`](hardline::wire::RequestMeta::max_response_bytes) of the request alone, or the sink's own; what is read into memory has the transport's |
//! | progress | is told each 64 KiB, or each 250 ms if less has passed; of an upload it is what the connection has taken |
//! | a source that fails, or ends before or after its length | is [`Unsendable`](hardline::wire::FailureClass::Unsendable); the server never has the whole body |
//! | a sink that fails | is [`Unsendable`](hardline::wire::FailureClass::Unsendable) too, or [`TooLarge`](hardline::wire::FailureClass::TooLarge) if it is full by its own cap |
//! | content encoding | is neither asked for nor undone |
//! | a source's pauses | do not count towards the time limit, nor do the sink's |
//! | a server that answers early | is heard, and no more is sent if it refuses; the table below has the exceptions |
//! | resends | as above, with the source opened anew |
//!
//! **The runtime.** Connections live on the runtime of the exchange that opened them. A runtime that runs only while
//! something blocks on it (`block_on` on a current-thread runtime) neither closes nor pings connections in between, and
//! a runtime that ends takes its connections with it; the next exchange opens new ones.
//!
//! **A flood.** tokio checks its timers once in a number of polls of its tasks (`event_interval`, 61 by default), and
//! hyper reads interim responses (1xx) for as long as they keep coming. On a current-thread runtime a server that
//! floods its client with them can therefore delay time limits by some seconds, those of other exchanges included. A
//! smaller `event_interval` shortens that, and on a multi-thread runtime other workers handle the timers. Memory stays
//! bounded.
//!
//! **Stale connections.** A server may close a pooled connection at any time, and a request sent at that moment is
//! lost. hyper sends it again if none of it was sent. If some of it was, this crate sends it again if its
//! [`RequestMeta`](hardline::wire::RequestMeta) says that this is safe (without one, if it is a GET); otherwise the
//! exchange fails as [`FailureClass::Interrupted`](hardline::wire::FailureClass::Interrupted).
//!
//! **GOAWAY.** A server that leaves an HTTP/2 connection names the last stream that it may have acted on. h2 gives the
//! error of the GOAWAY to the streams above that one alone; the others go on, and fail with an error of the connection if
//! it ends before they do. So a request that failed with the GOAWAY was not acted on, whatever it is, and is sent again.
//!
//! **Unread bytes.** A pooled HTTP/1.1 connection on which bytes have arrived since its last response is not used again:
//! they would be taken for the response to the next request. hyper finds them while its runtime runs, and this crate
//! looks once more before it sends.
//!
//! **Logs.** Each exchange has a `tracing` span, without secrets: see [`hardline_tracing`].
//!
#![doc = include_str!("../DIFFERENCES.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod builder;
mod clients;
mod clock;
mod connect;
mod dial;
mod failure;
mod fault;
mod files;
mod origin;
mod outgoing;
mod plain;
mod readers;
mod resends;
mod roads;
mod routes;
mod streaming;
mod tls;
mod transport;
mod tunnel;

pub use builder::{DEFAULT_USER_AGENT, HyperBuilder};
pub use clock::TokioClock;
pub use files::{FileSink, FileSource};
pub use hardline_transport_options::streaming::{Sha256Sink, StreamBody, StreamedExchange};
pub use hardline_transport_options::{
    BuildError, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_POOL_IDLE_TIMEOUT,
    DEFAULT_READ_IDLE_TIMEOUT, DEFAULT_TCP_KEEPALIVE, DEFAULT_TIMEOUT,
};
pub use readers::{AsyncReadBody, AsyncWriteSink};
pub use transport::{HyperFuture, HyperTransport};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
