//! Output that cannot be written.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::account::{data, log_in, with};
use crate::run::{ended, hardline, homeserver, run};

fn full() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let (loopback, data) = (homeserver(), data("output"));
    log_in(&loopback, &data);
    for arguments in [
        "operations",
        "operations --json",
        "--help",
        "--version",
        "call cs:login --help",
        "completions bash",
        "accounts",
        "whoami",
        "whoami --json",
        "phone list",
        "rooms",
        "call cs:getTokenOwner",
    ] {
        let ended = ended(with(&data, arguments).stdout(full()).output().unwrap());
        ended.expect(1, &["could not write the output", "No space left"]);
    }
    // Nor may what could not be done be lost among what could not be written.
    let mut command = hardline("whoami --json");
    let ended = ended(command.stdout(full()).output().unwrap());
    ended.expect(2, &["nobody is logged in"]);
}

#[test]
fn steps_that_cannot_be_written_are_an_error_too() {
    let mut command = hardline("phone add +447700900001");
    let output = command.stderr(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("now belongs to"), "{stdout}");
}

#[test]
fn a_server_whose_texts_cannot_be_shown_ends() {
    let mut command = hardline("loopback --listen 127.0.0.1:0");
    let mut child = command.stdout(full()).spawn().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_reader_that_had_enough_is_no_error() {
    let mut command = hardline("operations --json");
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::with_capacity(64, child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(
        (child.wait().unwrap().code(), stderr.as_str()),
        (Some(0), "")
    );
    assert!(first.starts_with('{'));
    run(&mut hardline("operations")).expect(0, &[]);
}
