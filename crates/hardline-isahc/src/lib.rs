//! Hardline's transports over isahc and curl: [`IsahcTransport`] for any executor, [`IsahcBlocking`] for none, each with
//! its clock.
//!
//! HTTP/1.1 and HTTP/2 are chosen by ALPN. TLS trusts what the operating system trusts. Everything has a limit, and
//! every limit a default: see [`IsahcBuilder`].
//!
//! ```
//! use hardline::client::{Blocking, Clock, Transport};
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
//! | proxies | none, unless told: [`IsahcBuilder::proxy`], [`IsahcBuilder::proxy_from_environment`] |
//! | resends | by curl, up to five times, where a reused connection turns out to be dead and the request may be repeated; by this crate, once, where a connection is reset or breaks off HTTP/2 and the request may be repeated |
//! | added headers | `User-Agent` and `Accept: */*` where the request has none; `Content-Length`; `Proxy-Authorization` for a proxy over plain HTTP |
//! | a cold start | each exchange that finds no connection opens one, even if they could share one over HTTP/2 |
//! | exchanges at once | as many as there are |
//!
//! **Resends.** curl repeats whatever it sent on a reused connection that dies without an answer, a POST included.
//! Requests that may not be repeated therefore go out on a connection of their own, over HTTP/1.1, which is closed
//! afterwards. That costs them a handshake each.
//!
//! **What isahc cannot do**, of what `hardline-hyper` can:
//!
//! | | |
//! |---|---|
//! | an exchange that is dropped | goes on until the server answers or the time limit is reached |
//! | refused and unreachable | are one: curl has one code for them, and it is reported as [`Refused`](hardline::wire::FailureClass::Refused) |
//! | `HTTP_PROXY` in upper case | is not read; the other variables are, in both cases |
//! | an `https` proxy's certificate | only the operating system's authorities can vouch for it |
//! | a proxy that hangs up instead of opening a tunnel | is reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted), although nothing was sent |
//! | a TLS handshake that is cut off | is reported as [`Tls`](hardline::wire::FailureClass::Tls), as one that is refused |
//! | what curl sent again | and what then failed is reported as the last attempt was, though the first may have arrived; that is for requests that may be repeated only |
//! | chunks that are malformed | are reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted) |
//! | a head that breaks off | curl takes for a whole one. A body that is shorter than announced, or a success over HTTP/1 without a body that announces none, is therefore reported as [`Interrupted`](hardline::wire::FailureClass::Interrupted) |
//! | files above 1023 | curl, as isahc builds it, waits with `select`: an exchange whose socket gets a higher number fails, as a rule as one that was refused, or hangs until its time limit, so a program with a thousand open files or connections should take another transport |
//! | how many exchanges at once | cannot be limited: curl counts connections |
//! | another provider of cryptography | curl's is AWS-LC |
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
pub use builder::{DEFAULT_USER_AGENT, IsahcBuilder};
pub use clock::{BlockingClock, BlockingSleep, IsahcClock, IsahcSleep};
pub use hardline_transport_options::{
    BuildError, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_READ_IDLE_TIMEOUT,
    DEFAULT_TIMEOUT,
};
pub use transport::{IsahcFuture, IsahcTransport};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
