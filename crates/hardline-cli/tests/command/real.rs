//! The commands at a homeserver that is not theirs.

use hardline_loopback::{Fault, Loopback};

use crate::run::{
    PASSWORD, at, follow, hardline, homeserver, run, run_with, run_with_code, run_with_message,
    token,
};

const ADD: &str = "phone add 07700900001 --country GB";

#[test]
fn a_number_is_added_listed_and_removed() {
    let loopback = homeserver();
    let add = &mut at(&loopback, "alice", ADD);
    run_with_code(add, &loopback, |code| format!("{code}\n")).expect(
        0,
        &[
            "logged in as @alice:",
            "+447700900001 now belongs to",
            "logged out",
        ],
    );
    run(&mut at(&loopback, "alice", "phone list"))
        .expect(0, &["+447700900001", "phone number", "added"]);
    let mistyped = &mut at(&loopback, "alice", "phone remove +447700900002");
    run(mistyped).expect(3, &["has no +447700900002", "phone list"]);
    run(&mut at(&loopback, "alice", "phone remove +447700900001"))
        .expect(0, &["+447700900001 no longer belongs to"]);
    let list = run(&mut at(&loopback, "@alice:example.org", "phone list"));
    assert_eq!(list.code, 4, "that is a user of another server");
    let list = run(&mut at(&loopback, "alice", "phone list --json")).expect(0, &[]);
    assert!(list.stdout.contains(r#""threepids":[]"#), "{}", list.stdout);
}

#[test]
fn phone_numbers_and_addresses_have_lists_of_their_own() {
    let loopback = homeserver();
    let add = &mut at(&loopback, "alice", ADD);
    run_with_code(add, &loopback, |code| format!("{code}\n")).expect(0, &[]);
    let add = &mut at(&loopback, "alice", "email add alice@example.net");
    run_with_message(add, &loopback, "", |mail| {
        follow(mail);
        "\n".to_owned()
    })
    .expect(0, &["alice@example.net now belongs to"]);
    let phones = run(&mut at(&loopback, "alice", "phone ls --json")).expect(0, &["447700900001"]);
    assert!(!phones.stdout.contains("example.net"), "{}", phones.stdout);
    let emails = run(&mut at(&loopback, "alice", "email ls")).expect(0, &["alice@example.net"]);
    assert!(!emails.stdout.contains("447700900001"), "{}", emails.stdout);
    run(&mut at(&loopback, "alice", "phone rm alice@example.net")).expect(3, &["phone list"]);
    run(&mut at(&loopback, "alice", "email rm +447700900001")).expect(3, &["email list"]);
    run(&mut at(&loopback, "alice", "email rm alice@example.net")).expect(0, &[]);
    run(&mut at(&loopback, "alice", "phone rm +447700900001")).expect(0, &[]);
    let ended = run(&mut at(&loopback, "alice", "email ls"));
    ended.expect(0, &["has no e-mail addresses"]);
}

#[test]
fn a_wrong_code_is_followed_by_the_next_line() {
    let loopback = homeserver();
    let add = &mut at(&loopback, "alice", ADD);
    run_with_code(add, &loopback, |code| format!("x{code}\n\n {code}\r\n")).expect(
        0,
        &["rejected the code", "the code was right", "now belongs to"],
    );
}

#[test]
fn input_that_ends_too_early_is_told() {
    let loopback = homeserver();
    run(&mut at(&loopback, "alice", ADD)).expect(9, &["no code came on standard input"]);
    // The same number would not be sent another.
    let add = &mut at(&loopback, "alice", "phone add +447700900002");
    let ended = run_with_code(add, &loopback, |code| format!("x{code}\n"));
    ended.expect(3, &["rejected the code", "logged out"]);
}

#[test]
fn an_access_token_says_who_it_is_and_stays_valid() {
    let loopback = homeserver();
    let token = token(&loopback);
    let list = || {
        let mut command = hardline("phone list --homeserver");
        command.arg(loopback.url());
        command.env("HARDLINE_ACCESS_TOKEN", &token);
        command
    };
    for _ in 0..2 {
        let ended = run(&mut list()).expect(0, &["@alice:", "has no phone numbers"]);
        // Nobody logged in, and nobody logs out.
        assert_eq!(ended.stderr, "");
    }
    run(list().args(["--user", "bob"])).expect(4, &["belongs to @alice:", "not to bob"]);
}

#[test]
fn a_password_is_asked_for_where_a_token_is_not_enough() {
    let loopback = homeserver();
    let mut add = hardline(ADD);
    add.args(["--homeserver", loopback.url()]);
    add.env("HARDLINE_ACCESS_TOKEN", token(&loopback));
    run_with_code(&mut add, &loopback, |code| {
        format!("{code}\nwrong\n{PASSWORD}\n")
    })
    .expect(
        0,
        &[
            "asks for the account's password",
            "rejected the password",
            "now belongs to",
        ],
    );
    let mut add = hardline("phone add 07700900002 --country GB");
    add.args(["--homeserver", loopback.url()]);
    add.env("HARDLINE_ACCESS_TOKEN", token(&loopback));
    let no_password = |code: &str| format!("{code}\nwrong\n");
    run_with_code(&mut add, &loopback, no_password).expect(4, &["M_FORBIDDEN"]);
}

#[test]
fn secrets_are_read_from_standard_input() {
    let loopback = homeserver();
    let mut list = hardline("phone list --user alice --password-stdin --homeserver");
    run_with(list.arg(loopback.url()), &format!("{PASSWORD}\n")).expect(0, &["@alice:"]);
    let mut list = hardline("phone list --access-token-stdin --homeserver");
    let line = format!("{}\n", token(&loopback));
    run_with(list.arg(loopback.url()), &line).expect(0, &["@alice:"]);
    run(list.stdin(std::process::Stdio::null())).expect(9, &["no access token came"]);
}

#[test]
fn a_number_in_use_is_declined() {
    let loopback = homeserver();
    let add = &mut at(&loopback, "alice", ADD);
    run_with_code(add, &loopback, |code| format!("{code}\n")).expect(0, &[]);
    run(&mut at(&loopback, "bob", ADD)).expect(
        3,
        &["hardline: the number already belongs to an account (M_THREEPID_IN_USE): remove it there first"],
    );
}

#[test]
fn a_server_without_phone_numbers_is_told_apart() {
    let loopback = Loopback::builder()
        .account("alice", PASSWORD)
        .fault(
            "/_matrix/client/v3/account/3pid/msisdn/requestToken",
            Fault::NoPhoneNumbers,
        )
        .start()
        .unwrap();
    run(&mut at(&loopback, "alice", ADD))
        .expect(7, &["M_THREEPID_MEDIUM_NOT_SUPPORTED", "logged out"]);
}
