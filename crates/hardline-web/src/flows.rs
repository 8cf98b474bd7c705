//! The typed package: a client that logs in, adds a phone number or an e-mail address, and logs out.
#![allow(unreachable_pub, reason = "JavaScript reaches what is exported")]

mod add_threepid;
mod client;
mod error;
mod event;
mod reply;
mod session;
mod types;
