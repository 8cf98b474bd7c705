//! The options that the builders of Hardline's transports share.
//!
//! Programs use the builders of `hardline-hyper` and `hardline-isahc`. This crate is for authors of transports: it has
//! the defaults, checks and errors that do not depend on the library that sends the requests.
//!
//! ```
//! use hardline_transport_options::{BuildError, ProxyChoice, TransportOptions};
//!
//! let mut options = TransportOptions::new("my-transport/1.0");
//! options.proxy = ProxyChoice::All("socks5://proxy.example".to_owned());
//! assert!(matches!(options.proxy.check(), Err(BuildError::Proxy(_))));
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod build_error;
mod options;
mod proxy_choice;

pub use build_error::BuildError;
pub use options::{
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_READ_IDLE_TIMEOUT,
    DEFAULT_TIMEOUT, TransportOptions,
};
pub use proxy_choice::{ProxyChoice, check_proxy};

/// The example of the README, which is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
