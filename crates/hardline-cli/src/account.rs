//! `logout` and `whoami`.

use hardline::client_api::account::GetTokenOwner;

use crate::args::{Logout, Whoami};
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::{Interrupt, Signal, interrupted};
use crate::logins;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;
use crate::session_file::{SavedSession, SessionFile};
use crate::session_lock::SessionLock;
use crate::step::Step;

/// Logs out. A token that the server no longer knows is forgotten as well.
pub(crate) async fn log_out(logout: &Logout, report: &Report) -> Result<(), CliError> {
    let file = logins::file_of(&logout.session)?;
    saved_session(&file)?;
    let interrupt = Interrupt::watch();
    // No other command may refresh the tokens while they are revoked.
    let _lock = SessionLock::of(&file, &interrupt);
    let saved = saved_session(&file)?;
    match end(&saved, logout, report, &interrupt, &file).await {
        Ok(()) => {}
        Err(error) if Signal::received().is_some() => return Err(error),
        Err(error) if logout.forget => report.warning(&format!(
            "the token is forgotten here, but the server could not be told, so the account still has this device until you remove it with another client: {}",
            error.sentence()
        )),
        // The refresh token is what keeps such a session alive, and nobody has it any more.
        Err(error) if saved.tokens.oauth.is_some() => report.warning(&format!(
            "the tokens are forgotten here, but the server could not be told, so the account still has this device until you remove it (`hardline account`): {}",
            error.sentence()
        )),
        Err(error) => return Err(error.or("or forget the token here alone with --forget")),
    }
    file.remove()?;
    report.result(&Step::LoggedOut);
    Ok(())
}

fn saved_session(file: &SessionFile) -> Result<SavedSession, CliError> {
    file.load()?.ok_or_else(|| {
        CliError::new(
            Exit::Usage,
            "nobody is logged in",
            "if the login has a name, give it with --account (`hardline accounts` lists them)",
        )
    })
}

/// Ends the session at the server. If that fails, the file has the tokens that there are then.
async fn end(
    saved: &SavedSession,
    logout: &Logout,
    report: &Report,
    interrupt: &Interrupt,
    file: &SessionFile,
) -> Result<(), CliError> {
    let mut network = logout.network.clone();
    if logout.forget {
        network.hurry();
    }
    let network = &network;
    let connected = if saved.tokens.oauth.is_some() {
        // The authorization server may be told even while the homeserver is down.
        Connected::unasked(saved.base_url()?, network, report, interrupt)?
    } else {
        Connected::to(&saved.address()?, network, report, interrupt).await?
    };
    let session = Session::resume_alone(saved, connected);
    let ended = tokio::select! {
        () = interrupt.pressed() => Err(interrupted()),
        ended = session.log_out(report) => ended,
    };
    if let (Err(_), Some(tokens)) = (&ended, session.client().session())
        && tokens != saved.tokens
    {
        file.save(&saved.with(tokens))?;
    }
    ended
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
