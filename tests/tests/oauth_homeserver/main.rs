//! The tests of OAuth 2.0 on a real Synapse that delegates to a real authorization server, over both transports.
//! `tests/homeserver/up.sh run-oauth -- cargo test ...` starts the servers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod browser;
mod device;
mod ending;
mod faults;
mod refresh;
mod sharing;
mod trial;
