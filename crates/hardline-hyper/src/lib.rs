//! Hardline's [`Transport`](hardline::drive::Transport) over hyper and rustls, and its clock, for programs that run on tokio.
//!
//! HTTP/1.1 and HTTP/2 are chosen by ALPN. TLS trusts what the operating system trusts. Everything has a limit, and
//! every limit a default: see [`HyperBuilder`].
//!
//! ```
//! use hardline::drive::{Clock, Transport};
//! use hardline_hyper::{HyperTransport, TokioClock};
//!
//! # fn main() -> Result<(), hardline_hyper::BuildError> {
//! let transport = HyperTransport::new()?;
//! let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new()).unwrap();
//! let exchange = transport.send(request); // nothing happens before it is awaited
//! # drop(exchange);
//! assert!(TokioClock.now().as_millis() > 0);
//! # Ok(())
//! # }
//! ```
//!
//! | | |
//! |---|---|
//! | runtime | tokio; the futures panic outside of it |
//! | dropping the future | stops the exchange: HTTP/1.1 closes the connection, HTTP/2 resets the stream |
//! | redirects | returned as they are |
//! | content encoding | returned as it is |
//! | proxies | none, and the environment is not read |
//! | resends | once, where a pooled connection turns out to be dead and the request may be repeated |
//!
//! **Logs.** Each exchange has a `tracing` span, without secrets: see [`hardline_tracing`].
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod builder;
mod clock;
mod connect;
mod failure;
mod transport;

pub use builder::{
    BuildError, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_READ_IDLE_TIMEOUT,
    DEFAULT_TIMEOUT, DEFAULT_USER_AGENT, HyperBuilder,
};
pub use clock::TokioClock;
pub use transport::{HyperFuture, HyperTransport};
