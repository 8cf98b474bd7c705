//! A sans-IO protocol core for the [Matrix](https://spec.matrix.org/v1.19/) Client-Server and Identity Service APIs.
//!
//! The core turns typed values into `http::Request<Vec<u8>>`, turns `http::Response` into typed results, and runs whole
//! conversations as state machines. It opens no socket, reads no clock, draws no random number and spawns nothing.
//!
//! # With a client
//!
//! A [`Client`] runs operations and conversations over a transport: `hardline-hyper`, `hardline-isahc`, or a closure of your
//! own over any HTTP library. This finds a homeserver, logs in and lists the phone numbers and e-mail addresses of the account:
//!
//! ```
//! # #[cfg(all(feature = "flow", feature = "session", feature = "threepid"))] {
//! use hardline::Client;
//! use hardline::client::{Clock, Transport};
//! use hardline::client_api::session::Login;
//! use hardline::client_api::threepid::GetAccount3pids;
//! use hardline::wire::UserIdentifier;
//!
//! async fn addresses(
//!     transport: impl Transport,
//!     clock: impl Clock,
//! ) -> Result<Vec<String>, Box<dyn std::error::Error>> {
//!     let client = Client::discover(transport, clock, "example.org".parse()?).await?;
//!     client.log_in(Login::password(UserIdentifier::user("alice"), "wonderland".into())).await?;
//!
//!     let response = client.call(GetAccount3pids::new()).await?;
//!     Ok(response.threepids.into_iter().map(|threepid| threepid.address).collect())
//! }
//! # }
//! ```
//!
//! The transport and the clock are `HyperTransport::new()?` and `TokioClock` with `hardline-hyper`. With a closure of your own,
//! [`transport_fn`](client::transport_fn) makes it a transport for a [`Client`],
//! [`blocking_transport_fn`](client::blocking_transport_fn) one for a [`BlockingClient`], and [`Clock`](client::Clock) shows how to
//! write the clock that both need. Add the crates `http` and `bytes` (both version 1) to name the types of requests and responses.
//!
//! What a conversation asks is answered with [`Conversation::reply`](client::Conversation::reply); if there is nobody to ask, as
//! here, await it.
//!
//! # Without any I/O
//!
//! [`encode`] builds a request, you send it with whatever you like, [`decode`] reads the response:
//!
//! ```
//! # #[cfg(feature = "session")] {
//! use hardline::client_api::session::GetLoginFlows;
//! use hardline::{Credentials, Target};
//!
//! let homeserver = Target::homeserver("https://matrix.example.org")?;
//! let request = hardline::encode(&GetLoginFlows::new(), &homeserver, &Credentials::None)?;
//! assert_eq!(request.uri(), "https://matrix.example.org/_matrix/client/v3/login");
//!
//! // Whatever your HTTP library returns, make it an `http::Response` with status, header fields and the body's bytes.
//! let response = http::Response::new(r#"{"flows": [{"type": "m.login.password"}]}"#);
//! let response = hardline::decode::<GetLoginFlows>(response)?;
//! assert_eq!(response.flows.len(), 1);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An operation that needs an access token takes it from the credentials:
//! `hardline::encode(&GetTokenOwner::new(), &homeserver, &Credentials::Token(login.access_token))`.
//!
//! # Which type do I need?
//!
//! | you want to | use |
//! | --- | --- |
//! | send one operation over a transport | [`Client::call`], or [`BlockingClient::call`](client::BlockingClient::call) without an executor |
//! | build a request and read its response yourself | [`encode`], [`decode`]; [`wire::decode_response`] for status, headers and warnings too |
//! | find an operation | [`client_api`] and [`identity_api`], a module for each section of the specification; types have the `operationId`'s name; [`oauth_api`] for authorization servers |
//! | say where it goes | [`Target`]: a homeserver, an identity server, a server name, a URL |
//! | set a time limit, headers or further parameters of one call | [`wire::WithOptions`] |
//! | know what went wrong | [`Error`]: [`errcode`](Error::errcode), [`status`](Error::status), [`kind`](Error::kind) |
//! | find a homeserver, log in, register, log out | [`Client::discover`], [`Client::log_in`], [`Client::register`], [`Client::log_out`] |
//! | log in where an authorization server does it | [`Client::log_in_with_browser`], [`Client::log_in_with_device_code`]; without a client, [`flow::OAuthLogin`] and [`flow::DeviceLogin`] |
//! | add a phone number, reset a password, look people up | a flow of [`flow`], run by [`Client::run`] or polled by your own event loop |
//! | keep a session alive and refresh its tokens | [`Client::with_session`]; without a client, [`flow::TokenManager`] |
//! | call an operation by its name, with JSON | `by_name` (feature `by-name`) |
//! | answer requests as a server does | `wire::server` (feature `server`) |
//! | write an operation of your own | [`Endpoint`] |
//! | write a transport | [`client::Transport`] or [`client::BlockingTransport`], and a [`client::Clock`] |
//! | identifiers, secrets, timestamps, `matrix:` URIs | [`types`] |
//! | read an event | [`events::RawEvent`] |
//! | JSON that stays as it came | [`json::RawJson`], [`json::JsonObject`] |
//!
//! # Features
//!
//! | feature | default | |
//! | --- | --- | --- |
//! | `discovery`, `session`, `account`, `threepid` | yes | sections of the Client-Server API; `session` brings `discovery`, `account` brings `threepid` |
//! | `devices`, `e2ee`, `media`, `moderation`, `push`, `user_data` | yes | sections of the Client-Server API: devices, end-to-end encryption, the content repository, administration and reports, push notifications, profiles and what clients store; `push` brings `events` |
//! | `rooms`, `membership`, `room_events`, `ephemeral`, `sync` | yes | sections of the Client-Server API: rooms, who is in them, their events, presence and receipts, what is new; `room_events` brings `sync` |
//! | `integrations` | yes | OpenID tokens, third-party networks, calls, application services |
//! | `events` | yes | the contents of events, by their types |
//! | `unstable` | no | what is beyond the specification, a module for each proposal: sliding sync, delayed events, dehydrated devices, thread subscriptions; brings `sync` |
//! | `identity` | yes | the Identity Service API; brings `integrations` |
//! | `oauth` | yes | OAuth 2.0: an authorization server's endpoints, [`oauth_api`], and with `flow` the logins that use them; brings `discovery` |
//! | `flow` | yes | conversations, and the client that runs them and single operations over a transport: [`flow`], [`client`]; brings `discovery`, `session`, `account`, `threepid` and `uri` |
//! | `uri` | yes | `matrix:` URIs and `matrix.to` links: [`types::MatrixUri`] |
//! | `canonical-json` | yes | the form of JSON that is signed: [`types::canonical_json`] |
//! | `server` | no | the other direction: requests are decoded, responses encoded, paths routed |
//! | `by-name` | no | operations by their names, with JSON for their fields |
//! | `persist` | no | flows are saved and loaded; brings `flow` and `server` |
//! | `embed` | no | flows and operations as plain data, for bindings to other languages: `embed`; brings `by-name` and `persist` |
//! | `test-harness` | no | what drives flows in tests, yours too: `flow::test_harness`; brings `flow` |
//! | `proptest` | no | strategies for every type of the wire; brings `server` |
//!
//! # Property tests of your own
//!
//! With feature `proptest` (of a dev-dependency, since it is for tests alone) every request, every response and every type in
//! them is `proptest::arbitrary::Arbitrary`. Every request that its strategy makes can be encoded, and requests and responses
//! are equal after a round trip over the wire. So your code meets, without a network, whatever a client or a server can send:
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
//! Operations of your own derive `proptest_derive::Arbitrary` (of the crate `proptest-derive`), or implement it.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Derives refer to the core by this name, in the core too.
extern crate self as hardline;

