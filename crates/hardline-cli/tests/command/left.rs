//! Conversations that are left, and gone on with.

use std::fs;
use std::path::{Path, PathBuf};

use hardline::wire::AuthType;
use hardline_loopback::{Fault, Loopback};

use crate::account::{data, log_in, with};
use crate::run::{PASSWORD, at, follow, hardline, homeserver, run, run_with};

fn left_file(data: &Path) -> PathBuf {
    data.join("hardline/session.left.json")
}

/// The code of the only text that was sent.
fn only_code(loopback: &Loopback) -> String {
    let messages = loopback.inbox().messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].token.reveal().to_owned()
}

#[test]
fn what_was_left_goes_on_without_another_text() {
    let (loopback, data) = (homeserver(), data("left"));
    log_in(&loopback, &data);
    run(&mut with(&data, "resume")).expect(2, &["nothing was left"]);
    let add = "phone add 07700900001 --country GB";
    run(&mut with(&data, add)).expect(9, &["no code came", "hardline resume"]);
    let wrong = &mut with(&data, "resume");
    run_with(wrong, "x\n").expect(3, &["goes on where it was left", "rejected the code"]);
    let code = only_code(&loopback);
    let right = &mut with(&data, "resume");
    run_with(right, &format!("{code}\n{PASSWORD}\n")).expect(0, &["+447700900001 now belongs to"]);
    assert_eq!(loopback.inbox().messages().len(), 1);
    assert!(!left_file(&data).exists());
    run(&mut with(&data, "resume")).expect(2, &["nothing was left"]);
}

#[test]
fn the_same_command_goes_on_and_another_does_not() {
    let (loopback, data) = (homeserver(), data("left_same"));
    log_in(&loopback, &data);
    run(&mut with(&data, "phone add +447700900001")).expect(9, &["no code came"]);
    let code = only_code(&loopback);
    // A code alone does not add it, since the password is asked for after it: that can be left as well.
    let again = &mut with(&data, "phone add +447700900001");
    run_with(again, &format!("{code}\n")).expect(9, &["no password came"]);
    let again = &mut with(&data, "phone add +447700900001");
    run(again.env("HARDLINE_PASSWORD", PASSWORD)).expect(0, &["+447700900001 now belongs to"]);
    assert_eq!(loopback.inbox().messages().len(), 1);
    run(&mut with(&data, "phone add +447700900002")).expect(9, &["no code came"]);
    run(&mut with(&data, "phone add +447700900003")).expect(9, &["no code came"]);
    assert_eq!(loopback.inbox().messages().len(), 3);
}

