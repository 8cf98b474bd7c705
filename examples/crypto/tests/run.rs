//! The example, as a program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

#[test]
fn bob_reads_what_alice_encrypted() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_hardline-crypto-example"));
    let output = program.output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let message = r#"{"body":"The tea is ready.","msgtype":"m.text"}"#;
    assert_eq!(printed.trim_end(), message);
}
