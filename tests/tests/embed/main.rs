//! The core as steps of JSON: the table of cases that every binding runs, and stories over the loopback.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod expected;
mod loopback;
mod played;
mod schema;