#[cfg(unix)]
#[test]
fn what_is_left_can_be_read_by_the_user_alone_and_holds_no_password_of_the_environment() {
    use std::os::unix::fs::PermissionsExt;
    let (loopback, data) = (homeserver(), data("left_private"));
    log_in(&loopback, &data);
    let mut add = with(&data, "phone add +447700900001");
    run(add.env("HARDLINE_PASSWORD", PASSWORD)).expect(9, &["no code came"]);
    let mode = fs::metadata(left_file(&data)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(left_file(&data)).unwrap();
    assert!(
        text.contains("447700900001") && !text.contains(PASSWORD),
        "{text}"
    );
    fs::set_permissions(left_file(&data), fs::Permissions::from_mode(0o644)).unwrap();
    run(&mut with(&data, "resume")).expect(1, &["others can read"]);
}

#[test]
fn a_command_that_logs_in_by_itself_does_so_again() {
    let (loopback, data) = (homeserver(), data("left_own_login"));
    let mut add = at(&loopback, "alice", "phone add +447700900001");
    run(add.env("XDG_DATA_HOME", &data)).expect(9, &["no code came", "logged out"]);
    let code = only_code(&loopback);
    let resume = &mut with(&data, "resume");
    run_with(
        resume.env("HARDLINE_PASSWORD", PASSWORD),
        &format!("{code}\n"),
    )
    .expect(0, &["+447700900001 now belongs to @alice:", "logged out"]);
    assert_eq!(loopback.inbox().messages().len(), 1);
}

#[test]
fn what_was_left_is_not_gone_on_with_by_somebody_else() {
    let (loopback, data) = (homeserver(), data("left_somebody"));
    log_in(&loopback, &data);
    run(&mut with(&data, "phone add +447700900001")).expect(9, &["no code came"]);
    run(&mut with(&data, "logout")).expect(0, &["logged out"]);
    let mut login = at(&loopback, "bob", "login");
    run(login.env("XDG_DATA_HOME", &data)).expect(0, &["@bob:"]);
    run(&mut with(&data, "resume")).expect(2, &["is about @alice:", "not about @bob:"]);
}

#[test]
fn a_server_that_went_down_meanwhile_is_tried_again() {
    let (loopback, data) = (homeserver(), data("left_stalled"));
    log_in(&loopback, &data);
    let add = "/_matrix/client/v3/account/3pid/add";
    run(&mut with(&data, "phone add +447700900001")).expect(9, &["no code came"]);
    let code = only_code(&loopback);
    loopback.set_fault(add, Fault::BadGateway);
    let resume = &mut with(&data, "resume --retries 0");
    run_with(
        resume.env("HARDLINE_PASSWORD", PASSWORD),
        &format!("{code}\n"),
    )
    .expect(6, &["502", "hardline resume"]);
    loopback.clear_fault(add);
    let resume = &mut with(&data, "resume");
    run(resume.env("HARDLINE_PASSWORD", PASSWORD)).expect(0, &["+447700900001 now belongs to"]);
}

#[test]
fn registering_and_resetting_go_on_too() {
    let (loopback, data) = (homeserver(), data("left_registering"));
    let by_mail = vec![vec![AuthType::EmailIdentity]];
    loopback.homeserver().require_to_register(by_mail);
    let mut register = with(&data, "register --user carol --email carol@example.net");
    register.args(["--homeserver", loopback.url()]);
    register.env("HARDLINE_PASSWORD", PASSWORD);
    run(&mut register).expect(9, &["no confirmation came", "hardline resume"]);
    follow(&loopback.inbox().messages()[0]);
    run_with(&mut with(&data, "resume"), "\n").expect(0, &["registered @carol:"]);
    run(&mut with(&data, "email list")).expect(0, &["carol@example.net"]);

    let mut reset = with(
        &data,
        "password reset --email carol@example.net --homeserver",
    );
    reset.arg(loopback.url());
    reset.env("HARDLINE_PASSWORD", "another password, 2");
    run(&mut reset).expect(9, &["no confirmation came", "hardline resume"]);
    follow(&loopback.inbox().messages()[1]);
    run_with(&mut with(&data, "resume"), "\n").expect(0, &["has its new password"]);
    assert_eq!(loopback.inbox().messages().len(), 2);
    let mut list = hardline("email list --user carol --homeserver");
    list.arg(loopback.url());
    run(list.env("HARDLINE_PASSWORD", "another password, 2")).expect(0, &["carol@example.net"]);
}

#[test]
fn a_file_that_another_version_wrote_is_told() {
    let (loopback, data) = (homeserver(), data("left_version"));
    log_in(&loopback, &data);
    run(&mut with(&data, "phone add +447700900001")).expect(9, &["no code came"]);
    let text = fs::read_to_string(left_file(&data)).unwrap();
    for other in [
        text.replacen("\"version\": 1", "\"version\": 2", 1),
        "{}".to_owned(),
    ] {
        fs::write(left_file(&data), other).unwrap();
        run(&mut with(&data, "resume")).expect(1, &["another version", "begins anew"]);
    }
    run(&mut with(&data, "phone add +447700900001")).expect(9, &["on its way", "no code came"]);
}
