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
fn a_thousand_flows_of_one_event_loop_refresh_once() {
    let printed = run(env!("CARGO_BIN_EXE_event_loop"));
    assert_eq!(printed, "1000 flows, 1 refresh, 1001 requests\n");
}

#[test]
fn the_event_loop_is_under_eighty_lines() {
    let source = include_str!("../event_loop/main.rs");
    let (_, event_loop) = source.split_once("fn main").unwrap();
    assert!(event_loop.lines().count() < 80);
}

#[test]
fn each_transport_is_under_thirty_lines() {
    for source in [include_str!("../reqwest.rs"), include_str!("../ureq.rs")] {
        assert!(source.lines().count() < 30);
    }
}
