//! `register`, `login` without a password, `email` and `password reset`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hardline::types::RegistrationToken;
use hardline::wire::AuthType;
use hardline_loopback::Loopback;
use serde_json::Value;

use crate::account::data;
use crate::run::{
    PASSWORD, at, browse, follow, hardline, homeserver, run, run_with, run_with_code,
    run_with_message,
};
use crate::steps::Running;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

const NEW_PASSWORD: &str = "correct horse battery staple, and another";

/// `register` there, keeping its session here.
fn register(loopback: &Loopback, data: &Path, arguments: &str) -> Command {
    let mut command = hardline(&format!("register {arguments}"));
    command
        .args(["--homeserver", loopback.url()])
        .env("HARDLINE_PASSWORD", PASSWORD)
        .env("XDG_DATA_HOME", data);
    command
}

fn whoami(data: &Path) -> Command {
    let mut command = hardline("whoami");
    command.env("XDG_DATA_HOME", data);
    command
}

/// Adds an address to alice's account.
fn add_email(loopback: &Loopback, address: &str) {
    let add = &mut at(loopback, "alice", &format!("email add {address}"));
    run_with_message(add, loopback, "", |mail| {
        follow(mail);
        "\n".to_owned()
    })
    .expect(0, &["do what it says", "now belongs to @alice:"]);
}

#[test]
fn an_account_is_registered_and_logged_in() {
    let (loopback, data) = (homeserver(), data("registered"));
    let taken = &mut register(&loopback, &data, "--user alice");
    run(taken).expect(3, &["rejected this user name", "the user name is taken"]);
    let taken = &mut register(&loopback, &data, "--user alice");
    run_with(taken, "carol\n").expect(0, &["registered @carol:"]);
    run(&mut whoami(&data)).expect(0, &["@carol:"]);
    let again = &mut register(&loopback, &data, "--user dave");
    run(again).expect(2, &["@carol:", "is already logged in"]);
}

#[test]
fn a_server_gets_all_that_it_wants() {
    let (loopback, data) = (homeserver(), data("all_that_it_wants"));
    let stages = [
        AuthType::RegistrationToken,
        AuthType::Terms,
        AuthType::EmailIdentity,
    ];
    loopback
        .homeserver()
        .require_to_register(vec![stages.to_vec()]);
    loopback
        .homeserver()
        .add_registration_token(&RegistrationToken::from("fBVFdqVE"), 1);
    let refused = &mut register(&loopback, &data, "--user carol");
    run_with(refused, "wrong\n").expect(4, &["rejected the registration token"]);
    let refused = &mut register(&loopback, &data, "--user carol");
    run_with(refused, "fBVFdqVE\nn\n").expect(9, &["Terms: http://", "requires that you agree"]);
    let carol = &mut register(&loopback, &data, "--user carol");
    let lines = "fBVFdqVE\ny\nnot an address\ncarol@example.net\n";
    run_with_message(carol, &loopback, lines, |mail| {
        follow(mail);
        "\n".to_owned()
    })
    .expect(
        0,
        &[
            "also asks for your e-mail address",
            "rejected it",
            "registered @carol:",
        ],
    );
}

#[test]
fn an_address_that_the_server_does_not_ask_for_is_added_afterwards() {
    let (loopback, data) = (homeserver(), data("not_asked_for"));
    let carol = &mut register(&loopback, &data, "--user carol --email carol@example.net");
    run_with_message(carol, &loopback, "", |mail| {
        follow(mail);
        "\n".to_owned()
    })
    .expect(
        0,
        &[
            "registered @carol:",
            "carol@example.net now belongs to @carol:",
        ],
    );
    let dora = loopback.server_name();
    let dora = format!("--user @dora:{dora} --phone +447700900001");
    let dora = &mut register(&loopback, &data, &dora);
    dora.arg("--session").arg(data.join("dora.json"));
    run_with_code(dora, &loopback, |code| format!("{code}\n")).expect(
        0,
        &["registered @dora:", "+447700900001 now belongs to @dora:"],
    );

    // Where it cannot be added, the account is there all the same, and that is told.
    let taken = "--user eve --email carol@example.net";
    let eve = &mut register(&loopback, &data, taken);
    run(eve.arg("--session").arg(data.join("eve.json"))).expect(
        3,
        &[
            "registered and logged in, but has no e-mail address yet",
            "already belongs",
        ],
    );
    run(hardline("whoami --session").arg(data.join("eve.json"))).expect(0, &["@eve:"]);
}