#[cfg(feature = "by-name")]
pub mod by_name;
#[cfg(feature = "flow")]
pub mod client;
pub mod client_api;
#[cfg(feature = "embed")]
pub mod embed;
pub mod events;
#[cfg(feature = "flow")]
pub mod flow;
#[cfg(feature = "identity")]
pub mod identity_api;
pub mod json;
#[cfg(feature = "oauth")]
pub mod oauth_api;
pub mod types;
pub mod wire;

#[cfg(feature = "flow")]
#[doc(no_inline)]
pub use client::{BlockingClient, Client};
#[cfg(feature = "flow")]
#[doc(no_inline)]
pub use flow::{Flow, InteractiveFlow};
#[doc(no_inline)]
pub use json::RawJson;
#[doc(no_inline)]
pub use types::{AccessToken, DeviceId, EventId, RoomId, ServerName, UserId};
#[doc(no_inline)]
pub use wire::{Credentials, Endpoint, Error, ErrorCode, Target, decode, encode};

/// What the code refers to that derives write. It is no part of the API.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "proptest")]
    pub use proptest;
    pub use serde;

    pub use crate::json::lenient::{
        Member, Members, OtherMembers, Variants, next_member, next_place, optional, or_default,
        read_enum, read_member, read_strict_struct, read_struct, read_variant, required,
        skip_member, variant,
    };
    #[cfg(feature = "proptest")]
    pub use crate::json::strategy;
    #[cfg(feature = "proptest")]
    pub use crate::wire::request_strategy;
}

/// The examples of the README, which are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
