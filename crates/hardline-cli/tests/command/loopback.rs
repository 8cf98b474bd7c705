//! `hardline loopback`.

use std::io::{BufRead, BufReader};
use std::process::Child;

use hardline::client::BlockingClient;
use hardline::client_api::discovery::GetVersions;
use hardline::wire::Target;
use hardline_isahc::{BlockingClock, IsahcBlocking};

use crate::run::{PASSWORD, hardline, run};

/// Ends the process however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_serves_and_shows_the_texts() {
    let mut command = hardline("loopback --listen 127.0.0.1:0 --user alice --json");
    let mut loopback = Running(command.env("HARDLINE_PASSWORD", PASSWORD).spawn().unwrap());
    let mut steps = BufReader::new(loopback.0.stdout.take().unwrap())
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap());
    let started = steps.next().unwrap();
    assert_eq!(started["step"], "listening");
    let url = started["url"].as_str().unwrap();
    assert_eq!(started["page"], format!("{url}/_hardline/"));

    let target = Target::homeserver(url).unwrap();
    let client = BlockingClient::new(IsahcBlocking::new().unwrap(), BlockingClock, target);
    assert!(!client.call(GetVersions::new()).unwrap().versions.is_empty());

    let mut add = hardline("phone add 07700900001 --country GB --user alice --homeserver");
    run(add.arg(url).env("HARDLINE_PASSWORD", PASSWORD)).expect(9, &["no code came"]);
    let text = steps.next().unwrap();
    assert_eq!(text["step"], "text_message");
    assert_eq!(text["to"], "+447700900001");
    assert!(
        text["text"]
            .as_str()
            .unwrap()
            .contains(text["code"].as_str().unwrap())
    );
}

#[test]
fn people_are_told_where_it_listens() {
    let mut loopback = Running(hardline("loopback --listen 127.0.0.1:0").spawn().unwrap());
    let mut lines = BufReader::new(loopback.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("http://127.0.0.1:"), "{first}");
    let second = lines.next().unwrap().unwrap();
    assert!(second.ends_with("/_hardline/"), "{second}");
}

#[test]
fn it_has_no_page_if_nobody_wants_one() {
    let mut command = hardline("loopback --listen 127.0.0.1:0 --no-page --json");
    let mut loopback = Running(command.spawn().unwrap());
    let mut lines = BufReader::new(loopback.0.stdout.take().unwrap()).lines();
    let started: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(started["page"], serde_json::Value::Null);
}

#[test]
fn an_address_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let arguments = format!("loopback --listen {}", taken.local_addr().unwrap());
    run(&mut hardline(&arguments)).expect(1, &["could not start the homeserver"]);
}

#[test]
fn it_has_users_log_in_by_oauth_beside_or_alone() {
    for (options, code) in [("--oauth", 0), ("--oauth-only", 7)] {
        let mut command = hardline("loopback --listen 127.0.0.1:0 --user alice --json");
        command.arg(options).env("HARDLINE_PASSWORD", PASSWORD);
        let mut loopback = Running(command.spawn().unwrap());
        let mut lines = BufReader::new(loopback.0.stdout.take().unwrap()).lines();
        let started: serde_json::Value =
            serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let url = started["url"].as_str().unwrap();
        let mut list = hardline("phone list --user alice --homeserver");
        run(list.arg(url).env("HARDLINE_PASSWORD", PASSWORD)).expect(code, &[]);
        let page = run(hardline("account --print --homeserver").arg(url)).expect(0, &[]);
        assert!(page.stdout.starts_with(url), "{}", page.stdout);
    }
}

#[cfg(unix)]
#[test]
fn it_keeps_everything_in_a_file_across_restarts() {
    let folder = std::env::temp_dir().join(format!("hardline-command-data-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("data.json");
    let start = || {
        let mut command = hardline("loopback --listen 127.0.0.1:0 --json --data");
        command.arg(&file);
        command
    };
    let mut first = start();
    first
        .args(["--user", "alice"])
        .env("HARDLINE_PASSWORD", PASSWORD);
    for (mut command, signal) in [(first, "-TERM"), (start(), "-INT")] {
        let mut loopback = Running(command.spawn().unwrap());
        let mut lines = BufReader::new(loopback.0.stdout.take().unwrap()).lines();
        let started: serde_json::Value =
            serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let url = started["url"].as_str().unwrap();
        let mut list = hardline("phone list --user alice --homeserver");
        run(list.arg(url).env("HARDLINE_PASSWORD", PASSWORD)).expect(0, &[]);
        let process = loopback.0.id().to_string();
        let told = std::process::Command::new("kill")
            .args([signal, &process])
            .status();
        assert!(told.unwrap().success());
        assert!(loopback.0.wait().unwrap().success());
    }
    std::fs::write(&file, "{}").unwrap();
    run(&mut start()).expect(1, &["could not start the homeserver", "left as it is"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}");
    std::fs::remove_dir_all(&folder).unwrap();
}
