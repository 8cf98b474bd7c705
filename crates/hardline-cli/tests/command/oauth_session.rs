//! What a session of an authorization server is like for the commands that follow a login.

use std::fs::{self, File};
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use hardline_loopback::Fault;
use serde_json::Value;

use crate::account::{data, session_file, with};
use crate::oauth_login::{log_in, oauth_only};
use crate::run::{ended, hardline, homeserver, run};
use crate::steps::Running;

#[test]
fn every_command_works_with_it_until_it_is_logged_out() {
    let (loopback, data) = (oauth_only(), data("oauth_session"));
    log_in(&loopback, &data);
    run(&mut with(&data, "phone list")).expect(0, &["@alice:"]);
    run(&mut with(&data, "call cs:getTokenOwner")).expect(0, &["@alice:"]);
    let saved = fs::read_to_string(session_file(&data)).unwrap();
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
    assert!(!session_file(&data).exists());
    // It is gone from the server, not from here alone.
    fs::write(session_file(&data), saved).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let only_me = fs::Permissions::from_mode(0o600);
        fs::set_permissions(session_file(&data), only_me).unwrap();
    }
    run(&mut with(&data, "whoami")).expect(4, &["M_UNKNOWN_TOKEN"]);
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
}

/// Has the access token of the session expire for the commands that follow.
fn expire(data: &Path) -> Value {
    let saved = fs::read_to_string(session_file(data)).unwrap();
    let mut saved: Value = serde_json::from_str(&saved).unwrap();
    saved["session"]["tokens"]["expires_at"] = 1.into();
    fs::write(session_file(data), saved.to_string()).unwrap();
    saved
}

#[test]
fn a_command_waits_for_the_one_that_refreshes_and_takes_its_tokens() {
    let (loopback, here, there) = (oauth_only(), data("oauth_waits"), data("oauth_refreshes"));
    log_in(&loopback, &here);
    expire(&here);
    let lock = session_file(&here).with_extension("json.lock");
    let lock = File::options().write(true).open(lock).unwrap();
    lock.lock().unwrap();
    let mut waiting = Running::start(&mut with(&here, "whoami --json"));
    waiting.says_nothing_for(Duration::from_secs(2));

    // Meanwhile the one that holds the lock gets new tokens, and uses them, which ends the old ones.
    fs::create_dir_all(session_file(&there).parent().unwrap()).unwrap();
    fs::copy(session_file(&here), session_file(&there)).unwrap();
    run(&mut with(&there, "whoami")).expect(0, &["@alice:"]);
    fs::rename(session_file(&there), session_file(&here)).unwrap();
    drop(lock);
    waiting.step("whoami");
    assert_eq!(waiting.end(), 0);
}

#[test]
fn commands_at_once_refresh_its_token_once() {
    let (loopback, data) = (oauth_only(), data("oauth_at_once"));
    log_in(&loopback, &data);
    let expired = expire(&data);
    let commands: Vec<Child> = (0..4)
        .map(|_| with(&data, "whoami").spawn().unwrap())
        .collect();
    for command in commands {
        ended(command.wait_with_output().unwrap()).expect(0, &["@alice:"]);
    }
    let kept = fs::read_to_string(session_file(&data)).unwrap();
    let refreshed: Value = serde_json::from_str(&kept).unwrap();
    for (name, is_same) in [
        ("access_token", false),
        ("refresh_token", false),
        ("oauth", true),
    ] {
        let tokens = |saved: &Value| saved["session"]["tokens"][name].clone();
        assert_eq!(tokens(&refreshed) == tokens(&expired), is_same, "{name}");
    }
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
    assert_eq!(fs::read_to_string(session_file(&data)).unwrap(), kept);
}

#[test]
fn its_tokens_are_forgotten_even_where_the_server_cannot_be_told() {
    let (loopback, data) = (oauth_only(), data("oauth_not_told"));
    log_in(&loopback, &data);
    loopback.set_fault("/oauth2/revoke", Fault::BadGateway);
    let logout = &mut with(&data, "logout --retries 0");
    run(logout).expect(
        0,
        &["logged out", "could not be told", "hardline account", "502"],
    );
    assert!(!session_file(&data).exists());
}

#[test]
fn its_tokens_are_revoked_even_while_the_homeserver_is_down() {
    let (loopback, data) = (oauth_only(), data("oauth_homeserver_down"));
    log_in(&loopback, &data);
    loopback.set_fault("/_matrix", Fault::Close);
    let ended = run(&mut with(&data, "logout")).expect(0, &["logged out"]);
    assert_eq!(ended.stderr, "");
    assert!(!session_file(&data).exists());
}

#[test]
fn the_account_is_managed_on_the_servers_page() {
    let (loopback, data) = (oauth_only(), data("oauth_account"));
    let at = &mut hardline("account --action devices --print --homeserver");
    let ended = run(at.arg(loopback.url())).expect(0, &[]);
    let page = format!("{}/account/", loopback.url());
    assert!(ended.stdout.starts_with(&page), "{}", ended.stdout);
    let at = &mut hardline("account --action device --print --homeserver");
    run(at.arg(loopback.url())).expect(2, &["--device"]);
    run(&mut with(&data, "account")).expect(2, &["nobody is logged in"]);

    log_in(&loopback, &data);
    let ended = run(&mut with(
        &data,
        "account --action delete-device --print --json",
    ));
    let ended = ended.expect(0, &[]);
    let saved = fs::read_to_string(session_file(&data)).unwrap();
    let saved: Value = serde_json::from_str(&saved).unwrap();
    let own = saved["session"]["device_id"].as_str().unwrap();
    let step: Value = serde_json::from_str(&ended.stdout).unwrap();
    let url = step["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("&device_id={own}")), "{url}");
    assert_eq!(step["opened"], false);
    let other = run(&mut with(&data, "account --action device --device ABC"));
    let other = other.expect(0, &[]);
    assert!(other.stdout.trim_end().ends_with("&device_id=ABC"));
}

#[test]
fn a_server_without_such_a_page_is_told() {
    let loopback = homeserver();
    let mut account = hardline("account --print --homeserver");
    run(account.arg(loopback.url())).expect(7, &["no page to manage an account"]);
}
