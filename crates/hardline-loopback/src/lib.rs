//! A homeserver and an identity server in your process, for tests, demonstrations and trying things out.
//!
//! They keep accounts, sessions, validation sessions and third-party identifiers in memory, and respond to bad input
//! with the errors of the specification. The codes that they would send to people go to an [`Inbox`]. Their paths,
//! requests and responses come from the server half of [`hardline`]'s operations.
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
//! There are three ways to reach the two servers: sockets on this machine ([`Loopback::url`]), a transport without
//! sockets ([`Loopback::transport`]), and each server as a function of the time and a request ([`Homeserver::handle`],
//! [`IdentityServer::handle`]).
//!
//! **They are test servers.** They have no rate limits, forget only what expires, hash passwords with one round of
//! SHA-256, and whoever holds the [`Inbox`] reads every code. Do not let strangers reach them.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorization_server;
mod cors;
mod email_address;
mod entropy;
mod faults;
mod handlers;
mod homeserver;
mod html;
mod identity_server;
mod inbox;
mod json_document;
mod loopback;
mod person;
mod phone_number;
mod server_info;
#[cfg(feature = "sim")]
pub mod sim;
mod validations;

pub use authorization_server::AuthorizationServer;
pub use faults::Fault;
pub use handlers::Caller;
pub use homeserver::Homeserver;
pub use identity_server::IdentityServer;
pub use inbox::{Inbox, Message};
pub use loopback::{Builder, Loopback, LoopbackTransport};
pub use person::{Decision, PageError};

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
