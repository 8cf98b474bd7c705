//! The examples, as programs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

fn run(program: &str) -> String {
    let output = Command::new(program).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn both_print_the_versions_of_the_homeserver() {
    for program in [env!("CARGO_BIN_EXE_reqwest"), env!("CARGO_BIN_EXE_ureq")] {
        let printed = run(program);
        let versions: Vec<_> = printed.split_whitespace().collect();
        assert!(versions.contains(&"v1.19"), "{program}: {printed}");
    }
}

#[test]
fn each_is_under_thirty_lines() {
    for source in [include_str!("../reqwest.rs"), include_str!("../ureq.rs")] {
        assert!(source.lines().count() < 30);
    }
}
