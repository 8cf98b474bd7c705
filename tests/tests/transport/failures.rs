//! Every transport reports network failures alike: with the same failure class, and the same error from the core.
//!
//! Each case is a misbehaving server. Each transport sends it, once, an operation that may be repeated and one that may
//! not. If a transport cannot tell what the others can, its row says what it reports instead, and why.

mod case;
mod cases;

use case::{play, play_trusting};

#[test]
fn failing_connections_are_reported_alike() {
    play(cases::connections());
}

#[test]
fn invalid_responses_are_reported_alike() {
    play(cases::answers());
}

#[test]
fn slow_and_oversized_responses_are_reported_alike() {
    play(cases::slow_and_large());
}

#[test]
fn untrusted_servers_are_reported_alike() {
    play_trusting(cases::tls());
}

#[test]
fn failures_of_http2_are_told_alike() {
    play_trusting(cases::http2());
}
