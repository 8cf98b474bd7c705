//! Hardline's transports over isahc and curl: [`IsahcTransport`] for any executor, [`IsahcBlocking`] for none, each
//! with its clock.
//!
//! ALPN chooses between HTTP/1.1 and HTTP/2. TLS trusts what the operating system trusts. Everything has a limit, and
//! every limit has a default: see [`IsahcBuilder`].
//!
//! ```
//! use hardline::client::{Blocking, Clock, Transport};
//! use hardline_isahc::{BlockingClock, IsahcBlocking, IsahcTransport};
//!
//! # fn main() -> Result<(), hardline_isahc::BuildError> {
//! let transport = IsahcTransport::new()?;
//! let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new()).unwrap();
//! let exchange = transport.send(request); // nothing is sent until it is awaited
//! # drop(exchange);
//!
//! let blocking = Blocking(IsahcBlocking::new()?); // a transport, too
//! assert!(BlockingClock.now().as_millis() > 0);
//! # Ok(())
//! # }
//! ```
//!
//! | | |
//! |---|---|
//! | runtime | none; isahc has threads of its own |
//! | dropping the future | stops the exchange only once the server responds or the time limit is reached |
//! | redirects | returned as they are |
//! | content encoding | returned as it is by default: [`IsahcBuilder::decompress`] |
//! | proxies | none by default: [`IsahcBuilder::proxy`], [`IsahcBuilder::proxy_from_environment`]; HTTP, HTTPS and SOCKS5 |
//! | connections | kept with HTTP/2 alone; one on which an exchange timed out is left for others |
//! | resends | if the request may be repeated and goes over HTTP/2: by curl, up to five times, if a kept connection turns out to be dead or the server refuses the stream; by this crate, once, if the server breaks off HTTP/2 |
//! | added headers | `User-Agent` and `Accept: */*` if the request has none; `Content-Length`; `Proxy-Authorization` for a proxy over plain HTTP |
//! | a cold start | each exchange that finds no connection opens one, even if they could share one over HTTP/2 |
//! | concurrent exchanges | unlimited |
//!
//! **Connections.** curl looks for unread bytes on a kept connection at most once a second, and takes what a server sent
//! in between for the response to the next request. So no connection with HTTP/1.1 is kept, where that can happen; the
//! first exchange with a server tells whether it speaks HTTP/2, and connections with HTTP/2 are kept from the second on.
//!
//! **Resends.** curl sends a request again, even a POST, if it went out on a reused connection that dies without a
//! response. Each request that may not be repeated therefore gets a connection of its own, over HTTP/1.1, which is
//! closed afterwards. That costs it a handshake.
//!
//! **Bodies that stream.** An [`IsahcTransport`] is a
//! [`StreamingTransport`](hardline::client::StreamingTransport), and an [`IsahcBlocking`] its blocking twin: a conversation
//! that uploads or downloads gets a source or a sink, and no more than a few chunks of 64 KiB are in memory. A source is a
//! [`FileSource`], `Bytes`, or a function that opens an [`AsyncReadBody`] or a [`StreamBody`] at an offset; a sink is a
//! [`FileSink`], a [`MemorySink`](hardline::client::MemorySink) or an [`AsyncWriteSink`]. Without an executor they are a
//! [`BlockingFileSource`], a [`ReadBody`](hardline::client::ReadBody), a [`BlockingFileSink`] and a
//! [`WriteSink`](hardline::client::WriteSink). A [`Sha256Sink`] round a sink hashes what passes.
//!
//! ```
//! use hardline::client::{BlockingClient, Clock, Next};
//! use hardline::flow::Flow;
//! use hardline_isahc::{BlockingFileSink, BlockingFileSource, IsahcBlocking, Sha256Sink};
//!
//! fn upload<F: Flow>(client: &BlockingClient<IsahcBlocking, impl Clock>, flow: F) -> Option<F::Outcome> {
//!     let conversation = client.run(flow).with_source(BlockingFileSource::new("picture.jpg"));
//!     conversation.into_iter().find_map(|next| match next {
//!         Next::Done(outcome) => Some(outcome),
//!         Next::Event(_) => None,
//!     })
//! }
//!
//! fn download<F: Flow>(client: &BlockingClient<IsahcBlocking, impl Clock>, flow: F) -> Option<F::Outcome> {
//!     let sink = Sha256Sink::new(BlockingFileSink::new("picture.jpg"));
//!     let conversation = client.run(flow).with_sink(sink);
//!     conversation.into_iter().find_map(|next| match next {
//!         Next::Done(outcome) => Some(outcome),
//!         Next::Event(_) => None,
//!     })
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
//! | a source's pauses | count towards the time limit from a second on: curl ends what does not move |
//! | a server that answers early | is heard, and no more is sent if it refuses; the table below has the exceptions |
//! | dropping the exchange | closes the connection when curl next reads or writes, or when the time limit is reached |
//! | connections | each exchange has its own, and nothing is sent again |
//!
//! **What isahc cannot do** and `hardline-hyper` can:
//!
//! | | |
//! |---|---|
//! | a dropped exchange | continues until the server responds or the time limit is reached |
//! | refused and unreachable | are the same: curl has one code for both, and it is reported as [`Refused`](hardline::wire::FailureClass::Refused) |
//! | an `https` proxy's certificate | is verified by the operating system's authorities alone |
//! | a proxy that hangs up instead of opening a tunnel | is reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted), although nothing was sent |
//! | a TLS handshake that is cut off | is reported as [`Tls`](hardline::wire::FailureClass::Tls), like a refused one |
//! | an end of TLS that is not announced (`close_notify`) | loses a response that arrives together with it, which is reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted) although the server has acted; a response that arrives before it is complete |
//! | a server that wants a certificate of the client | is reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted) with TLS 1.3: curl has one code for that and for a broken connection |
//! | a failure after curl sent a request again | is reported as that of the last attempt, though the first may have arrived; this concerns only requests that may be repeated |
//! | a truncated head | looks complete to curl. A body that is shorter than announced, or a success over HTTP/1 without a body and without framing, is therefore reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted) |
//! | file descriptors above 1023 | do not work: curl, as isahc builds it, waits with `select`. An exchange whose socket has a higher number fails, usually as refused, or hangs until its time limit, so a program with a thousand open files or connections should use another transport |
//! | the number of concurrent exchanges | cannot be limited: curl counts connections |
//! | another provider of cryptography | cannot be chosen: curl uses AWS-LC |
//!
//! **Logs.** Each exchange has a `tracing` span, without secrets: see [`hardline_tracing`]. isahc's own spans contain
//! the whole URL from the level `DEBUG` on, and at `TRACE` its events contain headers and bodies, access tokens
//! included. Keep the target `isahc` at `INFO` if your logs must not contain secrets.
//!
#![doc = include_str!("../DIFFERENCES.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod blocking;
mod builder;
mod certificate_files;
mod clock;
mod failure;
mod files;
mod known_http2;
mod outgoing;
mod readers;
mod sendable;
mod streaming;
mod transport;

pub use blocking::IsahcBlocking;
pub use builder::{DEFAULT_USER_AGENT, IsahcBuilder};
pub use clock::{BlockingClock, BlockingSleep, IsahcClock, IsahcSleep};
pub use files::{BlockingFileSink, BlockingFileSource, FileSink, FileSource};
pub use hardline_transport_options::streaming::{Sha256Sink, StreamBody, StreamedExchange};
pub use hardline_transport_options::{
    BuildError, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_POOL_IDLE_TIMEOUT,
    DEFAULT_READ_IDLE_TIMEOUT, DEFAULT_TCP_KEEPALIVE, DEFAULT_TIMEOUT,
};
pub use readers::{AsyncReadBody, AsyncWriteSink};
pub use streaming::IsahcBlockingExchange;
pub use transport::{IsahcFuture, IsahcTransport};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
