//! `login` and `register` on the pages of an authorization server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use hardline::oauth_api::{AuthorizationUrl, UserCode};
use hardline_loopback::{Decision, Loopback};
use serde_json::Value;

use crate::account::{data, session_file, with};
use crate::run::{PASSWORD, browse, run, run_with};
use crate::steps::Running;

/// A homeserver whose users log in by OAuth alone, with two accounts.
pub(crate) fn oauth_only() -> Loopback {
    let loopback = Loopback::builder()
        .account("alice", PASSWORD)
        .account("bob", PASSWORD)
        .oauth_only()
        .start()
        .unwrap();
    let server = loopback.authorization_server().unwrap();
    server.set_polling_interval(Duration::from_secs(1));
    loopback
}

pub(crate) fn begin(loopback: &Loopback, data: &Path, arguments: &str) -> Running {
    let mut command = with(data, &format!("{arguments} --json --homeserver"));
    Running::start(command.arg(loopback.url()))
}

/// The user opens the page that the command shows, and decides. Where the browser is sent then.
pub(crate) fn decide(loopback: &Loopback, needed: &Value, decision: &Decision) -> String {
    let url = AuthorizationUrl::from(needed["url"].as_str().unwrap());
    let redirected = loopback.follow_authorization(&url, decision).unwrap();
    redirected.reveal().to_owned()
}

/// The user types the code that the command shows, and decides.
pub(crate) fn decide_device(loopback: &Loopback, needed: &Value, decision: &Decision) {
    let code = UserCode::parse(needed["user_code"].as_str().unwrap()).unwrap();
    loopback.decide_device(&code, decision).unwrap();
}

/// Logs in with a code for another device.
pub(crate) fn log_in(loopback: &Loopback, data: &Path) {
    let mut login = begin(loopback, data, "login --device-code");
    let needed = login.step("device_authorization_needed");
    decide_device(loopback, &needed, &Decision::approve("alice"));
    login.step("logged_in");
    assert_eq!(login.end(), 0);
}

