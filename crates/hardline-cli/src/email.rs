//! `email add`, `email list` and `email remove`.

use hardline::flow::ThreepidInput;
use hardline::types::Medium;

use crate::args::Email;
use crate::cli_error::CliError;
use crate::interrupt::Interrupt;
use crate::phone::{add_threepid, list, remove};
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;

pub(crate) async fn run(email: &Email, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let account = match email {
        Email::Add(add) => &add.account,
        Email::List(list) => &list.account,
        Email::Remove(remove) => &remove.account,
    };
    let session = Session::begin(account, report, &prompt, &interrupt).await?;
    let ended = match email {
        Email::Add(add) => add_email(&add.address, &session, report, &prompt).await,
        Email::List(_) => list::run(&session, Medium::Email, report).await,
        Email::Remove(remove) => {
            remove::run(Medium::Email, &remove.address, &session, report).await
        }
    };
    session.end(report).await;
    ended
}

async fn add_email(
    address: &str,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    add_threepid(
        &ThreepidInput::email(address),
        session,
        report,
        prompt,
        None,
    )
    .await
}
