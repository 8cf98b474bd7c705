//! The loopback's homeserver, as a client that is not ours meets it: matrix-nio with its end-to-end encryption, pinned in
//! `tests/clients/matrix-nio`.
//!
//! ```sh
//! cargo test --test matrix_nio -- --ignored
//! ```
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use hardline_loopback::Loopback;

#[test]
#[ignore = "needs Python 3.10 or newer with venv, and downloads matrix-nio once"]
fn two_people_with_matrix_nio_talk_encrypted_on_the_loopback() {
    let builder = Loopback::builder().account("alice", "secret");
    let loopback = builder.account("bob", "secret").start().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/matrix-nio/run.sh");
    let status = Command::new(script)
        .env("HARDLINE_URL", loopback.url())
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}
