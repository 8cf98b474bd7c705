//! Shared code of the tests that cross crates: the backends that run flows and send requests, the end-to-end tests that
//! run on each of them, a misbehaving server, and the checks of the registry.

#[cfg(feature = "runners")]
pub mod account_e2e;
#[cfg(feature = "runners")]
pub mod adapter;
#[cfg(feature = "runners")]
pub mod authorization_server;
#[cfg(feature = "runners")]
pub mod browser;
#[cfg(feature = "runners")]
pub mod cable;
#[cfg(feature = "runners")]
pub mod chat_e2e;
pub mod conformance;
pub mod contents;
#[cfg(feature = "runners")]
pub mod e2e;
pub mod error_chain;
pub mod event_facts;
pub mod facts;
pub mod fuzz;
#[cfg(doctest)]
mod guide;
#[cfg(feature = "runners")]
pub mod identity_e2e;
#[cfg(feature = "runners")]
pub mod inbox;
#[cfg(feature = "runners")]
pub mod misbehaving;
#[cfg(feature = "runners")]
pub mod neighbours;
#[cfg(feature = "runners")]
pub mod raw_socket;
pub mod registries;
#[cfg(feature = "runners")]
pub mod rooms_e2e;
#[cfg(feature = "runners")]
pub mod runner;
pub mod scaffold;
pub mod shape;
pub mod simulation;
#[cfg(feature = "runners")]
pub mod streaming;

/// The examples in the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
