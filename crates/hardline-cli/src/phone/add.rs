use std::sync::mpsc::Receiver;

use hardline::client_api::threepid::GetAccount3pids;
use hardline::flow::{AddThreepid, ThreepidInput};
use hardline::types::Medium;
use hardline_loopback::Message;

use crate::args::Add;
use crate::cli_error::CliError;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::Report;
use crate::session::Session;
use crate::step::{Step, shown};
use crate::temporary_homeserver::TemporaryHomeserver;
use crate::uia_capabilities;

/// Adds a number to an account.
pub(crate) async fn run(
    add: &Add,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    add_number(add, session, report, prompt, None).await
}

/// Adds a number to a temporary account, at a homeserver that runs as long as this command.
pub(crate) async fn at_temporary_homeserver(
    add: &Add,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let network = &add.account.network;
    let temporary = TemporaryHomeserver::start(network, report)?;
    let texts = temporary.texts();
    let session = temporary.session(network, report, interrupt).await?;
    add_number(add, &session, report, prompt, Some(texts)).await?;
    report.step(&Step::ThrowAway);
    Ok(())
}

async fn add_number(
    add: &Add,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
    texts: Option<Receiver<Message>>,
) -> Result<(), CliError> {
    let number = ThreepidInput::phone(add.country.clone(), add.number.clone());
    add_threepid(number, session, report, prompt, texts).await?;
    report.result(&Step::Added {
        user_id: session.user.to_string(),
        medium: "msisdn",
        address: added_number(add, session).await,
    });
    Ok(())
}

/// Adds a number or an address to an account.
pub(crate) async fn add_threepid(
    threepid: ThreepidInput,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
    texts: Option<Receiver<Message>>,
) -> Result<(), CliError> {
    let flow = AddThreepid::new(
        session.client().now(),
        session.homeserver().clone(),
        session.user.clone(),
        threepid.clone(),
        client_secret()?,
    )
    .with_policy(session.policy())
    .with_uia_capabilities(uia_capabilities::password_only());
    let flow = match &session.password {
        Some(password) => flow.with_password(password.clone()),
        None => flow,
    };
    let last = Doing::AddingTheNumber;
    Conversation::new(session.client(), report, prompt, session.interrupt(), last)
        .with_threepid(Some(threepid))
        .beginning_with_a_message()
        .with_texts(texts)
        .of(session.user.as_str())
        .run(flow)
        .await
}

/// The number as the server knows it, which is how it is removed again.
async fn added_number(add: &Add, session: &Session) -> String {
    let answer = session.call(GetAccount3pids::new(), Doing::Listing);
    let threepids = answer.await.map(|answer| answer.threepids);
    let numbers = threepids.unwrap_or_default().into_iter();
    numbers
        .filter(|threepid| threepid.medium == Medium::Msisdn)
        .max_by_key(|threepid| threepid.added_at)
        .map_or_else(
            || add.number.clone(),
            |threepid| shown("msisdn", &threepid.address),
        )
}
