use std::sync::mpsc::Receiver;

use hardline::client_api::threepid::GetAccount3pids;
use hardline::flow::{AddThreepid, ThreepidInput};
use hardline::types::Medium;
use hardline_loopback::Message;

use crate::args::{Add, phone_number};
use crate::cli_error::CliError;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::interrupt::Interrupt;
use crate::left::{Left, Purpose};
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
    let number = phone_number(&add.number, add.country.as_ref())?;
    add_threepid(&number, session, report, prompt, texts).await
}

/// Adds a number or an address to an account. If the same was left a short time ago, this goes on with it.
pub(crate) async fn add_threepid(
    threepid: &ThreepidInput,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
    texts: Option<Receiver<Message>>,
) -> Result<(), CliError> {
    let keeper = session.keeper(Purpose::AddThreepid, threepid.clone());
    let now = session.client().now();
    if let Some(left) = keeper.as_ref().and_then(|keeper| keeper.same(now)) {
        return go_on(&left, threepid, session, report, prompt).await;
    }
    let flow = AddThreepid::new(
        now,
        session.homeserver().clone(),
        session.user.clone(),
        threepid.clone(),
        client_secret()?,
    )
    .with_policy(session.policy())
    .with_uia_capabilities(uia_capabilities::password_only());
    conversation(threepid, session, report, prompt)
        .with_keeper(keeper)
        .beginning_with_a_message()
        .with_texts(texts)
        .run(flow)
        .await?;
    added(threepid, session, report).await;
    Ok(())
}

/// Goes on with what was left.
pub(crate) async fn go_on(
    left: &Left,
    threepid: &ThreepidInput,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    let flow: AddThreepid = left.flow()?;
    conversation(threepid, session, report, prompt)
        .with_keeper(session.keeper(Purpose::AddThreepid, threepid.clone()))
        .resuming(left)
        .run(flow)
        .await?;
    added(threepid, session, report).await;
    Ok(())
}

fn conversation<'a>(
    threepid: &ThreepidInput,
    session: &'a Session,
    report: &'a Report,
    prompt: &'a Prompt<'a>,
) -> Conversation<'a> {
    let last = Doing::AddingTheNumber;
    Conversation::new(session.client(), report, prompt, session.interrupt(), last)
        .with_threepid(Some(threepid.clone()))
        // Not the flow's own, which would be saved with it.
        .with_password(session.password.clone())
        .of(session.user.as_str())
}

async fn added(threepid: &ThreepidInput, session: &Session, report: &Report) {
    let (medium, address) = match threepid {
        ThreepidInput::Phone { number, .. } => ("msisdn", added_number(number, session).await),
        ThreepidInput::Email(address) => ("email", address.clone()),
        other => ("", other.medium().to_string()),
    };
    report.result(&Step::Added {
        user_id: session.user.to_string(),
        medium,
        address,
    });
}

/// The number as the server knows it, which is how it is removed again.
async fn added_number(number: &str, session: &Session) -> String {
    let answer = session.call(GetAccount3pids::new(), Doing::Listing);
    let threepids = answer.await.map(|answer| answer.threepids);
    let numbers = threepids.unwrap_or_default().into_iter();
    numbers
        .filter(|threepid| threepid.medium == Medium::Msisdn)
        .max_by_key(|threepid| threepid.added_at)
        .map_or_else(
            || number.to_owned(),
            |threepid| shown("msisdn", &threepid.address),
        )
}
