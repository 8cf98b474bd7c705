//! How a login on the pages of an authorization server can fail.

use std::fs;
use std::time::Duration;

use hardline::client_api::discovery::{AuthMetadata, GetAuthMetadata};
use hardline::oauth_api::{RegisterClient, RegisterClientResponse};
use hardline::wire::OAuthErrorCode;
use hardline::wire::server::ErrorResponse;
use hardline_loopback::{Caller, Decision, Fault, Loopback};
use http::StatusCode;

use crate::account::{data, session_file, with};
use crate::oauth_login::{begin, decide, decide_device, log_in, oauth_only};
use crate::run::{browse, hardline, homeserver, run};

/// A homeserver with an authorization server whose metadata lacks something.
fn with_less(change: impl Fn(&mut AuthMetadata) + Send + Sync + 'static) -> Loopback {
    let answer = move |_: &Caller, _: GetAuthMetadata| {
        let url = |path| format!("http://127.0.0.1:1/{path}");
        let mut metadata =
            AuthMetadata::new(url(""), url("a"), url("t"), url("revoke"), url("register"));
        change(&mut metadata);
        Ok(metadata)
    };
    Loopback::builder().oauth_only().on(answer).start().unwrap()
}

#[test]
fn a_refusal_on_the_page_is_told() {
    let (loopback, data) = (oauth_only(), data("oauth_refused"));
    let mut login = begin(&loopback, &data, "login --oauth --no-browser");
    let needed = login.step("authorization_needed");
    let back = decide(&loopback, &needed, &Decision::Deny);
    browse("GET", &back, "");
    let error = login.step("error");
    assert_eq!(
        (&error["errcode"], login.end()),
        (&"access_denied".into(), 4)
    );

    let mut login = begin(&loopback, &data, "login --device-code");
    let needed = login.step("device_authorization_needed");
    decide_device(&loopback, &needed, &Decision::Deny);
    let error = login.step("error");
    assert_eq!(
        (&error["errcode"], login.end()),
        (&"access_denied".into(), 4)
    );
    assert!(!session_file(&data).exists());
}

#[test]
fn a_code_that_nobody_types_expires() {
    let (loopback, data) = (oauth_only(), data("oauth_expired"));
    let server = loopback.authorization_server().unwrap();
    server.set_device_code_lifetime(Duration::from_secs(1));
    let mut login = begin(&loopback, &data, "login --device-code");
    login.step("device_authorization_needed");
    let error = login.step("error");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("expired before anybody approved it"),
        "{message}"
    );
    assert_eq!(login.end(), 4);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_wait_and_leaves_nothing() {
    let (loopback, data) = (oauth_only(), data("oauth_interrupted"));
    for (arguments, step) in [
        ("login --device-code", "device_authorization_needed"),
        ("login --oauth --no-browser", "authorization_needed"),
    ] {
        let mut login = begin(&loopback, &data, arguments);
        login.step(step);
        login.interrupt();
        let error = login.step("error");
        assert_eq!(error["exit_code"], 130);
        assert_eq!(login.end_by_signal(), 2, "SIGINT");
        assert!(!session_file(&data).exists());
    }
    log_in(&loopback, &data);
    let kept = fs::read(session_file(&data)).unwrap();
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
    assert_eq!(fs::read(session_file(&data)).unwrap(), kept);
}

#[test]
fn a_password_for_a_server_that_takes_none_is_told() {
    let loopback = oauth_only();
    for arguments in ["login", "phone list"] {
        let mut command = crate::run::at(&loopback, "alice", arguments);
        run(&mut command).expect(7, &["takes no passwords", "--oauth", "--device-code"]);
    }
    let mut register = crate::run::at(&loopback, "carol", "register");
    run(&mut register).expect(7, &["only on its own page", "register --oauth"]);
}

#[test]
fn a_server_that_lacks_what_is_wanted_is_told() {
    let passwords = homeserver();
    for (arguments, words) in [
        ("login --oauth", "--user"),
        ("login --device-code", "--user"),
        ("register --oauth", "--user"),
    ] {
        let mut command = hardline(&format!("{arguments} --homeserver {}", passwords.url()));
        run(&mut command).expect(7, &["does not log in by OAuth 2.0", words]);
    }
    let loopback = with_less(|metadata| metadata.device_authorization_endpoint = None);
    let mut login = hardline("login --device-code --homeserver");
    run(login.arg(loopback.url())).expect(7, &["knows no device codes", "--oauth"]);
    let loopback = with_less(|metadata| metadata.prompt_values_supported = Some(Vec::new()));
    let mut register = hardline("register --homeserver");
    run(register.arg(loopback.url())).expect(7, &["registers no accounts", "administrator"]);
    let loopback = oauth_only();
    loopback.set_fault("/oauth2/registration", Fault::BadGateway);
    let mut login = hardline("login --device-code --retries 0 --homeserver");
    run(login.arg(loopback.url())).expect(6, &["502"]);
}

#[test]
fn a_client_that_is_not_registered_is_told() {
    let refuse = |_: &Caller, _: RegisterClient| -> Result<RegisterClientResponse, _> {
        let message = "the host is a public suffix";
        let error = OAuthErrorCode::InvalidClientMetadata;
        Err(ErrorResponse::oauth(
            StatusCode::BAD_REQUEST,
            error,
            message,
        ))
    };
    let loopback = Loopback::builder().oauth_only().on(refuse);
    let loopback = loopback.start().unwrap();
    let mut login = hardline("login --device-code --client-uri https://github.io --homeserver");
    run(login.arg(loopback.url())).expect(
        3,
        &["invalid_client_metadata", "public suffix", "--client-uri"],
    );
    let mut login = hardline("login --device-code --client-uri http://example.org --homeserver");
    run(login.arg(loopback.url())).expect(2, &["https://"]);
}
