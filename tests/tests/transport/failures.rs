//! Every transport reports network failures alike: with the same failure class, and the same error from the core.
//!
//! Each case is a misbehaving server. Each transport sends it, once, an operation that may be repeated and one that may
//! not. If a transport cannot tell what the others can, its row says what it reports instead, and why.

mod case;
mod cases;

use case::{play, play_trusting};

/// The rows of what hyper and isahc report differently, of all cases.
pub(crate) fn differences() -> Vec<String> {
    let groups = [
        cases::connections(),
        cases::answers(),
        cases::slow_and_large(),
        cases::tls(),
        cases::http2(),
    ];
    groups.into_iter().flat_map(case::differences).collect()
}

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
