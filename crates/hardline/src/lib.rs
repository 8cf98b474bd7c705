//! A sans-IO protocol core for the [Matrix](https://spec.matrix.org/v1.19/) Client-Server and Identity Service APIs.
//!
//! It turns typed values into `http::Request<Vec<u8>>` and `http::Response` into typed results, and runs whole
//! conversations as state machines. It opens no socket, reads no clock, draws no random number and spawns nothing.
//!
//! - [`client_api`] and `identity_api` list the operations: a plain struct and a constant each.
//! - [`wire`] says what a request is: [`wire::encode`] and [`wire::decode`].
//! - [`flow`] decides when: conversations that are polled for what to do and told what happened.
//! - [`drive`] waits: a [`drive::Client`] runs operations and flows over any [`drive::Transport`].
//! - [`types`] holds identifiers, secrets and raw JSON.
//! - `by_name` (a feature) does the operations by their names, with JSON for their fields.
//!
//! ```
//! use hardline::client_api::session::GetLoginFlows;
//! use hardline::wire::{self, Credentials, Target};
//!
//! let homeserver = Target::homeserver("https://matrix.example.org")?;
//! let request = wire::encode(&GetLoginFlows::new(), &homeserver, &Credentials::None)?;
//! assert_eq!(request.uri(), "https://matrix.example.org/_matrix/client/v3/login");
//!
//! // Hand the request to any HTTP library; what comes back is an `http::Response` with the body's bytes.
//! let response = http::Response::new(r#"{"flows": [{"type": "m.login.password"}]}"#);
//! let answer = wire::decode::<GetLoginFlows>(response)?;
//! assert_eq!(answer.flows.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | default | |
//! | --- | --- | --- |
//! | `discovery`, `session`, `account`, `threepid` | yes | the sections of the Client-Server API |
//! | `identity` | yes | the Identity Service API, and the OpenID token that it asks for |
//! | `server` | no | the other direction: requests are decoded, responses encoded, paths routed |
//! | `by-name` | no | operations by their names, with JSON for their fields; brings `server` |
//! | `persist` | no | flows are saved and loaded; brings `server` |
//! | `proptest` | no | strategies for every type of the wire; brings `server` |
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "by-name")]
pub mod by_name;
pub mod client_api;
pub mod drive;
pub mod flow;
#[cfg(feature = "identity")]
pub mod identity_api;
pub mod types;
pub mod wire;
