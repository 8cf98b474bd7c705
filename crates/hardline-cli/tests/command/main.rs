//! The `hardline` command as programs run it: arguments in, output and an exit code out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod call;
mod failures;
mod identity;
mod loopback;
mod person;
mod real;
mod run;
mod try_out;
