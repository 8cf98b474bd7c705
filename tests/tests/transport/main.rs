//! The tests over sockets: each transport against servers that behave, servers that do not, and the loopback.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod connections;
mod differences;
mod exchanges;
mod failures;
mod life_of_http2;
mod loopback;
mod options;
mod pools;
mod proxies;
mod recording;
mod send_queue;
mod streaming;
