//! The loopback as a client that is not ours meets it: matrix-js-sdk, pinned in `tests/clients/matrix-js-sdk`.
//!
//! ```sh
//! cargo test --test matrix_js_sdk -- --ignored
//! ```
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hardline_loopback::Loopback;

#[test]
#[ignore = "needs Node.js 20 or newer with npm, and downloads matrix-js-sdk once"]
fn the_oauth_calls_of_matrix_js_sdk_pass_on_the_loopback() {
    let start = || {
        let builder = Loopback::builder().oauth_only();
        builder.account("alice", "secret").start().unwrap()
    };
    let (loopback, hasty) = (start(), start());
    for server in [&loopback, &hasty].map(Loopback::authorization_server) {
        server.unwrap().set_polling_interval(Duration::from_secs(1));
    }
    let server = hasty.authorization_server().unwrap();
    server.set_device_code_lifetime(Duration::from_secs(2));

    let urls = [
        ("HARDLINE_URL", loopback.url()),
        ("HARDLINE_HASTY_URL", hasty.url()),
    ];
    run("oauth.test.mjs", &urls);
}

#[test]
#[ignore = "needs Node.js 20 or newer with npm, and downloads matrix-js-sdk once"]
fn two_users_of_matrix_js_sdk_chat_on_the_loopback() {
    let builder = Loopback::builder().account("alice", "secret");
    let loopback = builder.account("bob", "secret").start().unwrap();
    run("rooms.test.mjs", &[("HARDLINE_ROOMS_URL", loopback.url())]);
}

/// One after the other: both install what they need in the same folder.
static TURN: Mutex<()> = Mutex::new(());

fn run(file: &str, urls: &[(&str, &str)]) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/matrix-js-sdk/run.sh");
    let status = Command::new(script)
        .arg(file)
        .envs(urls.iter().copied())
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}
