//! What goes wrong on the way is told alike by every transport: the same class of failure, and the same error of the core.
//!
//! Each case is a server that misbehaves. Each transport sends it an operation that may be repeated and one that may not,
//! once. Where a transport cannot tell what the others can, its row says what it says instead, and why.

mod case;
mod cases;

use case::{play, play_trusting};

#[test]
fn connections_that_fail_are_told_alike() {
    play(cases::connections());
}

#[test]
fn answers_that_are_none_are_told_alike() {
    play(cases::answers());
}

#[test]
fn what_takes_too_long_or_is_too_large_is_told_alike() {
    play(cases::slow_and_large());
}

#[test]
fn servers_that_cannot_be_trusted_are_told_alike() {
    play_trusting(cases::tls());
}

#[test]
fn failures_of_http2_are_told_alike() {
    play_trusting(cases::http2());
}
