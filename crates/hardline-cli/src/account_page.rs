//! `account`.

use hardline::client_api::discovery::AccountManagementAction;
use hardline::flow::HomeserverAddress;
use hardline::types::DeviceId;

use crate::args::{AccountPage, Action};
use crate::browser;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::offers::authorization_server;
use crate::report::Report;
use crate::session_file::{SavedSession, SessionFile};
use crate::step::Step;

/// Opens the page where the user manages the account.
pub(crate) async fn run(page: &AccountPage, report: &Report) -> Result<(), CliError> {
    let _ = (page, report);
    Ok(())
}
