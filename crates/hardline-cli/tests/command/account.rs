//! `login`, `logout` and `whoami`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use hardline_loopback::{Fault, Loopback};

use crate::run::{PASSWORD, at, hardline, homeserver, run, run_with, run_with_code};

/// A folder of data of its own for each test.
pub(crate) fn data(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // It may be there from an earlier run, and nobody else uses it.
    let _ = fs::remove_dir_all(&folder);
    folder
}

pub(crate) fn session_file(data: &Path) -> PathBuf {
    data.join("hardline/session.json")
}

pub(crate) fn with(data: &Path, arguments: &str) -> Command {
    let mut command = hardline(arguments);
    command.env("XDG_DATA_HOME", data);
    command
}

pub(crate) fn log_in(loopback: &Loopback, data: &Path) {
    let mut login = at(loopback, "alice", "login");
    run(login.env("XDG_DATA_HOME", data)).expect(0, &["logged in as @alice:"]);
}

#[test]
fn a_login_is_used_until_it_is_logged_out() {
    let (loopback, data) = (homeserver(), data("until_logged_out"));
    run(&mut with(&data, "whoami")).expect(2, &["nobody is logged in", "hardline login"]);
    log_in(&loopback, &data);
    let owner = run(&mut with(&data, "whoami --json")).expect(0, &[]);
    let owner: serde_json::Value =
        serde_json::from_str(owner.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(owner["step"], "whoami");
    assert_eq!(
        owner["user_id"],
        format!("@alice:{}", loopback.server_name())
    );
    assert_eq!(owner["homeserver"], loopback.url());
    assert!(owner["device_id"].is_string());

    run_with_code(
        &mut with(&data, "phone add 07700900001 --country GB"),
        &loopback,
        |code| format!("{code}\n{PASSWORD}\n"),
    )
    .expect(0, &["+447700900001 now belongs to"]);
    let list = run(&mut with(&data, "phone list")).expect(0, &["+447700900001"]);
    assert!(!list.stderr.contains("logged out"));

    let mut login = at(&loopback, "bob", "login");
    run(login.env("XDG_DATA_HOME", &data)).expect(2, &["@alice:", "is already logged in"]);
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
    assert!(!session_file(&data).exists());
    run(&mut with(&data, "logout")).expect(2, &["nobody is logged in"]);
}

#[cfg(unix)]
#[test]
fn the_token_is_in_a_file_that_only_the_user_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let (loopback, data) = (homeserver(), data("only_the_user"));
    log_in(&loopback, &data);
    let file = session_file(&data);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    // Beside it is what commands lock that use it at once.
    let beside = fs::read_dir(file.parent().unwrap()).unwrap();
    let beside: Vec<_> = beside.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
    assert!(beside.iter().all(|path| mode(path) == 0o600), "{beside:?}");
    let saved: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let token = saved["session"]["tokens"]["access_token"].as_str().unwrap();
    for open in [0o640, 0o604, 0o660] {
        fs::set_permissions(&file, fs::Permissions::from_mode(open)).unwrap();
        let ended = run(&mut with(&data, "whoami"));
        let ended = ended.expect(1, &["others can read the access token", "chmod 600"]);
        assert!(!format!("{}{}", ended.stdout, ended.stderr).contains(token));
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_holds_no_session_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let data = data("no_session");
    let file = session_file(&data);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for (text, words) in [
        ("", "does not hold a session"),
        ("[]", "does not hold a session"),
        (r#"{"version": 2, "session": {}}"#, "another version"),
        (
            r#"{"version": 1, "session": {"tokens": "not to be shown"}}"#,
            "only parts of a session",
        ),
    ] {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let ended = run(&mut with(&data, "whoami")).expect(1, &[words, "log in again"]);
        assert!(!ended.stderr.contains("not to be shown"));
    }
}

#[test]
fn a_session_may_be_kept_elsewhere() {
    let (loopback, data) = (homeserver(), data("elsewhere"));
    let file = data.join("alice.json");
    let named = |arguments: &str| {
        let mut command = hardline(arguments);
        command.arg("--session").arg(&file);
        command
    };
    let login = &mut named("login --user alice --password-stdin");
    login.args(["--homeserver", loopback.url()]);
    run_with(login, &format!("{PASSWORD}\n")).expect(0, &["logged in as @alice:"]);
    run(&mut named("whoami")).expect(0, &["@alice:"]);
    run(&mut hardline("whoami")).expect(2, &["nobody is logged in"]);
    run(named("whoami").args(["--homeserver", loopback.url()])).expect(2, &["--session"]);
    run(&mut named("logout")).expect(0, &["logged out"]);
}

#[test]
fn a_token_that_expired_is_refreshed_and_the_new_one_is_kept() {
    let (loopback, data) = (homeserver(), data("refreshed"));
    let homeserver = loopback.homeserver();
    homeserver.set_access_token_lifetime(Duration::from_millis(1));
    log_in(&loopback, &data);
    homeserver.set_access_token_lifetime(Duration::from_secs(300));
    let kept = || fs::read_to_string(session_file(&data)).unwrap();
    let expired = kept();
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
    let refreshed = kept();
    assert_ne!(refreshed, expired);
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
    assert_eq!(kept(), refreshed);
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
}

#[test]
fn a_token_that_died_is_told_and_can_be_forgotten() {
    let (loopback, data) = (homeserver(), data("died"));
    log_in(&loopback, &data);
    run(with(&data, "call cs:logout").env("HARDLINE_PASSWORD", PASSWORD)).expect(0, &["{}"]);
    run(&mut with(&data, "whoami")).expect(4, &["M_UNKNOWN_TOKEN", "log in again"]);
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
    assert!(!session_file(&data).exists());
}

#[test]
fn a_logout_that_did_not_come_through_forgets_nothing() {
    let (loopback, data) = (homeserver(), data("not_through"));
    log_in(&loopback, &data);
    loopback.set_fault("/_matrix/client/v3/logout", Fault::BadGateway);
    run(&mut with(&data, "logout")).expect(6, &["502", "--forget"]);
    assert!(session_file(&data).exists());
    loopback.clear_fault("/_matrix/client/v3/logout");
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
}

#[test]
fn a_token_can_be_forgotten_while_the_server_is_down() {
    let (loopback, data) = (homeserver(), data("forgotten"));
    log_in(&loopback, &data);
    let saved = fs::read_to_string(session_file(&data)).unwrap();
    drop(loopback);
    run(&mut with(&data, "logout --retries 0")).expect(5, &["--forget"]);
    assert_eq!(fs::read_to_string(session_file(&data)).unwrap(), saved);
    run(&mut with(&data, "logout --forget")).expect(0, &["could not be told", "logged out"]);
    assert!(!session_file(&data).exists());

    // Where the server is there, it is told.
    let loopback = homeserver();
    log_in(&loopback, &data);
    let ended = run(&mut with(&data, "logout --forget")).expect(0, &["logged out"]);
    assert_eq!(ended.stderr, "");
}

#[test]
fn only_the_result_is_printed() {
    let (loopback, data) = (homeserver(), data("only_the_result"));
    log_in(&loopback, &data);
    for arguments in ["whoami", "phone list", "email ls", "call cs:getTokenOwner"] {
        let ended = run(&mut with(&data, arguments)).expect(0, &[]);
        assert_eq!(
            (ended.stdout.lines().count(), ended.stderr.as_str()),
            (1, "")
        );
        let ended = run(&mut with(&data, &format!("{arguments} --json"))).expect(0, &[]);
        assert_eq!(
            (ended.stdout.lines().count(), ended.stderr.as_str()),
            (1, "")
        );
    }
}

#[test]
fn a_user_says_which_homeserver_it_is() {
    for arguments in ["login -u", "phone list -u", "whoami -u", "register -u"] {
        let mut command = hardline(arguments);
        command.args(["@bob:hardline.invalid", "--retries", "0"]);
        command.env("HARDLINE_PASSWORD", PASSWORD);
        run(&mut command).expect(
            5,
            &["tried https://hardline.invalid/.well-known/matrix/client"],
        );
        let mut command = hardline(arguments);
        command.arg("bob").env("HARDLINE_PASSWORD", PASSWORD);
        run(&mut command).expect(2, &["which homeserver", "--homeserver"]);
    }
}

#[cfg(unix)]
#[test]
fn a_login_that_cannot_be_kept_is_logged_out_again() {
    let (loopback, data) = (homeserver(), data("cannot_be_kept"));
    // A name as long as names can be, so that there is none for the file that is written beside it.
    let mut login = at(&loopback, "alice", "login");
    login.arg("--session").arg(data.join("x".repeat(250)));
    run(&mut login).expect(1, &["could not be written", "logged out"]);
}