/// What of the session is not to be shown.
fn secrets(data: &Path) -> Vec<String> {
    let saved = fs::read_to_string(session_file(data)).unwrap();
    let saved: Value = serde_json::from_str(&saved).unwrap();
    let tokens = &saved["session"]["tokens"];
    ["access_token", "refresh_token"]
        .iter()
        .map(|name| tokens[name].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_code_is_typed_on_another_device() {
    let loopback = oauth_only();
    for transport in ["hyper", "isahc", "isahc-blocking"] {
        let data = data(&format!("device_code_{transport}"));
        let arguments = format!("login --device-code --transport {transport}");
        let mut login = begin(&loopback, &data, &arguments);
        let needed = login.step("device_authorization_needed");
        let page = needed["verification_uri"].as_str().unwrap();
        assert!(page.starts_with(loopback.url()), "{page}");
        assert!(needed["expires_at"].is_u64(), "{needed}");
        decide_device(&loopback, &needed, &Decision::approve("alice"));
        let logged_in = login.step("logged_in");
        let alice = format!("@alice:{}", loopback.server_name());
        assert_eq!(logged_in["user_id"], alice);
        assert_eq!(login.end(), 0);
        for secret in secrets(&data) {
            assert!(!login.said.contains(&secret), "{}", login.said);
        }
        run(&mut with(&data, "whoami")).expect(0, &[&alice]);
    }
}

#[test]
fn a_browser_comes_back_to_this_machine() {
    let (loopback, data) = (oauth_only(), data("oauth_browser"));
    let mut login = begin(&loopback, &data, "login --oauth --no-browser");
    login.end_input();
    let needed = login.step("authorization_needed");
    let url = needed["url"].as_str().unwrap();
    assert!(url.contains("code_challenge_method=S256"), "{url}");
    let back = decide(&loopback, &needed, &Decision::approve("alice"));
    let page = browse("GET", &back, "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.ends_with("Go back to the terminal."), "{page}");
    login.step("logged_in");
    assert_eq!(login.end(), 0);
    let code = back
        .split_once("code=")
        .unwrap()
        .1
        .split('&')
        .next()
        .unwrap();
    for secret in secrets(&data).iter().map(String::as_str).chain([code]) {
        assert!(!login.said.contains(secret), "{}", login.said);
    }
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
}

#[test]
fn the_address_is_pasted_where_the_browser_is_on_another_machine() {
    let (loopback, data) = (oauth_only(), data("oauth_pasted"));
    let mut login = begin(&loopback, &data, "login --oauth --no-browser");
    let needed = login.step("authorization_needed");
    let back = decide(&loopback, &needed, &Decision::approve("alice"));
    for wrong in [
        "not an address",
        "http://127.0.0.1/callback?code=abc&state=def",
    ] {
        login.type_line(wrong);
        let rejected = login.step("authorization_rejected");
        assert!(rejected["message"].is_string(), "{rejected}");
    }
    login.type_line("");
    login.type_line(&format!(" {back} "));
    login.step("logged_in");
    assert_eq!(login.end(), 0);
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
}

#[test]
fn a_script_that_brings_a_wrong_address_fails() {
    let (loopback, data) = (oauth_only(), data("oauth_wrong_address"));
    let mut login = with(&data, "login --oauth --no-browser --homeserver");
    login.arg(loopback.url());
    run_with(&mut login, "http://127.0.0.1/callback?code=abc&state=def\n").expect(
        4,
        &["not the end of this login", "paste the address of the page"],
    );
    assert!(!session_file(&data).exists());
}

#[cfg(unix)]
#[test]
fn the_page_is_opened_in_the_users_browser() {
    use std::os::unix::fs::PermissionsExt;
    let (loopback, data) = (oauth_only(), data("oauth_opened"));
    fs::create_dir_all(&data).unwrap();
    let (opener, opened) = (data.join("xdg-open"), data.join("opened"));
    // The name first appears when it is complete.
    let script = format!(
        "#!/bin/sh\necho \"$1\" > '{0}.new'; mv '{0}.new' '{0}'\n",
        opened.display()
    );
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:{}", data.display(), std::env::var("PATH").unwrap());
    let mut command = with(&data, "login --oauth --json --homeserver");
    command.arg(loopback.url());
    command.env("PATH", path).env("BROWSER", "any");
    let mut login = Running::start(&mut command);
    let needed = login.step("authorization_needed");
    if cfg!(target_os = "macos") {
        // Another program opens pages there.
        return;
    }
    login.step("browser_opened");
    let back = decide(&loopback, &needed, &Decision::approve("alice"));
    browse("GET", &back, "");
    login.step("logged_in");
    assert_eq!(login.end(), 0);
    let page = fs::read_to_string(&opened).unwrap();
    assert_eq!(page.trim_end(), needed["url"].as_str().unwrap());
}

#[test]
fn what_the_user_has_to_do_is_told_even_quietly() {
    let (loopback, data) = (oauth_only(), data("oauth_quiet"));
    let server = loopback.authorization_server().unwrap();
    server.set_device_code_lifetime(Duration::from_secs(1));
    let mut login = with(&data, "login --device-code --quiet --homeserver");
    let page = format!("{}/link", loopback.url());
    run(login.arg(loopback.url())).expect(4, &["open this page", &page, "type this code"]);
}

#[test]
fn what_the_server_offers_decides_how_to_log_in() {
    let (loopback, data) = (oauth_only(), data("oauth_chosen"));
    // No browser is there, so that the code is typed elsewhere.
    let mut login = begin(&loopback, &data, "login");
    let chosen = login.step("oauth_chosen");
    assert_eq!(chosen["device_code"], true, "{chosen}");
    let needed = login.step("device_authorization_needed");
    decide_device(&loopback, &needed, &Decision::approve("bob"));
    login.step("logged_in");
    assert_eq!(login.end(), 0);
    run(&mut with(&data, "whoami")).expect(0, &["@bob:"]);

    let both = Loopback::builder().account("alice", PASSWORD).oauth();
    let both = both.start().unwrap();
    let data = crate::account::data("oauth_not_chosen");
    let mut login = crate::run::at(&both, "alice", "login");
    run(login.env("XDG_DATA_HOME", &data)).expect(0, &["logged in as @alice:"]);
}

#[test]
fn somebody_else_who_logs_in_is_logged_out_again() {
    let (loopback, data) = (oauth_only(), data("oauth_somebody_else"));
    let mut login = begin(&loopback, &data, "login --device-code --user alice");
    let needed = login.step("device_authorization_needed");
    decide_device(&loopback, &needed, &Decision::approve("bob"));
    login.step("logged_out");
    let error = login.step("error");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("logged in, not alice"), "{message}");
    assert_eq!(login.end(), 4);
    assert!(!session_file(&data).exists());
}

#[test]
fn an_account_is_registered_on_the_servers_page() {
    let (loopback, data) = (oauth_only(), data("oauth_register"));
    let mut register = begin(&loopback, &data, "register --no-browser");
    register.step("oauth_chosen");
    let needed = register.step("authorization_needed");
    let url = needed["url"].as_str().unwrap();
    assert!(url.contains("prompt=create"), "{url}");
    let back = decide(&loopback, &needed, &Decision::approve("carol"));
    browse("GET", &back, "");
    let registered = register.step("registered");
    let carol = format!("@carol:{}", loopback.server_name());
    assert_eq!(registered["user_id"], carol);
    assert_eq!(register.end(), 0);
    run(&mut with(&data, "whoami")).expect(0, &[&carol]);
}
