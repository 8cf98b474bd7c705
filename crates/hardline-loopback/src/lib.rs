//! A homeserver, an identity server and an authorization server in your process, for tests, demonstrations and trying
//! things out.
//!
//! The homeserver has rooms, `/sync` and what goes with them: enough for other people's chat clients. All servers respond to
//! bad input with the errors of the specification. What a homeserver does not have responds `M_UNRECOGNIZED` with status
//! 404, unless a test gives it a handler ([`Builder::on`]). The codes that the servers would send to people go to an
//! [`Inbox`]. Their paths, requests and responses come from the server half of [`hardline`]'s operations.
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
//! With [`Builder::oauth`], clients can log in with OAuth 2.0 as well, and with [`Builder::oauth_only`] in no other way. The
//! pages of the [`AuthorizationServer`] are for browsers; a test plays the user with
//! [`Loopback::follow_authorization`] and [`Loopback::decide_device`].
//!
//! There are three ways to reach the servers: sockets on this machine ([`Loopback::url`]), a transport without
//! sockets ([`Loopback::transport`]), and each server as a function of the time and a request ([`Homeserver::handle`],
//! [`IdentityServer::handle`], [`AuthorizationServer::handle`]).
//!
//! With [`Builder::page`], people see in a browser on this machine what the servers do: see [`Loopback::page_url`].
//!
//! All of it is in memory, or in a file across restarts ([`Builder::data`], [`Homeserver::snapshot`]). The file holds
//! secrets: tokens, codes, and hashes of passwords that do not withstand an attack.
//!
//! **They are test servers.** They have no rate limits, forget only what expires, hash passwords with one round of
//! SHA-256, and whoever holds the [`Inbox`] reads every code. Do not let strangers reach them.
//!
//! # Where it is simpler than other homeservers
//!
#![doc = include_str!("../SIMPLIFICATIONS.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod application_service;
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
mod json_depth;
mod json_document;
mod leaping_clock;
mod loopback;
mod page;
mod pairs;
mod person;
pub mod personality;
mod phone_number;
mod server_info;
mod shortened;
#[cfg(feature = "sim")]
pub mod sim;
mod snapshot;
mod validations;
mod web_url;

pub use application_service::ApplicationService;
pub use authorization_server::AuthorizationServer;
pub use faults::Fault;
pub use handlers::Caller;
pub use homeserver::{Homeserver, Report, ReportSubject};
pub use identity_server::IdentityServer;
pub use inbox::{Inbox, Message};
pub use leaping_clock::{Leap, LeapingClock};
pub use loopback::{Builder, Loopback, LoopbackTransport};
pub use person::{Decision, PageError};
pub use snapshot::{Snapshot, SnapshotError};

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
