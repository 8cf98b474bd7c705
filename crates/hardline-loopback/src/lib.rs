//! A homeserver and an identity server in the process, for tests, demonstrations and trying things out.
//!
//! It really keeps accounts, sessions, validation sessions and phone numbers, in memory, and answers wrong input with the
//! errors that the specification names. The codes that it would text land in an [`Inbox`]. Its paths, its requests and
//! its responses come from [`hardline`]'s operations, run backwards.
//!
//! ```
//! use hardline_loopback::Loopback;
//!
//! let loopback = Loopback::start()?;
//! let target = hardline::wire::Target::homeserver(loopback.url())?;
//! # drop(target);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There are three ways in, the same two servers behind them: sockets on this machine ([`Loopback::url`]), a transport
//! without sockets ([`Loopback::transport`]), and each server as a function of the time and a request
//! ([`Homeserver::handle`], [`IdentityServer::handle`]).
//!
//! **It is a test server.** It knows no rate limits, forgets nothing but what expires, keeps passwords behind one
//! round of SHA-256, and whoever holds the [`Inbox`] reads every code. Do not let strangers reach it.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod cors;
mod email_address;
mod entropy;
mod faults;
mod handlers;
mod homeserver;
mod identity_server;
mod inbox;
mod loopback;
mod phone_number;
mod server_info;
#[cfg(feature = "sim")]
pub mod sim;
mod validations;

pub use faults::Fault;
pub use handlers::Caller;
pub use homeserver::Homeserver;
pub use identity_server::IdentityServer;
pub use inbox::{Inbox, Message};
pub use loopback::{Builder, Loopback, LoopbackTransport};

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
