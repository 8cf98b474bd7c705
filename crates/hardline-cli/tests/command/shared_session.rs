//! Several commands at once with one session.

use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::account::{data, log_in, session_file, with};
use crate::run::{ended, homeserver, run};

#[test]
fn commands_at_once_refresh_a_token_once() {
    let (loopback, data) = (homeserver(), data("at_once"));
    let homeserver = loopback.homeserver();
    homeserver.set_access_token_lifetime(Duration::from_millis(1));
    log_in(&loopback, &data);
    homeserver.set_access_token_lifetime(Duration::from_secs(300));
    let commands: Vec<Child> = (0..6)
        .map(|_| with(&data, "whoami").spawn().unwrap())
        .collect();
    for command in commands {
        ended(command.wait_with_output().unwrap()).expect(0, &["@alice:"]);
    }
    let kept = std::fs::read_to_string(session_file(&data)).unwrap();
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
    let same = std::fs::read_to_string(session_file(&data)).unwrap();
    assert_eq!(
        same, kept,
        "the token that was kept is the one that is valid"
    );
}

#[test]
fn a_token_that_the_server_alone_knows_to_be_expired_is_refreshed_once() {
    let (loopback, data) = (homeserver(), data("at_once_told"));
    log_in(&loopback, &data);
    let text = std::fs::read_to_string(session_file(&data)).unwrap();
    let mut saved: Value = serde_json::from_str(&text).unwrap();
    saved["session"]["tokens"]["access_token"] = "expired".into();
    std::fs::write(session_file(&data), saved.to_string()).unwrap();
    let commands: Vec<Child> = (0..6)
        .map(|_| with(&data, "whoami --json").spawn().unwrap())
        .collect();
    for command in commands {
        let ended = ended(command.wait_with_output().unwrap()).expect(0, &["@alice:"]);
        assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
    }
}

#[test]
fn of_two_logins_at_once_one_is_kept_and_the_other_logged_out() {
    let (loopback, data) = (homeserver(), data("two_logins"));
    let logins: Vec<Child> = ["alice", "bob"]
        .iter()
        .map(|user| {
            let mut login = crate::run::at(&loopback, user, "login");
            login.env("XDG_DATA_HOME", &data).spawn().unwrap()
        })
        .collect();
    let ended: Vec<_> = logins
        .into_iter()
        .map(|login| ended(login.wait_with_output().unwrap()))
        .collect();
    let mut codes: Vec<_> = ended.iter().map(|ended| ended.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 2]);
    let winner = ended.iter().find(|ended| ended.code == 0).unwrap();
    let (_, winner) = winner.stdout.split_once("logged in as ").unwrap();
    let winner = winner.split(' ').next().unwrap();
    run(&mut with(&data, "whoami")).expect(0, &[winner]);
}
