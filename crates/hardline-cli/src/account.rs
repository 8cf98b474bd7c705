//! `login`, `logout` and `whoami`.

use hardline::client_api::account::GetTokenOwner;

use crate::args::{Login, Logout, Whoami};
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;
use crate::session_file::SessionFile;
use crate::sign_on;
use crate::step::Step;

/// Logs in and keeps the access token.
pub(crate) async fn log_in(login: &Login, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let file = SessionFile::new(&login.session)?;
    refuse_second_login(&file)?;
    let (session, saved) = if login.sso || login.login_token_stdin {
        sign_on::log_in(login, report, &prompt, &interrupt).await?
    } else {
        Session::log_in(login, report, &prompt, &interrupt).await?
    };
    if let Err(error) = file.save(&saved) {
        // Nobody would have the device's token, and it would stay for ever.
        session.end(report).await;
        return Err(error);
    }
    report.result(&session.logged_in());
    Ok(())
}

/// A file keeps one session.
pub(crate) fn refuse_second_login(file: &SessionFile) -> Result<(), CliError> {
    match file.load()? {
        None => Ok(()),
        Some(saved) => Err(CliError::new(
            Exit::Usage,
            format!("{} is already logged in", saved.user_id),
            "run `hardline logout` first, or name another file with --session",
        )),
    }
}

/// Logs out. A token that the server no longer knows is forgotten as well.
pub(crate) async fn log_out(logout: &Logout, report: &Report) -> Result<(), CliError> {
    let file = SessionFile::new(&logout.session)?;
    let saved = file.load()?.ok_or_else(|| {
        CliError::new(
            Exit::Usage,
            "nobody is logged in",
            "if the session is in another file, name it with --session",
        )
    })?;
    let interrupt = Interrupt::watch();
    let session = Session::resume(file.clone(), saved, &logout.network, report, &interrupt).await?;
    session.log_out(report).await?;
    file.remove()?;
    report.result(&Step::LoggedOut);
    Ok(())
}

/// Reports whose access token it is.
pub(crate) async fn whoami(whoami: &Whoami, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(&whoami.account, report, &prompt, &interrupt).await?;
    report.busy(Doing::AskingWhoItIs.in_words());
    let owner = session
        .call(GetTokenOwner::new(), Doing::AskingWhoItIs)
        .await;
    session.end(report).await;
    let owner = owner?;
    report.result(&Step::Whoami {
        user_id: owner.user_id.to_string(),
        device_id: owner.device_id.map(|device_id| device_id.to_string()),
        homeserver: session.homeserver().base_url.to_string(),
    });
    Ok(())
}
