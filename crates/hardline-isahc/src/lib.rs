//! Hardline's transports over isahc and curl: [`IsahcTransport`] for any executor, [`IsahcBlocking`] for none, each with
//! its clock.
//!
//! HTTP/1.1 and HTTP/2 are chosen by ALPN. TLS trusts what the operating system trusts. Everything has a limit, and
//! every limit a default: see [`IsahcBuilder`].
//!
//! ```
//! use hardline::drive::{Blocking, Clock, Transport};
//! use hardline_isahc::{BlockingClock, IsahcBlocking, IsahcTransport};
//!
//! # fn main() -> Result<(), hardline_isahc::BuildError> {
//! let transport = IsahcTransport::new()?;
//! let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new()).unwrap();
//! let exchange = transport.send(request); // nothing happens before it is awaited
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
//! | runtime | none; isahc runs threads of its own |
//! | dropping the future | stops the exchange once the server answers, and not before: the time limit bounds it |
//! | redirects | returned as they are |
//! | content encoding | returned as it is |
//! | proxies | none, unless the environment is to be read: [`IsahcBuilder::proxy_from_environment`] |
//! | resends | by curl, up to five times, where a reused connection turns out to be dead and the request may be repeated |
//! | added headers | `Accept: */*` where the request has no `Accept` |
//!
//! **Resends.** curl repeats whatever it sent on a reused connection that dies without an answer, a POST included.
//! Requests that may not be repeated therefore go out on a connection of their own, over HTTP/1.1, which is closed
//! afterwards. That costs them a handshake each.
//!
//! **Logs.** Each exchange has a `tracing` span, without secrets: see [`hardline_tracing`]. isahc's own spans hold the
//! whole URL from the level `DEBUG` on, and at `TRACE` its events hold headers and bodies, access tokens included. Keep
//! the target `isahc` at `INFO` where logs are not to hold secrets.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod blocking;
mod builder;
mod clock;
mod failure;
mod transport;

pub use blocking::IsahcBlocking;
pub use builder::{
    BuildError, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_TIMEOUT,
    DEFAULT_USER_AGENT, IsahcBuilder,
};
pub use clock::{BlockingClock, BlockingSleep, IsahcClock, IsahcSleep};
pub use transport::{IsahcFuture, IsahcTransport};
