//! The examples, as programs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
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
fn a_session_is_stored_and_its_token_refreshed() {
    let printed = run(env!("CARGO_BIN_EXE_login_and_refresh"));
    assert!(printed.contains("with another token: true\n"), "{printed}");
    assert!(printed.ends_with("the file is gone: true\n"), "{printed}");
}

#[test]
fn a_mistyped_code_is_asked_for_again() {
    let printed = run(env!("CARGO_BIN_EXE_add_phone_number"));
    assert!(
        printed.ends_with("447700900001 is yours now\n"),
        "{printed}"
    );
}

#[test]
fn a_saved_conversation_goes_on() {
    let printed = run(env!("CARGO_BIN_EXE_save_and_resume"));
    assert_eq!(
        printed,
        "an e-mail is on its way; the program ends\nit goes on where it asked: true\nthe address is added\n"
    );
}

#[test]
fn curl_sends_what_is_encoded() {
    let printed = run(env!("CARGO_BIN_EXE_encode_only"));
    assert!(
        printed.starts_with("POST /_matrix/client/v3/login\nGET /_matrix/client/v3/account/whoami\nthe token is @alice:"),
        "{printed}"
    );
}

#[test]
fn an_operation_of_ones_own_goes_both_ways() {
    let printed = run(env!("CARGO_BIN_EXE_custom_operation"));
    assert_eq!(
        printed,
        "alice/bob: e2 to e4\nthe server declined: ORG.EXAMPLE.NO_MOVE: a piece has to move\n"
    );
}

#[test]
fn a_recording_has_no_password_and_answers_the_same() {
    let printed = run(env!("CARGO_BIN_EXE_replay_har"));
    assert_eq!(
        printed,
        "the password is in the file: false\nthe same again: true\nexchanges that nobody asked for: 0\n"
    );
}

#[test]
fn the_event_loop_is_under_eighty_lines() {
    let source = include_str!("../event_loop/main.rs");
    let (_, event_loop) = source.split_once("fn main").unwrap();
    assert!(event_loop.lines().count() < 80);
}

#[test]
fn every_other_example_is_under_eighty_lines() {
    for file in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines < 80, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn each_transport_is_under_thirty_lines() {
    for source in [include_str!("../reqwest.rs"), include_str!("../ureq.rs")] {
        assert!(source.lines().count() < 30);
    }
}
