//! One [`tracing`] span for each exchange of a [`Transport`](hardline::client::Transport), and one event for each
//! transition of a flow ([`TracedFlow`]).
//!
//! `hardline-hyper`, `hardline-isahc` and `hardline-tower` create these spans themselves. [`Traced`] adds them to any
//! other transport, and authors of transports use [`ExchangeSpan`].
//!
//! ```
//! use hardline::client::transport_fn;
//! use hardline_tracing::Traced;
//!
//! let transport = Traced(transport_fn(|_| async { Ok(http::Response::new("{}".into())) }));
//! # drop(transport);
//! ```
//!
//! The span is called `exchange`, with the level `INFO` and the target `hardline`. It opens when the transport gets the
//! request, and closes when the exchange is over. Its fields:
//!
//! | field | | |
//! |---|---|---|
//! | `operation` | the operation, such as `cs:login` | absent if the core did not make the request |
//! | `method` | the HTTP method | |
//! | `path` | the operation's path template, such as `/_matrix/client/v3/rooms/{roomId}/join` | like `operation`, and absent for URLs that a server gave |
//! | `attempt` | 1 for the first, one more for each retry | like `operation` |
//! | `sent` | the length of the request's body in bytes; if it streams, how much has left | |
//! | `status` | the status of the response | absent without a response |
//! | `received` | the length of the response's body in bytes | absent without a response |
//! | `outcome` | `answered`, `cancelled`, or the failure's class, such as `refused` | |
//! | `elapsed_ms` | milliseconds from the first poll to the end | 0 if it was never polled |
//!
//! **It contains no secrets and no users' data.** The path as sent, the query, headers, bodies and texts of errors
//! never become fields, at any level. The libraries below may have spans of their own with other contents: see the
//! documentation of the transport.
//!
//! An exchange whose body streams has the same span.
//!
//! A future that is dropped before it is ready is `cancelled`. Without a subscriber that wants the span,
//! nothing is measured and no clock is read.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod exchange_span;
mod instrumented;
mod traced;
mod traced_exchange;
mod traced_flow;

pub use exchange_span::ExchangeSpan;
pub use instrumented::Instrumented;
pub use traced::Traced;
pub use traced_exchange::TracedExchange;
pub use traced_flow::TracedFlow;

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
