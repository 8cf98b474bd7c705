//! The `hardline` command as programs run it: arguments in, output and an exit code out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod account_setup;
mod call;
mod failures;
mod identity;
mod loopback;
mod oauth_failures;
mod oauth_login;
mod oauth_session;
mod real;
mod run;
mod shared_session;
mod steps;
mod temporary_homeserver;
