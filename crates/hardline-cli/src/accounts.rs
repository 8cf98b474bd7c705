//! `accounts`.

use crate::cli_error::CliError;
use crate::logins;
use crate::report::Report;
use crate::step::{AccountRow, Step};

/// Lists the logins that are saved.
pub(crate) fn run(report: &Report) -> Result<(), CliError> {
    let mut accounts = Vec::new();
    for login in logins::all()? {
        match login.file.load() {
            Ok(Some(saved)) => accounts.push(AccountRow {
                name: login.name,
                user_id: saved.user_id.to_string(),
                homeserver: saved.homeserver,
            }),
            Ok(None) => {}
            // The others can be used.
            Err(error) => report.warning(&error.sentence()),
        }
    }
    report.result(&Step::Accounts { accounts });
    Ok(())
}
