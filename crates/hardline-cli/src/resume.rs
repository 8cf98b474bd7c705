//! `resume`.

use hardline::flow::HomeserverAddress;
use hardline::wire::BaseUrl;

use crate::args::Resume;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::left::{Left, Purpose};
use crate::logins;
use crate::outbox::Outbox;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;
use crate::{password, phone, register, send};

/// Goes on with the conversation that was left.
pub(crate) async fn run(resume: &Resume, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let file = logins::file_of(&resume.account.session)?;
    let Some(left) = Left::load(&file.left())? else {
        return send_messages(resume, report, &prompt, &interrupt).await;
    };
    if left.about.purpose == Purpose::AddThreepid {
        return add(&left, resume, report, &prompt, &interrupt).await;
    }
    let network = &resume.account.network;
    let address = address(&left)?;
    let connected = Connected::to(&address, network, report, &interrupt).await?;
    match left.about.purpose {
        Purpose::ResetPassword => password::go_on(&left, &connected, &file, report, &prompt).await,
        _ => register::go_on(&left, connected, &file, report, &prompt).await,
    }
}

/// Sends messages that were left, where there are any.
async fn send_messages(
    resume: &Resume,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let nothing = || {
        CliError::new(
            Exit::Usage,
            "nothing was left",
            "if it was about another login, give that with --account or --session",
        )
    };
    let file = logins::file_of(&resume.account.session)?;
    if !Outbox::has_any(&file) {
        return Err(nothing());
    }
    let session = Session::begin(&resume.account, report, prompt, interrupt).await?;
    let sent = send::resume(&session, report, prompt).await;
    session.end(report).await;
    sent?.then_some(()).ok_or_else(nothing)
}

/// Goes on where the account is needed that the address is for.
async fn add(
    left: &Left,
    resume: &Resume,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let about = &left.about;
    let (Some(user), Some(threepid)) = (&about.user, &about.threepid) else {
        return Err(CliError::usage("it does not say what it was about"));
    };
    let account = &resume.account;
    let session = if about.logs_in && account.address()?.is_none() {
        Session::again(&address(left)?, user, account, report, prompt, interrupt).await?
    } else {
        Session::begin(account, report, prompt, interrupt).await?
    };
    let ended = if session.user.as_str() == user {
        phone::go_on(left, threepid, &session, report, prompt).await
    } else {
        Err(CliError::new(
            Exit::Usage,
            format!("what was left is about {user}, not about {}", session.user),
            "log in as that user",
        ))
    };
    session.end(report).await;
    ended
}

/// The homeserver that it is about.
fn address(left: &Left) -> Result<HomeserverAddress, CliError> {
    let url = BaseUrl::parse(&left.about.homeserver);
    let url = url.map_err(|error| CliError::local("what was left has no homeserver", &error))?;
    Ok(HomeserverAddress::Url(url))
}
