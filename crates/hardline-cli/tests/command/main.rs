//! The `hardline` command as programs run it: arguments in, output and an exit code out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod account_setup;
mod accounts;
mod call;
mod failures;
mod identity;
mod left;
mod loopback;
mod media;
mod network;
mod oauth_failures;
mod oauth_login;
mod oauth_session;
mod output;
mod real;
mod rooms;
mod run;
mod send;
mod shared_session;
mod steps;
mod tail;
mod temporary_homeserver;
mod terminal;
mod tools;
