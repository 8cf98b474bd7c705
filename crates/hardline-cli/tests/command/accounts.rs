//! Several accounts that are logged in at once.

use std::path::Path;

use hardline_loopback::Loopback;
use serde_json::Value;

use crate::account::{data, log_in, with};
use crate::run::{at, homeserver, run};

fn log_in_as(loopback: &Loopback, data: &Path, user: &str, name: &str) {
    let mut login = at(loopback, user, "login --account");
    // `at` has added options of its own, which may stand anywhere.
    let mut arguments: Vec<_> = login.get_args().map(ToOwned::to_owned).collect();
    arguments.insert(2, name.into());
    let mut command = with(data, "");
    command.args(arguments);
    login = command;
    run(login.env("HARDLINE_PASSWORD", crate::run::PASSWORD)).expect(0, &["logged in as"]);
}

#[test]
fn each_account_is_used_by_its_name() {
    let (loopback, data) = (homeserver(), data("accounts"));
    run(&mut with(&data, "accounts")).expect(0, &["nobody is logged in"]);
    log_in(&loopback, &data);
    let mut login = at(&loopback, "bob", "login");
    run(login.env("XDG_DATA_HOME", &data)).expect(2, &["already logged in", "--account"]);
    log_in_as(&loopback, &data, "bob", "Work: é");
    let bob = format!("@bob:{}", loopback.server_name());

    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
    for name in ["Work: é", "bob", "@bob", bob.as_str()] {
        run(with(&data, "whoami").args(["--account", name])).expect(0, &["@bob:"]);
        run(with(&data, "whoami").env("HARDLINE_ACCOUNT", name)).expect(0, &["@bob:"]);
    }
    run(&mut with(&data, "phone list --account alice")).expect(0, &["@alice:"]);
    run(&mut with(&data, "whoami --account carol")).expect(2, &["nobody is logged in"]);
    run(&mut with(&data, "whoami --account x --session y")).expect(2, &["cannot be used with"]);

    let ended = run(&mut with(&data, "accounts --json")).expect(0, &[]);
    let step: Value = serde_json::from_str(&ended.stdout).unwrap();
    let row = |index: usize, member: &str| step["accounts"][index][member].clone();
    assert_eq!(
        (row(0, "name"), row(1, "name")),
        (Value::Null, "Work: é".into())
    );
    assert_eq!(
        (row(1, "user_id"), row(1, "homeserver")),
        (bob.into(), loopback.url().into())
    );

    run(&mut with(&data, "logout --account bob")).expect(0, &["logged out"]);
    run(&mut with(&data, "whoami --account bob")).expect(2, &["nobody is logged in"]);
    run(&mut with(&data, "whoami")).expect(0, &["@alice:"]);
}

#[test]
fn a_name_that_fits_two_logins_is_not_guessed_at() {
    let (one, other) = (homeserver(), homeserver());
    let data = data("accounts_ambiguous");
    log_in_as(&one, &data, "bob", "here");
    log_in_as(&other, &data, "bob", "there");
    run(&mut with(&data, "whoami --account bob")).expect(2, &["several logins", "accounts"]);
    run(&mut with(&data, "whoami --account there")).expect(0, &[other.url()]);
}
