//! One [`tracing`] span for each exchange of a [`Transport`](hardline::client::Transport).
//!
//! `hardline-hyper`, `hardline-isahc` and `hardline-tower` make these spans by themselves. [`Traced`] gives them to any
//! other transport, and [`ExchangeSpan`] to the author of one.
//!
//! ```
//! use hardline::client::transport_fn;
//! use hardline_tracing::Traced;
//!
//! let transport = Traced(transport_fn(|_| async { Ok(http::Response::new("{}".into())) }));
//! # drop(transport);
//! ```
//!
//! The span is called `exchange`, of the level `INFO` and the target `hardline`. It begins when the request is handed over
//! and closes when the exchange is over. Its fields:
//!
//! | field | | |
//! |---|---|---|
//! | `operation` | the operation, as `cs:login` | absent where the request was not made by the core |
//! | `method` | the HTTP method | |
//! | `path` | the operation's path template, as `/_matrix/client/v3/rooms/{roomId}/join` | as `operation`, and absent for URLs that a server gave |
//! | `attempt` | 1 for the first, one more for each repetition | as `operation` |
//! | `sent` | the length of the request's body in bytes | |
//! | `status` | the status of the response | absent where none came |
//! | `received` | the length of the response's body in bytes | absent where none came |
//! | `outcome` | `answered`, `cancelled`, or the failure's class, as `Refused` | |
//! | `elapsed_ms` | milliseconds from the first poll to the end | 0 where it was never polled |
//!
//! **No secret and no data of a user is in it.** Neither the path as it is sent nor the query, no header, no body and no
//! text of an error becomes a field, at any level. Libraries below may have spans of their own, which hold what they like:
//! see the documentation of the transport.
//!
//! A future that is dropped before it is ready is `cancelled`. Without a subscriber, or with one that does not want the
//! span, nothing is measured and no clock is read.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod exchange_span;
mod instrumented;
mod traced;

pub use exchange_span::ExchangeSpan;
pub use instrumented::Instrumented;
pub use traced::Traced;

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
