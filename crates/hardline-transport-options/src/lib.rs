//! The options that the builders of Hardline's transports share, and [what streams a body](streaming).
//!
//! Programs use the builders of `hardline-hyper` and `hardline-isahc`. This crate is for authors of transports: it has
//! the defaults, checks and errors that do not depend on the library that sends the requests.
//!
//! ```
//! use hardline_transport_options::{BuildError, Proxies, ProxyChoice, TransportOptions};
//!
//! let mut options = TransportOptions::new("my-transport/1.0");
//! options.proxy = ProxyChoice::All("ftp://proxy.example".to_owned());
//! assert!(matches!(Proxies::new(&options.proxy), Err(BuildError::Proxy(_))));
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod build_error;
mod builder_methods;
mod client_certificate;
mod decompress;
mod no_proxy;
mod options;
mod proxies;
mod proxy;
mod request_limits;
mod response_head;
pub mod streaming;

pub use build_error::BuildError;
pub use client_certificate::ClientCertificate;
pub use decompress::{ACCEPTED_ENCODINGS, decompress};
pub use options::{
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_POOL_IDLE_TIMEOUT,
    DEFAULT_READ_IDLE_TIMEOUT, DEFAULT_TCP_KEEPALIVE, DEFAULT_TIMEOUT, LONGEST, SHORTEST,
    TransportOptions,
};
pub use proxies::{Proxies, ProxyChoice, UnusableProxy};
pub use proxy::{Proxy, ProxyKind};
pub use request_limits::RequestLimits;
pub use response_head::{MAX_FIELD_BYTES, MAX_FIELDS, MAX_HEAD_BYTES, announced_length};

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
