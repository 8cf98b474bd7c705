//! Connects Hardline's transports with [tower](https://docs.rs/tower)'s services, in both directions.
//!
//! - [`ServiceTransport`] makes a `Service<http::Request<_>>` a [`Transport`](hardline::client::Transport): whatever
//!   HTTP stack your program has, with its layers.
//! - [`TransportService`] makes a transport a service, so that tower's layers apply to `hardline-hyper` and the others.
//!
//! ```
//! use std::time::Duration;
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::client::Client;
//! use hardline::wire::Target;
//! use hardline_hyper::{HyperTransport, TokioClock};
//! use hardline_tower::{ServiceTransport, TransportService};
//! use tower::ServiceBuilder;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let loopback = hardline_loopback::Loopback::start()?;
//! let service = ServiceBuilder::new()
//!     .concurrency_limit(8)
//!     .timeout(Duration::from_secs(20))
//!     .service(TransportService(HyperTransport::new()?));
//! let client = Client::new(ServiceTransport::new(service), TokioClock, Target::homeserver(loopback.url())?);
//! let versions = client.call(GetVersions::new()).await?.versions;
//! assert!(versions.contains(&"v1.19".to_owned()));
//! # Ok(())
//! # }
//! ```
//!
//! **Retries.** The core retries what is safe to retry, and waits as servers ask; the attempts of a retry layer
//! multiply with its own. If you want one nevertheless, give the client a policy of one attempt, and let the layer look
//! at the [`RequestMeta`](hardline::wire::RequestMeta) in the extensions of the request, which says whether a retry is
//! safe.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod classify;
mod service_future;
mod service_transport;
mod transport_service;

pub use classify::BoxError;
pub use service_future::ServiceFuture;
pub use service_transport::{DEFAULT_MAX_RESPONSE_BYTES, ServiceTransport};
pub use transport_service::{TransportService, TransportServiceFuture};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
