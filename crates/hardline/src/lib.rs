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
//! | `flow` | yes | conversations, and the loop that runs them and single operations over a transport: [`flow`], [`drive`]; brings those four sections |
//! | `server` | no | the other direction: requests are decoded, responses encoded, paths routed |
//! | `by-name` | no | operations by their names, with JSON for their fields; brings `server` |
//! | `persist` | no | flows are saved and loaded; brings `flow` and `server` |
//! | `proptest` | no | strategies for every type of the wire; brings `server` |
//!
//! # Property tests of your own
//!
//! With feature `proptest` (of a dev-dependency: it is for tests alone) every request, every response and what they are made
//! of is `proptest::arbitrary::Arbitrary`. A request that comes out of its strategy can be encoded, and both halves are
//! the same after their way over the wire. So your code meets, without a network, whatever a client or a server can say:
//!
//! ```
//! # #[cfg(all(feature = "proptest", feature = "threepid"))] {
//! use hardline::client_api::threepid::{GetAccount3pids, GetAccount3pidsResponse};
//! use hardline::types::Medium;
//! use hardline::wire::server::{ErrorResponse, encode_response};
//! use hardline::wire::{self, ErrorCode};
//! use proptest::prelude::*;
//!
//! // What you want to know of your own code: a settings page, say.
//! fn page(answer: Result<GetAccount3pidsResponse, wire::Error>) -> Vec<String> {
//!     match answer {
//!         Ok(answer) => {
//!             let numbers = answer.threepids.into_iter().filter(|threepid| threepid.medium == Medium::Msisdn);
//!             numbers.map(|threepid| format!("+{}", threepid.address)).collect()
//!         }
//!         Err(error) => vec![error.to_string()],
//!     }
//! }
//!
//! proptest!(|(answer in any::<GetAccount3pidsResponse>())| {
//!     let response = encode_response::<GetAccount3pids>(&answer).unwrap();
//!     let lines = page(wire::decode::<GetAccount3pids>(response));
//!     prop_assert!(lines.len() <= answer.threepids.len());
//! });
//! proptest!(|(errcode in any::<ErrorCode>(), sentence in any::<String>())| {
//!     let response = ErrorResponse::bad_request(errcode, &sentence).into_response();
//!     prop_assert_eq!(page(wire::decode::<GetAccount3pids>(response)).len(), 1);
//! });
//! # }
//! ```
//!
//! Operations of your own get there by deriving `proptest_derive::Arbitrary`, or by implementing it.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "by-name")]
pub mod by_name;
#[cfg(feature = "flow")]
pub mod client;
pub mod client_api;
#[cfg(feature = "flow")]
pub mod flow;
#[cfg(feature = "identity")]
pub mod identity_api;
pub mod json;
pub mod types;
pub mod wire;