#[test]
fn an_address_of_another_kind_than_the_server_asks_for_is_added_too() {
    let (loopback, data) = (homeserver(), data("other_kind"));
    let by_phone = vec![vec![AuthType::Msisdn]];
    loopback.homeserver().require_to_register(by_phone);
    let messages = loopback.inbox().subscribe();
    let mut carol = register(
        &loopback,
        &data,
        "--user carol --email carol@example.net --json",
    );
    let mut carol = Running::start(&mut carol);
    carol.step("address_needed");
    carol.type_line("+447700900001");
    carol.step("code_sent");
    let text = messages.recv_timeout(PATIENCE).unwrap();
    carol.type_line(text.token.reveal());
    carol.step("code_accepted");
    carol.step("registered");
    carol.step("confirmation_needed");
    follow(&messages.recv_timeout(PATIENCE).unwrap());
    carol.type_line("");
    let added = carol.step("added");
    assert_eq!(
        (&added["address"], carol.end()),
        (&"carol@example.net".into(), 0)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn single_sign_on_opens_the_browser() {
    use std::os::unix::fs::PermissionsExt;
    let (loopback, data) = (homeserver(), data("opens_browser"));
    std::fs::create_dir_all(&data).unwrap();
    let opened = data.join("opened");
    let opener = data.join("xdg-open");
    std::fs::write(
        &opener,
        format!("#!/bin/sh\necho \"$1\" > {}\n", opened.display()),
    )
    .unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    for (option, is_opened) in [("--no-browser", false), ("--json", true)] {
        let mut login = hardline("login --sso --json --homeserver");
        login.arg(loopback.url()).env("XDG_DATA_HOME", &data);
        if option != "--json" {
            login.arg(option);
        }
        let path = std::env::var("PATH").unwrap();
        login
            .env("PATH", format!("{}:{path}", data.display()))
            .env("DISPLAY", ":0");
        let mut login = Running::start(&mut login);
        let needed = login.step("sign_on_needed");
        if is_opened {
            login.step("browser_opened");
        }
        login.interrupt();
        login.step("error");
        assert_eq!(login.end_by_signal(), 2);
        if is_opened {
            let page = needed["pages"][0]["url"].as_str().unwrap();
            let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
            while std::fs::read_to_string(&opened).unwrap_or_default().trim() != page {
                assert!(
                    std::time::Instant::now() < end,
                    "the browser was not opened"
                );
                std::thread::yield_now();
            }
        } else {
            assert!(!opened.exists());
        }
    }
}

#[test]
fn who_signs_on_in_a_browser_is_logged_in() {
    let (loopback, data) = (homeserver(), data("signs_on"));
    let mut login = hardline("login --sso --json --homeserver");
    login.arg(loopback.url()).env("XDG_DATA_HOME", &data);
    let mut child = login.spawn().unwrap();
    let mut steps = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut step =
        move || -> Value { serde_json::from_str(&steps.next().unwrap().unwrap()).unwrap() };
    let needed = step();
    assert_eq!(needed["step"], "sign_on_needed", "{needed}");
    let location = |answer: &str| -> String {
        let mut fields = answer.lines().filter_map(|line| line.split_once(": "));
        let location = fields.find(|(name, _)| name.eq_ignore_ascii_case("location"));
        location.unwrap_or_else(|| panic!("{answer}")).1.to_owned()
    };
    let page = needed["pages"][0]["url"].as_str().unwrap();
    let page = location(&browse("GET", page, ""));
    let (page, session) = page.split_once('?').unwrap();
    let password = PASSWORD.replace(' ', "+");
    let who = format!("{session}&user=alice&password={password}");
    let back = location(&browse("POST", page, &who));
    // Whoever does not know the path brings nothing.
    let (origin, path) = back.rsplit_once('/').unwrap();
    let (_, query) = path.split_once('?').unwrap();
    let nothing = browse("GET", &format!("{origin}/x?{query}"), "");
    assert!(nothing.starts_with("HTTP/1.1 404"), "{nothing}");
    let thanks = browse("GET", &back, "");
    assert!(thanks.ends_with("Go back to the terminal."), "{thanks}");
    let logged_in = step();
    assert_eq!(logged_in["step"], "logged_in", "{logged_in}");
    assert!(child.wait().unwrap().success());
    run(&mut whoami(&data)).expect(0, &["@alice:"]);
}

#[test]
fn a_token_of_another_device_logs_in_once() {
    let (loopback, data) = (homeserver(), data("login_token"));
    let arguments = r#"{"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"PASSWORD"}}"#;
    let mut call = at(&loopback, "alice", "call cs:generateLoginToken -");
    let answer = run_with(&mut call, &arguments.replace("PASSWORD", PASSWORD)).expect(0, &[]);
    let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
    let token = format!("{}\n", answer["login_token"].as_str().unwrap());
    let login = || {
        let mut login = hardline("login --login-token-stdin --homeserver");
        login.arg(loopback.url()).env("XDG_DATA_HOME", &data);
        login
    };
    run_with(&mut login(), &token).expect(0, &["logged in as @alice:"]);
    let mut logout = hardline("logout");
    run(logout.env("XDG_DATA_HOME", &data)).expect(0, &["logged out"]);
    run_with(&mut login(), &token).expect(4, &["rejected the login token"]);
}

#[test]
fn an_account_is_registered_by_phone() {
    let (loopback, data) = (homeserver(), data("by_phone"));
    let stages = vec![vec![AuthType::Dummy], vec![AuthType::Msisdn]];
    loopback.homeserver().require_to_register(stages);
    let options = "--user carol --phone 07700900001 --country GB";
    let carol = &mut register(&loopback, &data, options);
    run_with_code(carol, &loopback, |code| format!("x\n{code}\n")).expect(
        0,
        &[
            "on its way to 07700900001",
            "rejected the code",
            "registered @carol:",
        ],
    );
    let login = &mut at(&loopback, "+447700900001", "phone list");
    run(login).expect(0, &["logged in as @carol:", "+447700900001"]);
}

#[test]
fn an_address_is_added_listed_and_removed() {
    let loopback = homeserver();
    add_email(&loopback, "Alice@example.net");
    run(&mut at(&loopback, "alice", "email list")).expect(0, &["alice@example.net"]);
    let taken = &mut at(&loopback, "bob", "email add alice@example.net");
    run(taken).expect(3, &["the address already belongs to an account"]);
    let wrong = &mut at(&loopback, "bob", "email add nothing");
    run(wrong).expect(3, &["does not accept this as an e-mail address"]);
    run(&mut at(
        &loopback,
        "alice",
        "email remove ALICE@example.net",
    ))
    .expect(0, &["alice@example.net no longer belongs to"]);
}

#[test]
fn a_link_that_was_not_followed_is_told() {
    let loopback = homeserver();
    let add = &mut at(&loopback, "alice", "email add alice@example.net");
    run_with(add, "\nr\n\n").expect(
        3,
        &[
            "has not had the confirmation yet",
            "follow the link in the newest message",
        ],
    );
    assert_eq!(loopback.inbox().messages().len(), 2);
}

#[test]
fn a_forgotten_password_is_reset_by_email() {
    let loopback = homeserver();
    add_email(&loopback, "alice@example.net");
    let reset = |address: &str| {
        let arguments = format!("password reset --email {address} --homeserver");
        let mut command = hardline(&arguments);
        command.arg(loopback.url());
        command
    };
    run(&mut reset("alice@example.net")).expect(9, &["no new password came"]);
    let nobody = &mut reset("nobody@example.net");
    run_with(nobody, &format!("{NEW_PASSWORD}\n")).expect(3, &["it belongs to no account"]);
    let known = &mut reset("alice@example.net");
    run_with_message(
        known.env("HARDLINE_PASSWORD", NEW_PASSWORD),
        &loopback,
        "",
        |mail| {
            follow(mail);
            "\n".to_owned()
        },
    )
    .expect(0, &["alice@example.net has its new password"]);
    run(&mut at(&loopback, "alice", "phone list"))
        .expect(4, &["the user name or the password is wrong"]);
    let list = &mut at(&loopback, "alice@example.net", "email list");
    run(list.env("HARDLINE_PASSWORD", NEW_PASSWORD)).expect(0, &["logged in as @alice:"]);
    let nothing = &mut hardline("password reset --homeserver");
    run(nothing.arg(loopback.url())).expect(2, &["which account it is", "--email"]);
}
